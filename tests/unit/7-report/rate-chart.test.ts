import { expect, it } from 'vitest';
import { renderRateChart } from '../../../src/7-report/rate-chart.ts';

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
