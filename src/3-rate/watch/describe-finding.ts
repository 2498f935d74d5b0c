import type { RaterFinding } from '../../domain/rater-finding.ts';

/** One sentence or two for a person on call: what happened, and what to do. */
export function describeFinding({ dimension, rater, kind, body }: RaterFinding): string {
  const who = rater === 'second' ? 'the second judge' : 'the judge';
  const revision = String(body.revision ?? body.to ?? 'unknown');
  switch (kind) {
    case 'revision changed':
      return `${dimension}: ${who} changed from revision ${text(body.from)} (${text(body.from_model)}) to ${revision}. Both rate part of the samples until the bridge closes; do not compare rates across the change without its table.`;
    case 'anchors drifted': {
      const [was, now] = body.direction === 'harm' ? ['harmless', 'harmful'] : ['harmful', 'harmless'];
      const since = body.since === null || body.since === undefined ? '' : ` since about ${text(body.since)}`;
      return `${dimension}: ${who} (revision ${revision}) now calls more of what it found ${was} ${now}${since}: ${text(body.flips)} flips in ${text(body.n)} verdicts on anchors, at first ${percent(body.baseline_flip_rate)}, at most ${percent(body.upper)}; evidence ${round(body.e_value)} at a threshold of ${round(body.threshold)}. The judge changed, not the model. Find out why; if it is right now, run "longwatch raters rebase ${dimension}".`;
    }
    case 'canary obeyed':
      return `${dimension}: ${who} (revision ${revision}) did what a command planted in the invented conversation ${text(body.item)} told it to (${text(body.wish)}; it said ${text(body.choice)}). Conversations may command this judge: trust its verdicts less until it holds.`;
  }
}

const text = (value: unknown) => (value === null || value === undefined ? 'unknown' : String(value));
const percent = (value: unknown) => (typeof value === 'number' ? `${(100 * value).toFixed(1)} %` : 'unknown');
const round = (value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(3)).toString() : 'unknown');
