import { scaleLinear, scaleUtc } from 'd3-scale';
import { area, line } from 'd3-shape';

export type ChartPoint = { readonly at: Date; readonly rate: number; readonly low: number; readonly high: number };
export type ChartSeries = { readonly name: string; readonly points: readonly ChartPoint[] };
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

/** Rates over time with their 95 % bands, as one SVG text. */
export function renderRateChart(chart: RateChart): string {
  const points = chart.series.flatMap((series) => series.points);
  const times = points.map((point) => point.at.getTime());
  const x = scaleUtc()
    .domain([Math.min(...times), Math.max(...times)])
    .range([margin.left, width - margin.right]);
  const y = scaleLinear()
    .domain([0, Math.max(0.01, ...points.map((point) => point.high))])
    .nice()
    .range([height - margin.bottom, margin.top]);
  const band = area<ChartPoint>()
    .x((point) => x(point.at))
    .y0((point) => y(point.low))
    .y1((point) => y(point.high));
  const curve = line<ChartPoint>()
    .x((point) => x(point.at))
    .y((point) => y(point.rate));

  const grid = y.ticks(5).map((tick) => {
    const at = y(tick).toFixed(1);
    return `<line x1="${margin.left}" x2="${width - margin.right}" y1="${at}" y2="${at}" stroke="#e3e3e3"/>${text(margin.left - 8, y(tick) + 4, `${Math.round(100 * tick)} %`, 'end')}`;
  });
  const days = x.ticks(8).map((tick) => text(x(tick), height - margin.bottom + 20, tick.toISOString().slice(5, 10), 'middle'));
  const curves = chart.series.map((series, i) => {
    const colour = colours[i % colours.length] ?? '#000';
    const dots = series.points.map(
      (p) => `<circle cx="${x(p.at).toFixed(1)}" cy="${y(p.rate).toFixed(1)}" r="2.5" fill="${colour}"/>`,
    );
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
    text(margin.left, height - 10, chart.note, 'start'),
    '</svg>',
  ].join('\n');
}

/** Dark text with a white edge, so that lines behind it do not make it hard to read. */
function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="#333" stroke="#fff" stroke-width="3" paint-order="stroke">${escapeXml(content)}</text>`;
}

function escapeXml(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
