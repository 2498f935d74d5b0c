import { createHash } from 'node:crypto';
import type { Alert } from '../domain/alert.ts';
import type { Finding } from '../domain/finding.ts';

export type AlertContext = {
  readonly now: Date;
  readonly response: 'watch' | 'page' | 'propose-rollback';
  readonly thumbsUpRatio: number | null;
  readonly falseAlarmsPerYear: number;
  readonly simulated: boolean;
};

/**
 * The alert that a drifted finding calls for, or null where its numbers are missing. A rollback is recommended only when the
 * rubric allows it and the cause is the model: rolling a model back does not cure a judge or a change of traffic.
 */
export function openAlert(finding: Finding, context: AlertContext): Alert | null {
  const { cell, rate, baselineRate, ratio, onset } = finding;
  if (finding.verdict !== 'drifted' || rate === null || baselineRate === null || ratio === null || onset === null) return null;
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
    rate: { ...rate },
    baseline_rate: { ...baselineRate },
    ratio: { ...ratio },
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

function recommend(response: AlertContext['response'], rollback: boolean, baseline: string): Alert['recommendation'] {
  if (rollback) return { action: 'rollback', to: baseline };
  return { action: response === 'watch' ? 'watch' : 'investigate', to: null };
}

/** The same finding always makes the same alert, so that a run killed half way and repeated makes no second one. */
function alertId({ cell, baseline, at }: Finding): string {
  const parts = [cell.version, baseline, cell.dimension, at.toISOString()];
  return `al-${createHash('sha256').update(parts.join('\u001f')).digest('hex').slice(0, 12)}`;
}
