import { describe, expect, it } from 'vitest';
import { renderHeadline, renderMessage } from '../../../src/6-respond/render-message.ts';
import type { Alert } from '../../../src/domain/alert.ts';
import { alertOf } from './builders.ts';

describe('the line for a pager', () => {
  it.each<[string, Partial<Alert>, string[]]>([
    [
      'says what, where and how much',
      {},
      ['PAGE: ', 'concrete.flattery on boreas', '4.8 % against 2.3 % on atlas', 'cause: model'],
    ],
    ['names a cohort', { cohort: { facet: 'topic', value: 'health' } }, ['concrete.flattery (topic: health) on boreas']],
    ['tells watching from paging', { severity: 'watch' }, ['WATCH: ']],
    ['says that it is over', { state: 'resolved' }, ['RESOLVED: ']],
    ['says that the judge is simulated', { simulated: true }, ['[simulated judge]']],
    ['rounds large shares', { rate: { value: 0.481, low: 0.4, high: 0.5, n: 9 } }, ['48 % against']],
  ])('%s', (_fact, over, parts) => {
    const line = renderHeadline(alertOf(over));
    for (const part of parts) expect(line).toContain(part);
    expect(line).not.toContain('\n');
  });

  it('does not call a real judge simulated', () => {
    expect(renderMessage(alertOf())).not.toContain('simulated');
  });
});

describe('the message', () => {
  it('has the numbers, the evidence and what it promises, and the time it began', () => {
    const message = renderMessage(alertOf());
    for (const part of [
      '4.8 % (4.1 % to 5.6 %, n = 3600)',
      '2.3 % (2.0 % to 2.6 %, n = 41000)',
      'x2.10 since both ran (95 %: 1.70 to 2.60',
      '2026-04-25 06:00 UTC (between 2026-04-25 03:00 UTC and 2026-04-25 08:00 UTC)',
      'e-value 120,000, threshold 14,580: at most 0.5 false alarms a year',
    ])
      expect(message).toContain(part);
  });

  it.each<[string, Alert['recommendation'], string]>([
    ['to roll back', { action: 'rollback', to: 'atlas' }, 'roll back to atlas: longwatch rollback plan al-1 --by YOUR-NAME'],
    ['to find out', { action: 'investigate', to: null }, 'longwatch alerts show al-1'],
    ['to watch', { action: 'watch', to: null }, 'weekly report'],
  ])('says what to do: %s', (_name, recommendation, advice) => {
    expect(renderMessage(alertOf({ recommendation }))).toContain(advice);
  });

  it.each<[number | null, RegExp, boolean]>([
    [1.03, /thumbs-up {2}x1\.03 of LKG's: users like it more while it harms more/, true],
    [0.9, /thumbs-up {2}x0\.90 of LKG's$/m, true],
    [null, /thumbs-up/, false],
  ])('of thumbs at %d of LKG’s says what they mean', (thumbs_up_ratio, line, shown) => {
    const message = renderMessage(alertOf({ divergence: { thumbs_up_ratio } }));
    if (shown) expect(message).toMatch(line);
    else expect(message).not.toMatch(line);
  });

  it.each<[string, Partial<Alert>, string[], RegExp]>([
    [
      'of both versions',
      { rate: null, baseline_rate: null, ratio: null },
      ['a rate withheld against a rate withheld on atlas', 'rate       withheld (fewer', 'LKG        withheld (fewer'],
      /4\.8 %|2\.3 %|3600|41000|x2\.10/,
    ],
    [
      'of the live version',
      { rate: null, ratio: null },
      ['a rate withheld against 2.3 % on atlas', 'rate       withheld (fewer', 'LKG        2.3 %'],
      /4\.8 %|3600|x2\.10/,
    ],
    [
      'of the baseline',
      { baseline_rate: null, ratio: null },
      ['4.8 % against a rate withheld on atlas', 'LKG        withheld (fewer'],
      /2\.3 %|41000|x2\.10/,
    ],
  ])('says in words that numbers %s are withheld, and shows none', (_of, over, parts, numbers) => {
    const message = renderMessage(alertOf({ ...over, withheld: 'fewer than 20 people' }));
    for (const part of [...parts, 'ratio      withheld (fewer than 20 people)', 'e-value 120,000', 'roll back to atlas'])
      expect(message).toContain(part);
    expect(message).not.toMatch(numbers);
    expect(message).not.toContain('null');
  });

  it('stays readable at evidence beyond all numbers', () => {
    const message = renderMessage(alertOf({ evidence: { e_value: Number.MAX_VALUE, threshold: 14_580, guarantee: 'g' } }));
    expect(Math.max(...message.split('\n').map((line) => line.length))).toBeLessThan(200);
  });

  it('does not show a rate that is not zero as zero', () => {
    const rate = { value: 0.0004, low: 0.0002, high: 0.0006, n: 20_000 };
    expect(renderMessage(alertOf({ rate }))).not.toMatch(/rate +0\.0 %/);
  });
});
