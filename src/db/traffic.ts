import { sql } from 'kysely';
import { type FacetName, facetNames } from '../domain/facets.ts';
import type { TrafficRow } from '../domain/traffic-row.ts';
import type { Db } from './database.ts';
import { insertMany } from './insert-many.ts';
import type { JudgePhase } from './judge-plans.ts';

export type KnownConversation = {
  readonly batchAt: Date;
  readonly nTurns: number;
  readonly version: string;
  readonly at: Date;
  readonly sampled: boolean;
  readonly judged: boolean;
};

/** Which of these conversations have been counted before. */
export async function findKnown(db: Db, keys: readonly string[]): Promise<Map<string, KnownConversation>> {
  if (keys.length === 0) return new Map();
  const rows = await db
    .selectFrom('traffic')
    .leftJoin('sample', (join) =>
      join.onRef('sample.conversation_key', '=', 'traffic.conversation_key').onRef('sample.batch_at', '=', 'traffic.batch_at'),
    )
    .select(['traffic.conversation_key', 'traffic.batch_at', 'traffic.n_turns', 'traffic.version', 'traffic.at', 'sample.judged'])
    .where(sql<boolean>`traffic.conversation_key = any(${keys}::text[])`)
    .execute();
  return new Map(
    rows.map((row) => [
      row.conversation_key,
      {
        batchAt: row.batch_at,
        nTurns: row.n_turns,
        version: row.version,
        at: row.at,
        sampled: row.judged !== null,
        judged: row.judged === true,
      },
    ]),
  );
}

/** How many conversations each user has had on each UTC day in [from, to): keys are `<user key> <YYYY-MM-DD>`. */
export async function countByUserDay(db: Db, userKeys: readonly string[], from: Date, to: Date): Promise<Map<string, number>> {
  if (userKeys.length === 0) return new Map();
  const day = sql<string>`to_char(at at time zone 'UTC', 'YYYY-MM-DD')`;
  const rows = await db
    .selectFrom('traffic')
    .select(['user_key', day.as('day'), sql<number>`count(*)::int`.as('n')])
    .where(sql<boolean>`user_key = any(${userKeys}::text[])`)
    .where('at', '>=', from)
    .where('at', '<', to)
    .groupBy(['user_key', day])
    .execute();
  return new Map(rows.map((row) => [`${row.user_key} ${row.day}`, row.n]));
}

/** What sampling adds to a traffic row. */
export type DrawnTrafficRow = TrafficRow & {
  readonly nTurns: number;
  /** Probability of being sampled; what is judged of the sample has its own, in the ledger. */
  readonly pi: number;
  /** How much it counts in the capped estimand, (0, 1]. */
  readonly counted: number;
  /** Counted by the edge sampler's own counts, and not by this row. */
  readonly atEdge: boolean;
  /** Sampled for the panel alone: no part of the cross-section. */
  readonly panelOnly: boolean;
};

export async function insertTraffic(db: Db, rows: readonly DrawnTrafficRow[]): Promise<void> {
  const columns = {
    conversation_key: 'text',
    batch_at: 'timestamptz',
    at: 'timestamptz',
    version: 'text',
    user_key: 'text',
    n_turns: 'int',
    topic: 'text',
    memory: 'text',
    locale: 'text',
    length: 'text',
    product: 'text',
    pi: 'float8',
    counted: 'float8',
    at_edge: 'boolean',
    panel_only: 'boolean',
    thumb: 'text',
    seconds: 'float8',
  } as const;
  await insertMany(
    db,
    'traffic',
    columns,
    rows.map((row) => ({
      conversation_key: row.conversationKey,
      batch_at: row.batchAt,
      at: row.at,
      version: row.version,
      user_key: row.userKey,
      n_turns: row.nTurns,
      ...row.facets,
      pi: row.pi,
      counted: row.counted,
      at_edge: row.atEdge,
      panel_only: row.panelOnly,
      thumb: row.thumb,
      seconds: row.seconds,
    })),
  );
}

/** A conversation seen again and longer: its counts move on, its batch and its sampling decision stay. A `length` of null stays, too. */
export async function growTraffic(
  db: Db,
  key: string,
  batchAt: Date,
  row: { nTurns: number; length: string | null; thumb: string | null; seconds: number | null },
): Promise<void> {
  const length = row.length === null ? {} : { length: row.length };
  await db
    .updateTable('traffic')
    .set({ n_turns: row.nTurns, thumb: row.thumb, seconds: row.seconds, ...length })
    .where('conversation_key', '=', key)
    .where('batch_at', '=', batchAt)
    .execute();
}

/** Conversations and thumbs of one cohort of one version in one hourly batch. */
export type CohortCount = {
  readonly batchAt: Date;
  readonly version: string;
  readonly facet: string;
  readonly value: string;
  readonly n: number;
  readonly thumbUp: number;
  readonly thumbDown: number;
};

/** Traffic counts per hourly batch, version and cohort: what came in, and what an edge sampler counted in our stead. */
export async function countTraffic(db: Db, from: Date, to: Date, facets: readonly FacetName[]): Promise<CohortCount[]> {
  const result = await sql<{
    batch_at: Date;
    version: string;
    facet: string;
    value: string;
    n: number;
    thumb_up: number;
    thumb_down: number;
  }>`
    select t.batch_at, t.version, c.facet, c.value, sum(t.n)::int as n,
           sum(t.thumb_up)::int as thumb_up, sum(t.thumb_down)::int as thumb_down
    from (
      select batch_at, version, ${facetColumns}, 1 as n,
             (thumb is not distinct from 'up')::int as thumb_up, (thumb is not distinct from 'down')::int as thumb_down
      from traffic where batch_at >= ${from} and batch_at < ${to} and not at_edge
      union all
      select batch_at, version, ${facetColumns}, n, n_thumb_up, n_thumb_down
      from traffic_count where batch_at >= ${from} and batch_at < ${to}
    ) t cross join lateral (values ${cohortPairs(facets)}) as c(facet, value)
    group by t.batch_at, t.version, c.facet, c.value`.execute(db);
  return result.rows.map(({ batch_at, thumb_up, thumb_down, ...row }) => ({
    ...row,
    batchAt: batch_at,
    thumbUp: thumb_up,
    thumbDown: thumb_down,
  }));
}

const facetColumns = sql.join(facetNames.map((facet) => sql.id(facet)));

/** Everybody, and the conversation's value on each facet: the cohorts it belongs to. */
function cohortPairs(facets: readonly FacetName[]) {
  return sql.join([sql`('all', 'all')`, ...facets.map((facet) => sql`(${sql.lit(facet)}, t.${sql.id(facet)})`)]);
}

/** What the traffic log says of one cohort of one version in one hourly batch. */
export type CohortTraffic = {
  readonly batchAt: Date;
  readonly version: string;
  readonly facet: string;
  readonly value: string;
  /** Conversations as the capped estimand counts them. */
  readonly n: number;
  /** Sum of inclusion probabilities of all phases: how many rated conversations the design expects. */
  readonly nu: number;
  /** The most design weight any one user could bring into the batch if all they said were sampled and rated. */
  readonly maxUserWeight: number;
};

/**
 * The same with what the design expects of each: what a bet may be planned with. Never looks at samples or verdicts.
 * A row sampled at the edge adds to no count, for the edge has counted it, but it does bound the weights: should the edge's
 * counts come an hour late, no bet is larger than what came can bear.
 */
export async function countCohorts(
  db: Db,
  from: Date,
  to: Date,
  facets: readonly FacetName[],
  phase: JudgePhase,
): Promise<CohortTraffic[]> {
  const result = await sql<{
    batch_at: Date;
    version: string;
    facet: string;
    value: string;
    n: number;
    nu: number;
    max_user_weight: number;
  }>`
    select batch_at, version, facet, value, sum(n) as n, sum(nu) as nu, sum(weight) as max_user_weight
    from (
      select batch_at, version, facet, value, sum(n) as n, sum(nu) as nu, max(weight) as weight
      from (
        select t.batch_at, t.version, c.facet, c.value, t.user_key, sum(case when t.at_edge then 0 else t.counted end) as n,
               sum(case when t.at_edge then 0 else t.pi end) as nu, sum(t.counted / t.pi) as weight
        from traffic t cross join lateral (values ${cohortPairs(facets)}) as c(facet, value)
        where t.batch_at >= ${from} and t.batch_at < ${to}
        group by t.batch_at, t.version, c.facet, c.value, t.user_key
      ) as users
      group by batch_at, version, facet, value
      union all
      select t.batch_at, t.version, c.facet, c.value, sum(t.counted), sum(t.nu), max(t.max_user_weight)
      from traffic_count t cross join lateral (values ${cohortPairs(facets)}) as c(facet, value)
      where t.batch_at >= ${from} and t.batch_at < ${to}
      group by t.batch_at, t.version, c.facet, c.value
    ) as sources
    group by batch_at, version, facet, value`.execute(db);
  return result.rows.map(({ batch_at, max_user_weight, nu, ...row }) => {
    const { share, floor } = phase(batch_at);
    return { ...row, batchAt: batch_at, nu: nu * share, maxUserWeight: max_user_weight / floor };
  });
}

/** Conversations of each version in a window, for the forecast. */
export async function countVersions(db: Db, from: Date, to: Date): Promise<Map<string, number>> {
  const result = await sql<{ version: string; n: number }>`
    select version, sum(n)::int as n
    from (
      select version, count(*) as n from traffic
      where batch_at >= ${from} and batch_at < ${to} and not at_edge group by version
      union all
      select version, sum(n) from traffic_count where batch_at >= ${from} and batch_at < ${to} group by version
    ) as sources
    group by version`.execute(db);
  return new Map(result.rows.map((row) => [row.version, row.n]));
}

/** The hour of the oldest and the newest batch, or null when nothing has come in. */
export async function trafficSpan(db: Db): Promise<{ first: Date; last: Date } | null> {
  const result = await sql<{ first: Date | null; last: Date | null }>`
    select least(t.first, c.first) as first, greatest(t.last, c.last) as last
    from (select min(batch_at) as first, max(batch_at) as last from traffic) t,
         (select min(batch_at) as first, max(batch_at) as last from traffic_count) c`.execute(db);
  const { first = null, last = null } = result.rows[0] ?? {};
  return first === null || last === null ? null : { first, last };
}

/**
 * Share of thumbs that point up, of a version's conversations in a window; null where too few people are known to have given
 * one. Of those counted at the edge only the sampled are known.
 */
export async function thumbsUpShare(db: Db, version: string, from: Date, to: Date, minUsers: number): Promise<number | null> {
  const result = await sql<{ share: number | null; users: number }>`
    select (sum(up) / nullif(sum(up) + sum(down), 0))::float8 as share, sum(users)::int as users
    from (
      select count(*) filter (where thumb = 'up' and not at_edge) as up, count(*) filter (where thumb = 'down' and not at_edge) as down,
             count(distinct user_key) filter (where thumb is not null) as users
      from traffic where version = ${version} and batch_at >= ${from} and batch_at < ${to}
      union all
      select sum(n_thumb_up), sum(n_thumb_down), 0 from traffic_count
      where version = ${version} and batch_at >= ${from} and batch_at < ${to}
    ) as sources`.execute(db);
  const { share = null, users = 0 } = result.rows[0] ?? {};
  return users < minUsers ? null : share;
}
