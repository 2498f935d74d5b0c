import { describe, expect, it } from 'vitest';
import { instant } from '../../../src/cli/context.ts';
import { columns, minute } from '../../../src/cli/print.ts';
import { InputError } from '../../../src/domain/errors.ts';

describe('columns', () => {
  it.each<[string, string[][], string]>([
    ['nothing', [], ''],
    [
      'as wide as what is in them',
      [
        ['a', 'bb', 'c'],
        ['aaa', 'b', ''],
      ],
      'a    bb  c\naaa  b',
    ],
    ['rows of other lengths', [['a'], ['b', 'c']], 'a\nb  c'],
    ['an indented first one', [['  a', 'b']], '  a  b'],
  ])('of %s', (_what, rows, text) => {
    expect(columns(rows)).toBe(text);
  });
});

describe('times', () => {
  it('a time is shown to the minute, in UTC', () => {
    expect(minute(new Date('2026-04-25T23:59:59.999+02:00'))).toBe('2026-04-25 21:59 UTC');
  });

  it.each([
    ['2026-04-25T10:00:00Z', '2026-04-25T10:00:00.000Z'],
    ['2026-04-25T10:00:00+02:00', '2026-04-25T08:00:00.000Z'],
  ])('%s is the time %s', (text, at) => {
    expect(instant(text, '--until').toISOString()).toBe(at);
  });

  it.each(['', 'yesterday', '2026-13-01'])('"%s" is refused as a time, with the option and an example', (text) => {
    const read = () => instant(text, '--until');
    expect(read).toThrow(InputError);
    expect(read).toThrow(/^--until: .*write it as 2026-04-25T10:00:00Z\.$/);
  });
});
