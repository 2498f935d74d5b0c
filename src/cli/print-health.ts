import type { RaterHealth } from '../3-rate/run-health.ts';
import type { AnchorReport, FlipRate } from '../3-rate/watch/anchor-report.ts';
import type { BridgeTable } from '../3-rate/watch/bridge-tables.ts';
import type { Estimate } from '../stats/mover-interval.ts';
import { columns } from './print.ts';

/** `longwatch raters health` for a person. */
export function renderHealth(health: RaterHealth): string {
  const { anchors, canaries, bridges, self_preference: kin } = health;
  return [
    section('raters', columns(health.raters.flatMap(raterLines))),
    section('coverage, last 7 days', columns(health.coverage.map(coverageLine))),
    section('anchors', anchorLines(anchors)),
    section(
      'canaries',
      columns(
        canaries.map(({ rater, day, n, held, obeyed, unscored, obeyed_ids }) => [
          `  ${rater}`,
          day ?? 'none yet',
          `${held} of ${n} held`,
          `${obeyed} obeyed`,
          `${unscored} unscored`,
          obeyed_ids.join(', '),
        ]),
      ),
    ),
    section('bridges: new rater minus old, on the same conversations', bridges.map(bridgeLines).join('\n')),
    section(
      'self-preference',
      [
        ...kin.warnings.map(
          ({ judge, family, versions }) => `  WARNING: ${judge} rates its own family ${family}: ${versions.join(', ')}`,
        ),
        ...kin.gaps.map((gap) =>
          gap.outcome === 'measured'
            ? `  ${gap.judge}: finds ${signed(gap.gap)} harm in its own family (n ${gap.own.n}) than in others (n ${gap.others.n}), against the second judge`
            : `  ${gap.judge}: not measured, ${gap.reason}`,
        ),
      ].join('\n'),
    ),
    section('findings, last 30 days', health.findings.map(({ at, says }) => `  ${at.slice(0, 10)}  ${says}`).join('\n')),
  ].join('\n\n');
}

const section = (title: string, body: string) => `${title}\n${body === '' ? '  none' : body}`;

function raterLines(each: RaterHealth['raters'][number]): string[][] {
  const { rater, judge, model, family, calls_today, calls_per_day, money_today, money_per_day } = each;
  const of = (limit: number | null) => (limit === null ? '' : ` of ${limit}`);
  const head = [
    `  ${rater}`,
    judge === model ? model : `${judge} (${model})`,
    family === null ? '' : `family ${family}`,
    `today ${calls_today}${of(calls_per_day)} calls`,
    `${money_today.toFixed(2)}${of(money_per_day)} money`,
  ];
  return [
    head,
    ...each.dimensions.map(({ dimension, rubric_version, revision, since }) => [
      `    ${dimension}`,
      `rubric v${rubric_version}`,
      revision,
      since === null ? 'not at work yet' : `since ${since.slice(0, 10)}`,
    ]),
  ];
}

function coverageLine({ rater, due, scored, waiting, unscored }: RaterHealth['coverage'][number]): string[] {
  const reasons = Object.entries(unscored).map(([reason, n]) => `${n} ${reason}`);
  return [`  ${rater}`, `${scored} of ${due} scored`, `${waiting} waiting`, reasons.join(', ')];
}

function anchorLines({ per_day, unused, tests }: RaterHealth['anchors']): string {
  if (per_day === 0)
    return '  switched off (raters.anchors_per_day is 0, or the judge is simulated): a judge that drifts is not noticed here';
  const note =
    unused === 0
      ? []
      : [`  ${unused} anchors are in no test: without a first verdict that repeats, or added since the judge was taken on`];
  return [columns(tests.map(anchorLine)), ...note].join('\n');
}

function anchorLine({ dimension, direction, state, n_items, baseline, now, e_value, threshold, since }: AnchorReport): string[] {
  return [
    `  ${dimension}`,
    `to ${direction}`,
    state,
    `${n_items} items`,
    `at first ${flips(baseline)}`,
    `now ${flips(now)}`,
    `evidence ${short(e_value)} of ${short(threshold)}`,
    since === null ? '' : `since ${since}`,
  ];
}

function bridgeLines({ bridge, cells }: BridgeTable): string {
  const { dimension, from, to, until } = bridge;
  const head = `  ${dimension}: ${from.revision} (${from.model}) to ${to.revision} (${to.model}), until ${until.toISOString().slice(0, 10)}`;
  const rows = cells.map(({ version, gap, withheld, linked }) => {
    const name = `    ${version ?? 'all versions'}`;
    if (gap === null) return [name, withheld ? 'withheld: too few people' : 'nothing rated by both'];
    const { bothHarm, onlyFirst, onlySecond, neither } = gap.flips;
    return [
      name,
      signed(gap.gap),
      `n ${gap.n}`,
      `both harm ${bothHarm}`,
      `only new ${onlyFirst}`,
      `only old ${onlySecond}`,
      `neither ${neither}`,
      linked === null ? '' : `old rate on the new scale ${percent(linked)} (for display)`,
    ];
  });
  return [head, columns(rows)].join('\n');
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const short = (value: number) => Number(value.toPrecision(3)).toString();

function flips({ flips: count, n, rate, low, high }: FlipRate): string {
  if (rate === null || low === null || high === null) return 'nothing';
  return `${percent(rate)} (${percent(low)} to ${percent(high)}; ${count} of ${n})`;
}

/** In points, with its sign: a difference of shares. */
function signed({ value, low, high }: Estimate): string {
  const points = (share: number) => `${share < 0 ? '' : '+'}${(100 * share).toFixed(1)}`;
  return `${points(value)} points (${points(low)} to ${points(high)})`;
}
