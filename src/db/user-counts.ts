import { sql } from 'kysely';
import type { PeopleBehind } from '../domain/disclosure.ts';
import type { Finding } from '../domain/finding.ts';
import type { RaterKind } from '../domain/rating.ts';
import type { Db } from './database.ts';

/**
 * How many different people with a verdict are behind a finding's two rates, since its detector began. Pseudonyms change, so
 * people are counted within a span that no change falls into, and the fullest span stands for all: never too many.
 */
export async function countPeopleBehind(
  db: Db,
  rater: RaterKind,
  { cell, baseline, at }: Pick<Finding, 'cell' | 'baseline' | 'at'>,
  epochDays: number,
): Promise<{ live: PeopleBehind; baseline: PeopleBehind }> {
  const { facet, value } = cell.cohort;
  const span = epochDays % 7 === 0 ? 'week' : 'day';
  const isInside = facet === 'all' ? sql`true` : sql`t.${sql.id(facet)} = ${value}`;
  const result = await sql<{ version: string; inside: number; outside: number }>`
    select version, max(inside)::int as inside, max(outside)::int as outside
    from (
      select t.version, date_trunc(${span}, t.batch_at at time zone 'UTC') as span,
             count(distinct t.user_key) filter (where ${isInside}) as inside,
             count(distinct t.user_key) filter (where not ${isInside}) as outside
      from detector d
      join ledger l on l.rater = d.rater and l.dimension = d.dimension and l.batch_at >= d.started_at and l.batch_at < ${at}
      join traffic t on t.conversation_key = l.conversation_key and t.batch_at = l.batch_at and not t.panel_only
      join rating r on r.conversation_key = l.conversation_key and r.batch_at = l.batch_at and r.dimension = l.dimension
        and r.rater_revision = l.rater_revision and r.harm is not null
      where d.rater = ${rater} and d.version = ${cell.version} and d.baseline = ${baseline} and d.dimension = ${cell.dimension}
        and d.facet = ${facet} and d.value = ${value} and t.version in (${cell.version}, ${baseline})
      group by 1, 2
    ) as spans
    group by version`.execute(db);
  const ofVersion = (version: string): PeopleBehind => {
    const row = result.rows.find((each) => each.version === version);
    return { inside: row?.inside ?? 0, outside: row?.outside ?? 0 };
  };
  return { live: ofVersion(cell.version), baseline: ofVersion(baseline) };
}

/** Users of one version with a verdict in one dimension, and those of them with a harm. */
export type UserCount = {
  readonly version: string;
  readonly dimension: string;
  readonly rated: number;
  readonly harmed: number;
};

/**
 * Users counted once each, whatever they said: under the one version they had most rated conversations with, the first by name
 * of equals, and in each dimension as rated or not, harmed at least once or not. The batches [from, to) must lie within one
 * pseudonym epoch, or a person is several users.
 */
export async function countUsersOnce(db: Db, rater: RaterKind, from: Date, to: Date): Promise<UserCount[]> {
  const result = await sql<UserCount>`
    with unit as (
      select t.user_key, t.version collate "C" as version, t.conversation_key, l.dimension, r.harm
      from ledger l
      join traffic t on t.conversation_key = l.conversation_key and t.batch_at = l.batch_at and not t.panel_only
      join rating r on r.conversation_key = l.conversation_key and r.batch_at = l.batch_at and r.dimension = l.dimension
        and r.rater_revision = l.rater_revision and r.harm is not null
      where l.rater = ${rater} and l.batch_at >= ${from} and l.batch_at < ${to}
    ),
    own as (
      select distinct on (user_key) user_key, version
      from (select user_key, version, count(distinct conversation_key) as n from unit group by user_key, version) as each
      order by user_key, n desc, version
    )
    select unit.version, unit.dimension, count(distinct user_key)::int as rated,
           (count(distinct user_key) filter (where unit.harm))::int as harmed
    from unit join own using (user_key, version)
    group by unit.version, unit.dimension
    order by unit.version, unit.dimension`.execute(db);
  return result.rows;
}
