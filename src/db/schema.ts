import type { ColumnType, Generated, JSONColumnType } from 'kysely';

/** A JSON column: read as parsed, written as text. */
type Json<T extends object> = JSONColumnType<T, string, string>;
type Defaulted<T> = ColumnType<T, T | undefined, T>;

export type MetaTable = { key: string; value: string };

export type VersionTable = {
  version: string;
  first_seen_at: Date;
  last_seen_at: Date;
  retired_at: Date | null;
  retired_by: string | null;
};

export type CertifiedRate = { dimension: string; rate: number; low: number; high: number; n: number };
export type CertificationTable = {
  id: string;
  version: string;
  dimensions: Json<string[]>;
  from_at: Date;
  to_at: Date;
  rates: Json<CertifiedRate[]>;
  certified_by: string;
  certified_at: Date;
};

export type SamplingPlanTable = {
  version: string;
  from_at: Date;
  pi_sample: number;
  forecast_per_day: number;
  target_per_day: number;
  /** Facet, value, factor. */
  factors: Json<Record<string, Record<string, number>>>;
};

export type TrafficTable = {
  conversation_key: string;
  batch_at: Date;
  at: Date;
  version: string;
  user_key: string;
  n_turns: number;
  topic: string;
  memory: string;
  locale: string;
  length: string;
  product: string;
  pi: number;
  thumb: string | null;
  seconds: number | null;
  counted: Defaulted<number>;
  at_edge: Defaulted<boolean>;
  panel_only: Defaulted<boolean>;
};

/** Traffic that was counted where it arose, because only what was drawn left there. */
export type TrafficCountTable = {
  id: string;
  batch_at: Date;
  version: string;
  topic: string;
  memory: string;
  locale: string;
  length: string;
  product: string;
  n: number;
  counted: number;
  nu: number;
  max_user_weight: number;
  n_thumb_up: number;
  n_thumb_down: number;
};

export type SampleTable = {
  conversation_key: string;
  batch_at: Date;
  design: string;
  pi_sample: number;
  pi_cap: number;
  pi_judge: number;
  judged: boolean;
  sealed: Buffer;
  user_key: string;
  panel_key: string | null;
  cross_section: Defaulted<boolean>;
  u: number | null;
  expires_at: Date;
};

export type WorkingKeyTable = { name: string; generation: number; from_at: Date; master: string; wrapped: Buffer };

export type DataKeyTable = { owner: string; created_at: Date; master: string; wrapped: Buffer };

export type SuppressedUserTable = { user_hash: string; reason: string; since: Date };

export type PanelMemberTable = {
  panel_key: string;
  wave: string;
  from_at: Date;
  to_at: Date;
  last_seen_at: Date;
  n_conversations: number;
};

export type PanelAttritionTable = { wave: string; reason: string; n: number };

export type ErasureTable = {
  id: string;
  user_hash: string;
  reason: string;
  state: string;
  requested_at: Date;
  requested_by: string;
  /** The keys under which the user's rows stand, while they are still there. */
  pseudonyms: JSONColumnType<object | null, string | null, string | null>;
  counts: JSONColumnType<Record<string, number> | null, string | null, string | null>;
  receipt: JSONColumnType<object | null, string | null, string | null>;
  finished_at: Date | null;
};

export type LedgerTable = {
  conversation_key: string;
  batch_at: Date;
  dimension: string;
  rater: string;
  state: string;
  attempts: Defaulted<number>;
  lease_until: Date | null;
  lease_by: string | null;
  next_attempt_at: Date;
  rater_revision: string | null;
  updated_at: Date;
};

export type RatingTable = {
  conversation_key: string;
  batch_at: Date;
  dimension: string;
  rater: string;
  rater_revision: string;
  choice: string;
  score: number | null;
  harm: boolean | null;
  confidence: number;
  sealed: Buffer | null;
  rated_at: Date;
};

export type RatePointTable = {
  version: string;
  dimension: string;
  facet: string;
  value: string;
  grain: string;
  at: Date;
  rater: string;
  n_traffic: number;
  n_due: number;
  n_scored: number;
  n_users: number;
  sum_weights: number;
  sum_weighted_harm: number;
  rate: number | null;
  variance: number | null;
  df: number;
  n_eff: number | null;
  low: number | null;
  high: number | null;
  n_thumb_up: number;
  n_thumb_down: number;
};

type CellColumns = {
  version: string;
  baseline: string;
  dimension: string;
  facet: string;
  value: string;
};

export type DetectorTable = CellColumns & {
  rater: string;
  started_at: Date;
  last_batch_at: Date;
  state: Json<object>;
  latched_at: Date | null;
};

export type DetectorStepTable = CellColumns & { rater: string; batch_at: Date; step: Json<object> };

export type FindingTable = CellColumns & { at: Date; verdict: string; cause: string; body: Json<object> };

export type AlertTable = {
  id: string;
  version: string;
  baseline: string;
  dimension: string;
  state: string;
  body: Json<object>;
  fired_at: Date;
  resolved_at: Date | null;
};

export type RollbackTable = {
  id: string;
  alert_id: string;
  from_version: string;
  to_version: string;
  state: string;
  planned_by: string;
  planned_at: Date;
  approved_by: string | null;
  approved_at: Date | null;
  executed_at: Date | null;
  verified_at: Date | null;
  recovery: JSONColumnType<object | null, string | null, string | null>;
  note: string | null;
};

export type DeliveryTable = {
  id: string;
  kind: string;
  url: string;
  body: Json<object>;
  attempts: Defaulted<number>;
  created_at: Date;
  next_attempt_at: Date;
  delivered_at: Date | null;
  last_error: string | null;
};

export type JobWatermarkTable = { job: string; until: Date };

export type JobRunTable = {
  id: string;
  job: string;
  started_at: Date;
  finished_at: Date | null;
  outcome: string;
  window_from: Date | null;
  window_to: Date | null;
  counts: JSONColumnType<Record<string, number> | null, string | null, string | null>;
  error: string | null;
};

export type EventTable = {
  id: Generated<string>;
  at: Date;
  kind: string;
  who: string;
  subject: string;
  detail: Json<object>;
  prev_hash: string | null;
  hash: string | null;
};

export type PrivacyReleaseTable = {
  id: string;
  report: string;
  epsilon: number;
  released_at: Date;
  who: string;
  body: Json<object>;
};

/** Every table, as Kysely sees it. Migrations are frozen and do not use this. */
export type Tables = {
  meta: MetaTable;
  version: VersionTable;
  certification: CertificationTable;
  sampling_plan: SamplingPlanTable;
  traffic: TrafficTable;
  traffic_count: TrafficCountTable;
  sample: SampleTable;
  working_key: WorkingKeyTable;
  data_key: DataKeyTable;
  suppressed_user: SuppressedUserTable;
  panel_member: PanelMemberTable;
  panel_attrition: PanelAttritionTable;
  erasure: ErasureTable;
  ledger: LedgerTable;
  rating: RatingTable;
  rate_point: RatePointTable;
  detector: DetectorTable;
  detector_step: DetectorStepTable;
  finding: FindingTable;
  alert: AlertTable;
  rollback: RollbackTable;
  delivery: DeliveryTable;
  job_watermark: JobWatermarkTable;
  job_run: JobRunTable;
  event: EventTable;
  privacy_release: PrivacyReleaseTable;
};
