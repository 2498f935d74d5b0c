import { type Kysely, sql } from 'kysely';

/** Big tables are range-partitioned by month; each holds the conversation or cell that a distributed PostgreSQL would shard on. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `create table meta (key text primary key, value text not null)`,

    `create table version (
       version text primary key,
       first_seen_at timestamptz not null,
       last_seen_at timestamptz not null,
       retired_at timestamptz, retired_by text)`,

    `create table certification (
       id text primary key,
       version text not null,
       dimensions jsonb not null,
       from_at timestamptz not null, to_at timestamptz not null,
       rates jsonb not null,
       certified_by text not null, certified_at timestamptz not null)`,

    `create table sampling_plan (
       version text not null, from_at timestamptz not null,
       pi_sample float8 not null check (pi_sample > 0 and pi_sample <= 1),
       forecast_per_day float8 not null, target_per_day float8 not null,
       primary key (version, from_at))`,

    `create table traffic (
       conversation_key text not null, batch_at timestamptz not null,
       at timestamptz not null, version text not null, user_key text not null, n_turns int not null,
       topic text not null, memory text not null, locale text not null, length text not null, product text not null,
       pi float8 not null check (pi > 0 and pi <= 1),
       thumb text, seconds float8,
       primary key (conversation_key, batch_at)) partition by range (batch_at)`,
    `create index traffic_batch on traffic (batch_at, version)`,
    `create index traffic_user on traffic (user_key, at)`,

    `create table sample (
       conversation_key text not null, batch_at timestamptz not null,
       design text not null, pi_sample float8 not null, pi_cap float8 not null, pi_judge float8 not null,
       judged boolean not null, sealed bytea not null,
       primary key (batch_at, conversation_key)) partition by range (batch_at)`,

    `create table ledger (
       conversation_key text not null, batch_at timestamptz not null, dimension text not null, rater text not null,
       state text not null, attempts int not null default 0,
       lease_until timestamptz, lease_by text, next_attempt_at timestamptz not null,
       rater_revision text, updated_at timestamptz not null,
       primary key (batch_at, conversation_key, rater, dimension)) partition by range (batch_at)`,
    `create index ledger_due on ledger (rater, batch_at, conversation_key) where state = 'due'`,

    `create table rating (
       conversation_key text not null, batch_at timestamptz not null, dimension text not null, rater text not null,
       rater_revision text not null, choice text not null, score float8, harm boolean, confidence float8 not null,
       sealed bytea, rated_at timestamptz not null,
       primary key (batch_at, conversation_key, dimension, rater_revision)) partition by range (batch_at)`,

    `create table rate_point (
       version text not null, dimension text not null, facet text not null, value text not null,
       grain text not null, at timestamptz not null, rater text not null,
       n_traffic int not null, n_due int not null, n_scored int not null, n_users int not null,
       sum_weights float8 not null, sum_weighted_harm float8 not null,
       rate float8, variance float8, df int not null, n_eff float8, low float8, high float8,
       n_thumb_up int not null, n_thumb_down int not null,
       primary key (version, dimension, facet, value, grain, rater, at)) partition by range (at)`,
    `create index rate_point_at on rate_point (grain, at)`,

    `create table detector (
       version text not null, baseline text not null, dimension text not null, facet text not null, value text not null,
       rater text not null, started_at timestamptz not null, last_batch_at timestamptz not null,
       state jsonb not null, latched_at timestamptz,
       primary key (version, baseline, dimension, facet, value, rater))`,

    `create table detector_step (
       version text not null, baseline text not null, dimension text not null, facet text not null, value text not null,
       rater text not null, batch_at timestamptz not null,
       step jsonb not null,
       primary key (version, baseline, dimension, facet, value, rater, batch_at)) partition by range (batch_at)`,

    `create table finding (
       version text not null, baseline text not null, dimension text not null, facet text not null, value text not null,
       at timestamptz not null, verdict text not null, cause text not null, body jsonb not null,
       primary key (version, baseline, dimension, facet, value, at))`,

    `create table alert (
       id text primary key,
       version text not null, baseline text not null, dimension text not null, state text not null, body jsonb not null,
       fired_at timestamptz not null, resolved_at timestamptz)`,
    `create unique index alert_open on alert (version, baseline, dimension) where state <> 'resolved'`,

    `create table rollback (
       id text primary key, alert_id text not null, from_version text not null, to_version text not null, state text not null,
       planned_by text not null, planned_at timestamptz not null, approved_by text, approved_at timestamptz,
       executed_at timestamptz, verified_at timestamptz, recovery jsonb, note text)`,

    `create table delivery (
       id text primary key, kind text not null, url text not null, body jsonb not null, attempts int not null default 0,
       created_at timestamptz not null, next_attempt_at timestamptz not null, delivered_at timestamptz, last_error text)`,

    `create table job_watermark (job text primary key, until timestamptz not null)`,
    `create table job_run (
       id text primary key, job text not null, started_at timestamptz not null, finished_at timestamptz,
       outcome text not null, window_from timestamptz, window_to timestamptz, counts jsonb, error text)`,
    `create index job_run_latest on job_run (job, started_at desc)`,

    `create table event (
       id bigint generated always as identity primary key, at timestamptz not null, kind text not null,
       who text not null, subject text not null, detail jsonb not null)`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
