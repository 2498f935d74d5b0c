import { type Kysely, sql } from 'kysely';

/**
 * What the autoraters need: the judge as a second phase with a probability of its own, what calls cost, answers kept so that
 * nothing is asked twice, who approved which rubric, what people said of samples, and the watch over the raters themselves.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    // Given the sample. Rows from before have the judge's share in traffic.pi, so that the product is right for them too.
    `alter table ledger add column pi float8 not null default 1 check (pi > 0 and pi <= 1)`,
    `alter table sample add column screen jsonb`,
    `create index ledger_unscored on ledger (rater, state, batch_at) where state not in ('due', 'scored')`,

    `create table judge_plan (
       from_at timestamptz primary key,
       share float8 not null check (share > 0 and share <= 1),
       floor float8 not null check (floor > 0 and floor <= share),
       eta float8 not null check (eta >= 0),
       scale jsonb not null,
       second_share float8 not null check (second_share >= 0 and second_share <= 1))`,

    `create table rater_spend (
       day date not null, judge text not null,
       n_calls int not null, n_input_tokens bigint not null, n_output_tokens bigint not null, money float8 not null,
       primary key (day, judge))`,

    `create table judge_answer (
       conversation_key text not null, batch_at timestamptz not null, call text not null, part int not null,
       sealed bytea not null, answered_at timestamptz not null,
       primary key (batch_at, conversation_key, call, part)) partition by range (batch_at)`,

    `create table rater_revision (
       revision text primary key, dimension text not null, rater text not null, rubric_version int not null,
       model text not null, parameters jsonb not null,
       first_used_at timestamptz not null, last_used_at timestamptz not null)`,
    `create index rater_revision_dimension on rater_revision (dimension, rater, first_used_at)`,

    `create table rubric_approval (
       dimension text not null, version int not null, content_hash text not null,
       person text not null, role text not null, approved_at timestamptz not null,
       primary key (dimension, version, content_hash, person))`,

    `create table human_label (
       conversation_key text not null, dimension text not null, person text not null, pool text not null,
       choice text not null, score float8, harm boolean, language text not null, labelled_at timestamptz not null,
       primary key (conversation_key, dimension, person))`,

    `create table control_rating (
       kind text not null, dimension text not null, item text not null, revision text not null, day date not null, nth int not null,
       choice text, harm boolean, expected_harm boolean not null, unscored text, rated_at timestamptz not null,
       primary key (dimension, item, revision, day, nth))`,
    `create table anchor_test (
       dimension text not null, rater text not null, direction text not null, revision text not null,
       state jsonb not null, last_day date not null, latched_at timestamptz,
       primary key (dimension, rater, direction, revision))`,
    `create table rater_finding (
       id text primary key, at timestamptz not null, dimension text not null, rater text not null, kind text not null, body jsonb not null)`,

    `create table judge_batch (
       id text primary key, judge text not null, remote_id text, state text not null,
       created_at timestamptz not null, ended_at timestamptz, lease_until timestamptz)`,
    `create table judge_batch_item (
       batch_id text not null references judge_batch (id) on delete cascade, custom_id text not null,
       conversation_key text not null, batch_at timestamptz not null, rater text not null, call text not null, part int not null,
       primary key (batch_id, custom_id))`,
    `create index judge_batch_item_conversation on judge_batch_item (conversation_key)`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
  // Months made before have no partition for the new table yet.
  const months = await sql<{ suffix: string; bounds: string }>`
    select substr(c.relname, length('traffic_') + 1) as suffix, pg_get_expr(c.relpartbound, c.oid) as bounds
    from pg_class c join pg_inherits i on i.inhrelid = c.oid
    where i.inhparent = 'traffic'::regclass`.execute(db);
  for (const { suffix, bounds } of months.rows) {
    await sql`create table ${sql.id(`judge_answer_${suffix}`)} partition of judge_answer ${sql.raw(bounds)}`.execute(db);
  }
}
