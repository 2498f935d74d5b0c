import { expect, it } from 'vitest';
import { dailySeries, renderRateChart } from '../../../src/7-report/rate-chart.ts';
import { cellOf, dayOf, peopleOf, pointOf } from './builders.ts';

const at = (day: number) => new Date(Date.UTC(2026, 3, day));
const point = (day: number, rate: number) => ({ at: at(day), rate, low: rate / 2, high: rate * 2 });
const chart = {
  title: 'Rates <of> "atlas" & co',
  note: 'invented',
  series: [
    { name: 'old', points: [point(1, 0.1), point(2, 0.12), point(3, 0.1)] },
    { name: 'new', points: [point(3, 0.2)] },
  ],
  marks: [{ at: at(3), label: 'released' }],
};

it('every point is drawn, every series named and every mark labelled', () => {
  const svg = renderRateChart(chart);
  expect(svg.match(/<circle /g)).toHaveLength(4);
  for (const word of ['>old<', '>new<', '>released<', '>invented<', '>40 %<']) expect(svg).toContain(word);
});

it('a name can be no markup', () => {
  const svg = renderRateChart(chart);
  expect(svg).toContain('Rates &lt;of&gt; &quot;atlas&quot; &amp; co');
  expect(svg).not.toContain('<of>');
});

it('a higher rate stands higher', () => {
  const heights = [...renderRateChart(chart).matchAll(/<circle cx="[\d.]+" cy="([\d.]+)"/g)].map((match) => Number(match[1]));
  expect(heights[3]).toBeLessThan(heights[0]!);
  expect(heights[1]).toBeLessThan(heights[0]!);
});

it('a withheld day breaks the line and its band, draws no dot, and the note says so', () => {
  const points = [point(1, 0.1), { at: at(2), rate: null }, point(3, 0.2), point(4, 0.2)];
  const svg = renderRateChart({ ...chart, series: [{ name: 'old', points }] });
  expect(svg.match(/<circle /g)).toHaveLength(3);
  // Two pieces each: the line and the band begin anew after the gap.
  expect([...svg.matchAll(/<path d="([^"]*)"/g)].map(([, path]) => path?.match(/M/g)?.length)).toEqual([2, 2]);
  expect(svg).toContain('invented Where a line breaks, too few people are behind the rate');
  expect(renderRateChart(chart)).not.toContain('breaks');
});

it('the days of one cell are a series with a gap where a day is withheld and none where nothing was scored', () => {
  const other = pointOf({ cell: cellOf({ version: 'atlas' }) });
  const withheld = peopleOf(5, { at: dayOf(1) });
  const empty = peopleOf(0, { at: dayOf(2), rate: null, low: null, high: null });
  const week = pointOf({ grain: 'week' });
  expect(dailySeries('boreas', [pointOf(), other, withheld, empty, week], new Set([withheld]), cellOf())).toEqual({
    name: 'boreas',
    points: [
      { at: dayOf(0), rate: 0.1, low: 0.066, high: 0.149 },
      { at: dayOf(1), rate: null },
    ],
  });
});
