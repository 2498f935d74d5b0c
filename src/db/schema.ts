import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { ScreenScores } from '../domain/screen-scores.ts';

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
  screen: JSONColumnType<ScreenScores | null, string | null, never>;
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
  /** Probability that this rating is due, given the sample: 1 for the screen, the judge's share for a judge. */
  pi: Defaulted<number>;
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

/** How the judge's probabilities of the batches from this hour on follow from the screen's scores. */
export type JudgePlanTable = {
  from_at: Date;
  share: number;
  floor: number;
  eta: number;
  scale: Json<Record<string, number>>;
  second_share: number;
};

export type RaterSpendTable = {
  /** A UTC day, `YYYY-MM-DD`. */
  day: ColumnType<Date, string, never>;
  judge: string;
  n_calls: number;
  n_input_tokens: string;
  n_output_tokens: string;
  money: number;
};

/** What a judge said of a sample, or of one window of it, before it became ratings. */
export type JudgeAnswerTable = {
  conversation_key: string;
  batch_at: Date;
  call: string;
  part: number;
  sealed: Buffer;
  answered_at: Date;
};

/** Every rater that ever scored, by its revision. */
export type RaterRevisionTable = {
  revision: string;
  dimension: string;
  rater: string;
  rubric_version: number;
  model: string;
  parameters: Json<object>;
  first_used_at: Date;
  last_used_at: Date;
};

export type RubricApprovalTable = {
  dimension: string;
  version: number;
  content_hash: string;
  person: string;
  role: string;
  approved_at: Date;
};

export type HumanLabelTable = {
  conversation_key: string;
  dimension: string;
  person: string;
  pool: string;
  choice: string;
  score: number | null;
  harm: boolean | null;
  language: string;
  labelled_at: Date;
};

/** Verdicts on invented conversations whose right answer is known: anchors and canaries. */
export type ControlRatingTable = {
  kind: string;
  dimension: string;
  item: string;
  revision: string;
  day: ColumnType<Date, string, never>;
  nth: number;
  choice: string | null;
  harm: boolean | null;
  expected_harm: boolean;
  unscored: string | null;
  rated_at: Date;
};

export type AnchorTestTable = {
  dimension: string;
  rater: string;
  direction: string;
  revision: string;
  state: Json<object>;
  last_day: ColumnType<Date, string, string>;
  latched_at: Date | null;
};

export type RaterFindingTable = { id: string; at: Date; dimension: string; rater: string; kind: string; body: Json<object> };

export type JudgeBatchTable = {
  id: string;
  judge: string;
  remote_id: string | null;
  state: string;
  created_at: Date;
  ended_at: Date | null;
  lease_until: Date | null;
};

export type JudgeBatchItemTable = {
  batch_id: string;
  custom_id: string;
  conversation_key: string;
  batch_at: Date;
  rater: string;
  call: string;
  part: number;
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
  judge_plan: JudgePlanTable;
  rater_spend: RaterSpendTable;
  judge_answer: JudgeAnswerTable;
  rater_revision: RaterRevisionTable;
  rubric_approval: RubricApprovalTable;
  human_label: HumanLabelTable;
  control_rating: ControlRatingTable;
  anchor_test: AnchorTestTable;
  rater_finding: RaterFindingTable;
  judge_batch: JudgeBatchTable;
  judge_batch_item: JudgeBatchItemTable;
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
