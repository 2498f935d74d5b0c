import { z } from 'zod';

const instant = z.iso.datetime();
const interval = { value: z.number(), low: z.number(), high: z.number() };

/** The machine-readable alert that `alerts list --json` prints and webhooks carry. Ids and numbers only, never text. */
export const Alert = z.strictObject({
  id: z.string(),
  state: z.enum(['firing', 'acknowledged', 'resolved']),
  severity: z.enum(['watch', 'page']),
  dimension: z.string(),
  version: z.string(),
  baseline: z.string(),
  cohort: z.strictObject({ facet: z.string(), value: z.string() }),
  cause: z.enum(['model', 'judge', 'traffic mix', 'coverage', 'none']),
  /** Null where too few people are behind it to be shown; the ratio where that is so of either version. */
  rate: z.strictObject({ ...interval, n: z.number() }).nullable(),
  baseline_rate: z.strictObject({ ...interval, n: z.number() }).nullable(),
  ratio: z.strictObject(interval).nullable(),
  /** Why a number above is null, in words; null where none is. */
  withheld: z.string().nullable().default(null),
  evidence: z.strictObject({ e_value: z.number(), threshold: z.number(), guarantee: z.string() }),
  onset: z.strictObject({ at: instant, low: instant, high: instant }),
  fired_at: instant,
  acknowledged_at: instant.nullable(),
  acknowledged_by: z.string().nullable(),
  resolved_at: instant.nullable(),
  divergence: z.strictObject({ thumbs_up_ratio: z.number().nullable() }),
  recommendation: z.strictObject({ action: z.enum(['rollback', 'investigate', 'watch']), to: z.string().nullable() }),
  /** Set where the verdicts came from a judge that only stands in for one, as in the demo. */
  simulated: z.boolean(),
});
export type Alert = z.infer<typeof Alert>;
