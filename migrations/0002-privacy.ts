import { type Kysely, sql } from 'kysely';

/**
 * What private sampling needs: strata and the panel, one data key for each user and epoch, who is never taken again, counts
 * of traffic that stayed at the edge, erasures, a chained audit log, and what was released under differential privacy.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `alter table sampling_plan add column factors jsonb not null default '{}'`,

    // `counted`: how much the conversation counts in the capped estimand. `at_edge`: counted by traffic_count instead.
    `alter table traffic
       add column counted float8 not null default 1 check (counted > 0 and counted <= 1),
       add column at_edge boolean not null default false,
       add column panel_only boolean not null default false`,

    // Conversations that came late stand in later months than their own start.
    `create index traffic_start on traffic using brin (at)`,

    // Samples from before had one key for all; it is kept as the data key of the owner named here.
    `alter table sample
       add column user_key text not null default 'before data keys',
       add column panel_key text,
       add column cross_section boolean not null default true,
       add column u float8,
       add column expires_at timestamptz`,
    `update sample set expires_at = batch_at + interval '30 days'`,
    `alter table sample alter column user_key drop default, alter column expires_at set not null`,
    `create index sample_user on sample (user_key)`,
    `create index sample_panel on sample (panel_key) where panel_key is not null`,
    `create index sample_expiry on sample (expires_at)`,

    `create table working_key (
       name text not null, generation int not null, from_at timestamptz not null,
       master text not null, wrapped bytea not null,
       primary key (name, generation))`,
    `create table data_key (
       owner text primary key, created_at timestamptz not null,
       master text not null, wrapped bytea not null)`,
    `create index data_key_master on data_key (master)`,

    `create table suppressed_user (user_hash text primary key, reason text not null, since timestamptz not null)`,

    `create table panel_member (
       panel_key text primary key, wave text not null, from_at timestamptz not null, to_at timestamptz not null,
       last_seen_at timestamptz not null, n_conversations int not null)`,
    `create table panel_attrition (
       wave text not null, reason text not null, n int not null, primary key (wave, reason))`,

    `create table traffic_count (
       id text not null, batch_at timestamptz not null, version text not null,
       topic text not null, memory text not null, locale text not null, length text not null, product text not null,
       n int not null, counted float8 not null, nu float8 not null, max_user_weight float8 not null,
       n_thumb_up int not null, n_thumb_down int not null,
       primary key (id, batch_at, version, topic, memory, locale, length, product)) partition by range (batch_at)`,
    `create index traffic_count_batch on traffic_count (batch_at, version)`,

    `create table erasure (
       id text primary key, user_hash text not null, reason text not null, state text not null,
       requested_at timestamptz not null, requested_by text not null,
       pseudonyms jsonb, counts jsonb, receipt jsonb, finished_at timestamptz)`,

    // Rows from before the chain keep null hashes and stand before its first link.
    `alter table event add column prev_hash text, add column hash text`,

    `create table privacy_release (
       id text primary key, report text not null, epsilon float8 not null,
       released_at timestamptz not null, who text not null, body jsonb not null)`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
  // Months made before have no partition for the new table yet.
  const months = await sql<{ suffix: string; bounds: string }>`
    select substr(c.relname, length('traffic_') + 1) as suffix, pg_get_expr(c.relpartbound, c.oid) as bounds
    from pg_class c join pg_inherits i on i.inhrelid = c.oid
    where i.inhparent = 'traffic'::regclass`.execute(db);
  for (const { suffix, bounds } of months.rows) {
    await sql`create table ${sql.id(`traffic_count_${suffix}`)} partition of traffic_count ${sql.raw(bounds)}`.execute(db);
  }
}
