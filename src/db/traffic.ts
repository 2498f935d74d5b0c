import { sql } from 'kysely';
import type { FacetName } from '../domain/facets.ts';
import type { TrafficRow } from '../domain/traffic-row.ts';
import type { Db } from './database.ts';
import { insertMany } from './insert-many.ts';

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

export async function insertTraffic(db: Db, rows: readonly (TrafficRow & { nTurns: number; pi: number })[]): Promise<void> {
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
    thumb: 'text',
    seconds: 'float8',
  } as const;
  await insertMany(
    db,
    'traffic',
    columns,
    rows.map(({ conversationKey, batchAt, at, version, userKey, nTurns, facets, pi, thumb, seconds }) => ({
      conversation_key: conversationKey,
      batch_at: batchAt,
      at,
      version,
      user_key: userKey,
      n_turns: nTurns,
      ...facets,
      pi,
      thumb,
      seconds,
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

/** Traffic counts per hourly batch, version and cohort. */
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
    select t.batch_at, t.version, c.facet, c.value, count(*)::int as n,
           (count(*) filter (where t.thumb = 'up'))::int as thumb_up, (count(*) filter (where t.thumb = 'down'))::int as thumb_down
    from traffic t cross join lateral (values ${cohortPairs(facets)}) as c(facet, value)
    where t.batch_at >= ${from} and t.batch_at < ${to}
    group by t.batch_at, t.version, c.facet, c.value`.execute(db);
  return result.rows.map(({ batch_at, thumb_up, thumb_down, ...row }) => ({
    ...row,
    batchAt: batch_at,
    thumbUp: thumb_up,
    thumbDown: thumb_down,
  }));
}

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
  readonly n: number;
  /** Sum of inclusion probabilities: how many rated conversations the design expects. */
  readonly nu: number;
  /** The most design weight any one user could bring into the batch if all they said were sampled. */
  readonly maxUserWeight: number;
};

/** The same with what the design expects of each: what a bet may be planned with. Never looks at samples or verdicts. */
export async function countCohorts(db: Db, from: Date, to: Date, facets: readonly FacetName[]): Promise<CohortTraffic[]> {
  const result = await sql<{
    batch_at: Date;
    version: string;
    facet: string;
    value: string;
    n: number;
    nu: number;
    max_user_weight: number;
  }>`
    select batch_at, version, facet, value, sum(n)::int as n, sum(nu) as nu, max(weight) as max_user_weight
    from (
      select t.batch_at, t.version, c.facet, c.value, t.user_key, count(*) as n, sum(t.pi) as nu, sum(1 / t.pi) as weight
      from traffic t cross join lateral (values ${cohortPairs(facets)}) as c(facet, value)
      where t.batch_at >= ${from} and t.batch_at < ${to}
      group by t.batch_at, t.version, c.facet, c.value, t.user_key
    ) as users
    group by batch_at, version, facet, value`.execute(db);
  return result.rows.map(({ batch_at, max_user_weight, ...row }) => ({
    ...row,
    batchAt: batch_at,
    maxUserWeight: max_user_weight,
  }));
}

/** Conversations of each version in a window, for the forecast. */
export async function countVersions(db: Db, from: Date, to: Date): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('traffic')
    .select(['version', sql<number>`count(*)::int`.as('n')])
    .where('batch_at', '>=', from)
    .where('batch_at', '<', to)
    .groupBy('version')
    .execute();
  return new Map(rows.map((row) => [row.version, row.n]));
}

/** The hour of the oldest and the newest batch, or null when nothing has come in. */
export async function trafficSpan(db: Db): Promise<{ first: Date; last: Date } | null> {
  const row = await db
    .selectFrom('traffic')
    .select([sql<Date | null>`min(batch_at)`.as('first'), sql<Date | null>`max(batch_at)`.as('last')])
    .executeTakeFirstOrThrow();
  return row.first === null || row.last === null ? null : { first: row.first, last: row.last };
}

/** Share of thumbs that point up, of a version's conversations in a window; null where nobody gave one. */
export async function thumbsUpShare(db: Db, version: string, from: Date, to: Date): Promise<number | null> {
  const row = await db
    .selectFrom('traffic')
    .select(sql<number | null>`avg(case thumb when 'up' then 1.0 else 0.0 end)::float8`.as('share'))
    .where('version', '=', version)
    .where('batch_at', '>=', from)
    .where('batch_at', '<', to)
    .where('thumb', 'is not', null)
    .executeTakeFirstOrThrow();
  return row.share;
}
