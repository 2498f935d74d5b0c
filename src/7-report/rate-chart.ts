import { scaleLinear, scaleUtc } from 'd3-scale';
import { area, line } from 'd3-shape';
import type { Cell } from '../domain/cell.ts';
import type { RatePoint } from '../domain/rate-point.ts';

export type ChartPoint = { readonly at: Date; readonly rate: number; readonly low: number; readonly high: number };
/** A moment whose rate is withheld: the line breaks there. */
export type ChartGap = { readonly at: Date; readonly rate: null };
export type ChartSeries = { readonly name: string; readonly points: readonly (ChartPoint | ChartGap)[] };
export type ChartMark = { readonly at: Date; readonly label: string };
export type RateChart = {
  readonly title: string;
  readonly note: string;
  readonly series: readonly ChartSeries[];
  /** Vertical lines: a release, an alert, a rollback. */
  readonly marks: readonly ChartMark[];
};

const width = 860;
const height = 380;
const margin = { top: 92, right: 24, bottom: 48, left: 56 };
/** Told apart in black and white too: the first is dark, the second light and warm. */
const colours = ['#1f4e79', '#d1495b', '#6b8f3c', '#8a6fb0'];
const mark_row_height = 15;
const gap_note = 'Where a line breaks, too few people are behind the rate to show it.';

/**
 * The days of one cell as a series, with a gap where `withholdPoints` found that a day may not be shown. Days in which nothing was
 * scored are no points at all.
 */
export function dailySeries(name: string, points: readonly RatePoint[], hidden: ReadonlySet<RatePoint>, cell: Cell): ChartSeries {
  const own = points.filter(
    (point) =>
      point.grain === 'day' &&
      point.cell.version === cell.version &&
      point.cell.dimension === cell.dimension &&
      point.cell.cohort.facet === cell.cohort.facet &&
      point.cell.cohort.value === cell.cohort.value,
  );
  return {
    name,
    points: own.flatMap((point): (ChartPoint | ChartGap)[] => {
      const { at, rate, low, high } = point;
      if (hidden.has(point)) return [{ at, rate: null }];
      return rate === null || low === null || high === null ? [] : [{ at, rate, low, high }];
    }),
  };
}

/** Rates over time with their 95 % bands, as one SVG text. A line breaks where a rate is withheld, and the note says why. */
export function renderRateChart(chart: RateChart): string {
  const all = chart.series.flatMap((series) => series.points);
  const points = all.filter(isShown);
  const times = all.map((point) => point.at.getTime());
  const x = scaleUtc()
    .domain([Math.min(...times), Math.max(...times)])
    .range([margin.left, width - margin.right]);
  const y = scaleLinear()
    .domain([0, Math.max(0.01, ...points.map((point) => point.high))])
    .nice()
    .range([height - margin.bottom, margin.top]);
  const band = area<ChartPoint | ChartGap>()
    .defined(isShown)
    .x((point) => x(point.at))
    .y0((point) => y(isShown(point) ? point.low : 0))
    .y1((point) => y(isShown(point) ? point.high : 0));
  const curve = line<ChartPoint | ChartGap>()
    .defined(isShown)
    .x((point) => x(point.at))
    .y((point) => y(point.rate ?? 0));

  const grid = y.ticks(5).map((tick) => {
    const at = y(tick).toFixed(1);
    return `<line x1="${margin.left}" x2="${width - margin.right}" y1="${at}" y2="${at}" stroke="#e3e3e3"/>${text(margin.left - 8, y(tick) + 4, `${Math.round(100 * tick)} %`, 'end')}`;
  });
  const days = x.ticks(8).map((tick) => text(x(tick), height - margin.bottom + 20, tick.toISOString().slice(5, 10), 'middle'));
  const curves = chart.series.map((series, i) => {
    const colour = colours[i % colours.length] ?? '#000';
    const dots = series.points
      .filter(isShown)
      .map((p) => `<circle cx="${x(p.at).toFixed(1)}" cy="${y(p.rate).toFixed(1)}" r="2.5" fill="${colour}"/>`);
    return `<path d="${band(series.points) ?? ''}" fill="${colour}" opacity="0.15"/><path d="${curve(series.points) ?? ''}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}`;
  });
  const legend = chart.series.map((series, i) => {
    const left = margin.left + i * 220;
    return `<rect x="${left}" y="34" width="12" height="12" fill="${colours[i % colours.length]}"/>${text(left + 18, 44, series.name, 'start')}`;
  });
  const marks = chart.marks.map((mark, i) => {
    const at = x(mark.at);
    // A label on the right half runs to the left of its line, and each stands on a row of its own: none covers another.
    const rightHalf = at > width / 2;
    const row = 64 + i * mark_row_height;
    return `<line x1="${at.toFixed(1)}" x2="${at.toFixed(1)}" y1="${row - 10}" y2="${height - margin.bottom}" stroke="#444" stroke-dasharray="4 3"/>${text(at + (rightHalf ? -5 : 5), row, mark.label, rightHalf ? 'end' : 'start')}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${escapeXml(chart.title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${margin.left}" y="22" font-size="15" font-weight="600">${escapeXml(chart.title)}</text>`,
    ...legend,
    ...grid,
    ...days,
    ...curves,
    ...marks,
    text(margin.left, height - 10, all.length > points.length ? `${chart.note} ${gap_note}` : chart.note, 'start'),
    '</svg>',
  ].join('\n');
}

function isShown(point: ChartPoint | ChartGap): point is ChartPoint {
  return point.rate !== null;
}

/** Dark text with a white edge, so that lines behind it do not make it hard to read. */
function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="#333" stroke="#fff" stroke-width="3" paint-order="stroke">${escapeXml(content)}</text>`;
}

function escapeXml(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
