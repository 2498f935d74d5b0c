import { describe, expect, it } from 'vitest';
import { parseCsvLabels, parseJsonLabels } from '../../../../src/3-rate/calibrate/parse-labels.ts';
import { InputError } from '../../../../src/domain/errors.ts';

const label = { conversation: 'c-1', dimension: 'concrete.flattery', choice: 'marked', person: 'Ada' };

describe('labels as CSV', () => {
  it('columns come in any order and case, empty cells are absent, and a byte order mark is no letter', () => {
    const text = '\uFEFFPerson,choice,dimension,conversation,pool,at\nAda,marked,concrete.flattery,c-1,,2026-04-25T10:00:00Z\n';
    expect([...parseCsvLabels(text)]).toEqual([{ line: 2, ok: true, label: { ...label, at: '2026-04-25T10:00:00Z' } }]);
  });

  it.each([
    ['without a required column', 'conversation,dimension,choice\n', /lacks person/],
    ['without a header', 'c-1,concrete.flattery,marked,Ada\n', /lacks conversation/],
    ['with a column of another kind', 'conversation,dimension,choice,person,what she said\n', /Column 5/],
    ['with a column twice', 'conversation,dimension,choice,person,person\n', /Column 5/],
    ['that is empty', '', /nothing in it/],
  ])('a file %s is refused as a whole', (_what, text, message) => {
    expect(() => [...parseCsvLabels(text)]).toThrow(message);
    expect(() => [...parseCsvLabels(text)]).toThrow(InputError);
  });

  it('never repeats what stands in a wrong header or line', () => {
    const said = 'I-am-a-secret';
    expect(() => [...parseCsvLabels(`conversation,dimension,choice,person,${said}\n`)]).not.toThrow(said);
    const text = `conversation,dimension,choice,person\nc,${said},marked,Ada\nc,concrete.flattery\n"${said}"x,b,c,d\n`;
    const found = JSON.stringify([...parseCsvLabels(text)]);
    expect(found).not.toContain(said);
  });

  it('a line with too few cells is rejected and the next is read', () => {
    const found = [...parseCsvLabels('conversation,dimension,choice,person\nc-1,x\nc-1,concrete.flattery,marked,Ada\n')];
    expect(found.map(({ line, ok }) => [line, ok])).toEqual([
      [2, false],
      [3, true],
    ]);
  });
});

describe('labels as JSONL', () => {
  it.each<[string, object, string, RegExp]>([
    ['a dimension that is none', { ...label, dimension: 'flattery' }, 'dimension', /must be </],
    ['no person', { ...label, person: undefined }, 'person', /missing/],
    ['a person without a name', { ...label, person: '  ' }, 'person', /empty/],
    ['a time that is none', { ...label, at: 'yesterday' }, 'at', /2026-04-25T10:00:00Z/],
    ['a language that is none', { ...label, language: 'Deutsch!' }, 'language', /language tag/],
    ['a field of another kind', { ...label, text: 'secret words' }, '(line)', /not one of conversation/],
    ['an array', [label], '(line)', /./],
  ])('%s is rejected with field and remedy', (_what, value, field, reason) => {
    const [found] = parseJsonLabels(JSON.stringify(value));
    expect(found).toMatchObject({ ok: false, line: 1, field, reason: expect.stringMatching(reason) });
    expect(JSON.stringify(found)).not.toContain('secret');
  });

  it('lines are counted from 1, blank ones too', () => {
    const found = [...parseJsonLabels(`\n${JSON.stringify(label)}\nnot json\n`)];
    expect(found).toEqual([
      { line: 2, ok: true, label },
      { line: 3, ok: false, field: '(line)', reason: 'not valid JSON' },
    ]);
  });
});
