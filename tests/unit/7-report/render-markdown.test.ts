import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../../src/7-report/render-markdown.ts';
import { buildWeeklyReport, type ReportInput } from '../../../src/7-report/weekly-report.ts';
import { alertOf, findingOf, rollbackOf } from '../6-respond/builders.ts';
import { cellOf, dayOf, inputOf, monday, peopleOf, pointOf } from './builders.ts';

const render = (over: Partial<ReportInput> = {}) => renderMarkdown(buildWeeklyReport(inputOf(over)));

const health = { facet: 'topic', value: 'health' };

/** Cells of each table row as GitHub reads them: pipes divide unless a backslash that is not itself escaped stands before. */
function rowsOf(markdown: string): string[][] {
  return markdown
    .split(/\r\n|\n|\r/)
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .replaceAll(/\\[\\|]/g, 'x')
        .split('|')
        .slice(1, -1),
    );
}

describe('the report as Markdown', () => {
  it.each<[string, Partial<ReportInput>, string[]]>([
    ['the week and its days', {}, ['# Longwatch, week 2026-W17', '2026-04-20 to 2026-04-27. Rated by: judge.']],
    ['that the week has not closed', { measuredUntil: monday }, ['(to date: the week has not closed)']],
    ['who certified LKG', {}, ['Last known good: atlas, certified by Robin on 2026-04-01.']],
    ['that nobody did', { lkg: null }, ['No version is certified as last known good.']],
    ['that nothing happened', {}, ['None fired or stood open', 'Nothing was scored this week', 'Nothing was due this week']],
    ['that the judge is simulated', { simulated: true }, ['The judge is simulated']],
    [
      'an alert',
      { alerts: [alertOf()] },
      [
        '| al-1 | firing | concrete.flattery | everybody | boreas against atlas | 4.8 % against 2.3 % | x2.10 (1.70 to 2.60) | model | 2026-04-25 10:12 UTC |',
      ],
    ],
    ['an alert of a cohort', { alerts: [alertOf({ cohort: { facet: 'topic', value: 'health' } })] }, ['| topic: health |']],
    [
      'a rate with its interval and LKG’s',
      { points: [pointOf(), pointOf({ cell: cellOf({ version: 'atlas' }), sumWeightedHarm: 50 })], findings: [findingOf()] },
      ['| concrete.flattery | boreas | 10 % (', ', same week | x2.00 | **drifted** | both versions ran side by side, rated'],
    ],
    [
      'a drifted cohort, with what may be seen of it this week',
      {
        findings: [findingOf({ cell: cellOf({ cohort: health }) })],
        points: [pointOf({ cell: cellOf({ cohort: health }) })],
      },
      ['## Cohorts that drifted', '| topic: health | boreas | 10 % (', ' | nothing scored |  | model |'],
    ],
    [
      'of a withheld rate that it is withheld',
      { points: [peopleOf(19)], findings: [findingOf()] },
      [
        '| concrete.flattery | boreas | withheld (fewer than 20 people, here or in a cell beside it) | withheld |  |  | **drifted** |',
        '_Withheld: fewer than 20 people, here or in a cell beside it.',
      ],
    ],
    [
      'how many days are left out',
      { points: [peopleOf(19), peopleOf(200, { at: dayOf(1) }), peopleOf(19, { at: dayOf(2) })] },
      ['%), without 2 days | 200 |', '_Withheld: '],
    ],
    ['that one day is', { points: [peopleOf(19), peopleOf(200, { at: dayOf(1) })] }, ['%), without 1 day | 200 |']],
    [
      'that an alert’s numbers are withheld',
      { alerts: [alertOf({ rate: null, ratio: null, withheld: 'fewer than 20 people' })] },
      ['| withheld against 2.3 % | withheld | model |', '_Withheld: '],
    ],
    [
      'that all of an alert’s numbers are',
      { alerts: [alertOf({ rate: null, baseline_rate: null, ratio: null, withheld: 'fewer than 20 people' })] },
      ['| withheld | withheld | model |'],
    ],
    [
      'that coverage of a few is withheld',
      { ledger: [{ rater: 'judge', dimension: 'x', state: 'scored', n: 19 }] },
      ['| judge | withheld | withheld | withheld |', '_Withheld: '],
    ],
    [
      'a rollback',
      { rollbacks: [rollbackOf({ state: 'not resolved', note: 'no proof' })] },
      ['| rb-1 | boreas to atlas | not resolved | nobody yet |  | no proof |'],
    ],
    [
      'what could not be seen',
      {
        ledger: [
          { rater: 'judge', dimension: 'x', state: 'scored', n: 90 },
          { rater: 'judge', dimension: 'x', state: 'refused', n: 30 },
        ],
      },
      ['| judge | 120 or more | 75.0 % | refused 25.0 % |'],
    ],
    [
      'that nothing is missing',
      { ledger: [{ rater: 'judge', dimension: 'x', state: 'scored', n: 90 }] },
      ['| judge | 80 or more | 100 % | nothing missing |'],
    ],
  ])('says %s', (_what, over, parts) => {
    const markdown = render(over);
    for (const part of parts) expect(markdown).toContain(part);
  });

  it.each(['The judge is simulated', 'to date', 'Cohorts that drifted', '## Rollbacks', 'ithheld'])(
    'does not say "%s" without reason',
    (part) => {
      expect(render()).not.toContain(part);
    },
  );

  it.each(['a|b', 'a\nb', 'a\\|b', 'a\r| b |', '\\'])('the name %j breaks no table', (version) => {
    const plain = rowsOf(render({ points: [pointOf({ cell: cellOf({ version: 'boreas' }) })] }));
    const odd = rowsOf(render({ points: [pointOf({ cell: cellOf({ version }) })] }));
    expect(odd.map((row) => row.length)).toEqual(plain.map((row) => row.length));
  });

  it('no name whatever breaks a table', () => {
    const name = fc.string({ unit: fc.constantFrom('a', '|', '\\', '\n', '\r', ' ', '-'), minLength: 1 });
    fc.assert(
      fc.property(name, (version) => {
        expect(rowsOf(render({ alerts: [alertOf({ version })] })).map((row) => row.length)).toEqual([9, 9, 9]);
      }),
    );
  });

  it('ends with a newline and has no empty section', () => {
    const markdown = render({ alerts: [alertOf()], points: [pointOf()] });
    expect(markdown.endsWith('\n')).toBe(true);
    expect(markdown).not.toMatch(/\n{3,}|undefined|NaN|null/);
  });
});
