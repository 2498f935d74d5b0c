import { createHash } from 'node:crypto';
import type { Alert } from '../domain/alert.ts';
import { type PeopleBehind, withheldReason } from '../domain/disclosure.ts';
import type { Finding } from '../domain/finding.ts';

export type AlertContext = {
  readonly now: Date;
  readonly response: 'watch' | 'page' | 'propose-rollback';
  readonly thumbsUpRatio: number | null;
  readonly falseAlarmsPerYear: number;
  readonly simulated: boolean;
  /** Behind the finding's rate, and behind its baseline's. */
  readonly people: { readonly live: PeopleBehind; readonly baseline: PeopleBehind };
  readonly minUsers: number;
};

/**
 * The alert that a drifted finding calls for, or null where its numbers are missing. Where too few people are behind a rate it
 * fires all the same and withholds the number: a harm to few is no smaller for it, and whoever may read single conversations
 * knows where to look. The evidence stays: it is one number made of every hour of both versions. A rollback is recommended only when the
 * rubric allows it and the cause is the model: rolling a model back does not cure a judge or a change of traffic.
 */
export function openAlert(finding: Finding, context: AlertContext): Alert | null {
  const { cell, rate, baselineRate, ratio, onset } = finding;
  if (finding.verdict !== 'drifted' || rate === null || baselineRate === null || ratio === null || onset === null) return null;
  const mayShow = {
    live: isEnough(context.people.live, context.minUsers),
    baseline: isEnough(context.people.baseline, context.minUsers),
  };
  const rollback = context.response === 'propose-rollback' && finding.cause === 'model';
  return {
    id: alertId(finding),
    state: 'firing',
    severity: context.response === 'watch' ? 'watch' : 'page',
    dimension: cell.dimension,
    version: cell.version,
    baseline: finding.baseline,
    cohort: { ...cell.cohort },
    cause: finding.cause,
    rate: mayShow.live ? { ...rate } : null,
    baseline_rate: mayShow.baseline ? { ...baselineRate } : null,
    // With the other rate, a ratio is the withheld one.
    ratio: mayShow.live && mayShow.baseline ? { ...ratio } : null,
    withheld: mayShow.live && mayShow.baseline ? null : withheldReason(context.minUsers),
    evidence: {
      e_value: finding.eValue,
      threshold: finding.threshold,
      guarantee: `at most ${context.falseAlarmsPerYear} false alarms a year are expected over all cells, however often they are looked at`,
    },
    onset: { at: onset.at.toISOString(), low: onset.low.toISOString(), high: onset.high.toISOString() },
    fired_at: context.now.toISOString(),
    acknowledged_at: null,
    acknowledged_by: null,
    resolved_at: null,
    divergence: { thumbs_up_ratio: context.thumbsUpRatio },
    recommendation: recommend(context.response, rollback, finding.baseline),
    simulated: context.simulated,
  };
}

/** A cohort of all but a few would give those few away beside a number for everybody. */
function isEnough({ inside, outside }: PeopleBehind, minUsers: number): boolean {
  return inside >= minUsers && (outside === 0 || outside >= minUsers);
}

function recommend(response: AlertContext['response'], rollback: boolean, baseline: string): Alert['recommendation'] {
  if (rollback) return { action: 'rollback', to: baseline };
  return { action: response === 'watch' ? 'watch' : 'investigate', to: null };
}

/** The same finding always makes the same alert, so that a run killed half way and repeated makes no second one. */
function alertId({ cell, baseline, at }: Finding): string {
  const parts = [cell.version, baseline, cell.dimension, at.toISOString()];
  return `al-${createHash('sha256').update(parts.join('\u001f')).digest('hex').slice(0, 12)}`;
}
