import { sql } from 'kysely';
import type { Claim, Settlement } from '../domain/claim.ts';
import type { RaterKind } from '../domain/rating.ts';
import type { Db } from './database.ts';
import { bytes, insertMany } from './insert-many.ts';

/**
 * Claims what is due from this rater, oldest first, of `limit` samples and of each of them whole. Locked rows are skipped, so
 * two workers never hold the same sample. Samples that have expired are not there, even before they are deleted.
 *
 * With `leaseUntil`, the claim outlives the transaction: for work that waits on a network. A lease that ran out is claimed
 * again, so a killed worker loses nothing. Without, it lasts as long as the caller's transaction: for local work.
 */
export async function claimDue(
  db: Db,
  claim: {
    rater: RaterKind;
    worker: string;
    limit: number;
    now: Date;
    leaseUntil: Date | null;
    /** Only these; all where not given. */
    dimensions?: readonly string[];
  },
): Promise<Claim[]> {
  const eligible = (row: string) => {
    const column = (name: string) => sql.ref(`${row}.${name}`);
    const only = claim.dimensions === undefined ? sql`` : sql`and ${column('dimension')} = any(${[...claim.dimensions]}::text[])`;
    return sql`${column('rater')} = ${claim.rater} and ${column('state')} = 'due' and ${column('next_attempt_at')} <= ${claim.now}
      and (${column('lease_until')} is null or ${column('lease_until')} <= ${claim.now}) ${only}`;
  };
  // The first row of a sample stands for all: whoever has it has the sample, so that what is asked about it together is never
  // asked by two. Values and not "exists", which would be planned as a join that reads everything up to the first one due.
  const tokens = sql`
    select f.batch_at, f.conversation_key from ledger f
    where ${eligible('f')}
      and ${claim.now} < (select s.expires_at from sample s where s.batch_at = f.batch_at and s.conversation_key = f.conversation_key)
      and f.dimension = (select min(e.dimension) from ledger e
        where e.batch_at = f.batch_at and e.conversation_key = f.conversation_key and ${eligible('e')})
    order by f.batch_at, f.conversation_key limit ${claim.limit} for update skip locked`;
  const owed = sql`
    select r.conversation_key, r.batch_at, r.rater, r.dimension, r.attempts
    from ledger r join tokens t on r.batch_at = t.batch_at and r.conversation_key = t.conversation_key
    where ${eligible('r')} for update of r skip locked`;
  const sealed = sql`s.sealed, s.user_key, k.master, k.wrapped`;
  const samples = sql`
    sample s on s.batch_at = o.batch_at and s.conversation_key = o.conversation_key left join data_key k on k.owner = s.user_key`;
  type Row = {
    conversation_key: string;
    batch_at: Date;
    dimension: string;
    attempts: number;
    sealed: Buffer;
    user_key: string;
    master: string | null;
    wrapped: Buffer | null;
  };
  const result =
    claim.leaseUntil === null
      ? await sql<Row>`
          with tokens as (${tokens}), owed as (${owed})
          select o.conversation_key, o.batch_at, o.dimension, o.attempts + 1 as attempts, ${sealed}
          from owed o join ${samples}`.execute(db)
      : await sql<Row>`
          with tokens as (${tokens}), owed as (${owed})
          update ledger l set lease_until = ${claim.leaseUntil}, lease_by = ${claim.worker}, attempts = l.attempts + 1
          from owed o join ${samples}
          where l.batch_at = o.batch_at and l.conversation_key = o.conversation_key and l.rater = o.rater and l.dimension = o.dimension
          returning l.conversation_key, l.batch_at, l.dimension, l.attempts, ${sealed}`.execute(db);
  const claims = new Map<string, Claim & { dimensions: string[] }>();
  for (const row of result.rows) {
    const known = claims.get(row.conversation_key);
    if (known === undefined) {
      claims.set(row.conversation_key, {
        conversationKey: row.conversation_key,
        batchAt: row.batch_at,
        sealed: row.sealed,
        key:
          row.master === null || row.wrapped === null ? null : { owner: row.user_key, master: row.master, wrapped: row.wrapped },
        dimensions: [row.dimension],
        attempts: row.attempts,
      });
    } else {
      known.dimensions.push(row.dimension);
    }
  }
  return [...claims.values()];
}

/**
 * Writes verdicts and closes their ledger rows, in the caller's transaction. Only rows that are still due and still this
 * worker's change (`leased`: by lease; otherwise by lock), so a worker that was too slow and lost its lease writes nothing
 * and nothing is counted twice.
 * @returns how many ledger rows were settled.
 */
export async function settle(
  db: Db,
  by: { rater: RaterKind; worker: string; leased: boolean; now: Date },
  settlements: readonly Settlement[],
): Promise<number> {
  if (settlements.length === 0) return 0;
  const rows = settlements.map((s) => ({
    key: s.conversationKey,
    batch_at: s.batchAt,
    dimension: s.dimension,
    state: s.outcome === 'scored' ? 'scored' : s.outcome === 'unscored' ? s.reason : 'due',
    next: s.outcome === 'later' ? s.nextAttemptAt : null,
    revision: s.outcome === 'later' ? null : s.raterRevision,
    back: s.outcome === 'later' && s.notAsked === true ? 1 : 0,
  }));
  const held = await sql<{ conversation_key: string; dimension: string }>`
    update ledger l set state = i.state, next_attempt_at = coalesce(i.next, l.next_attempt_at), rater_revision = i.revision,
      attempts = greatest(0, l.attempts - i.back), lease_until = null, lease_by = null, updated_at = ${by.now}
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as i(key text, batch_at timestamptz, dimension text, state text, next timestamptz, revision text, back int)
    where l.batch_at = i.batch_at and l.conversation_key = i.key and l.rater = ${by.rater} and l.dimension = i.dimension
      and l.state = 'due' and ${by.leased ? sql`l.lease_by = ${by.worker}` : sql`l.lease_by is null`}
    returning l.conversation_key, l.dimension`.execute(db);
  const ours = new Set(held.rows.map((row) => `${row.conversation_key} ${row.dimension}`));
  const scored = settlements.filter((s) => s.outcome === 'scored').filter((s) => ours.has(`${s.conversationKey} ${s.dimension}`));
  const columns = {
    conversation_key: 'text',
    batch_at: 'timestamptz',
    dimension: 'text',
    rater: 'text',
    rater_revision: 'text',
    choice: 'text',
    score: 'float8',
    harm: 'boolean',
    confidence: 'float8',
    sealed: 'bytea',
    rated_at: 'timestamptz',
  } as const;
  await insertMany(
    db,
    'rating',
    columns,
    scored.map((s) => ({
      conversation_key: s.conversationKey,
      batch_at: s.batchAt,
      dimension: s.dimension,
      rater: by.rater,
      rater_revision: s.raterRevision,
      choice: s.choice,
      score: s.score,
      harm: s.harm,
      confidence: s.confidence,
      sealed: s.sealed === null ? null : bytes(s.sealed),
      rated_at: by.now,
    })),
    'ignore',
  );
  return ours.size;
}

/** The oldest batch with a rating still due from this rater, before `to`. */
export async function oldestDueBatch(db: Db, rater: RaterKind, from: Date, to: Date): Promise<Date | null> {
  const row = await db
    .selectFrom('ledger')
    .select(sql<Date | null>`min(batch_at)`.as('at'))
    .where('rater', '=', rater)
    .where('state', '=', 'due')
    .where('batch_at', '>=', from)
    .where('batch_at', '<', to)
    .executeTakeFirstOrThrow();
  return row.at;
}

/** Takes back what is due from a rater of other dimensions than these: nobody will rate it. */
export async function dropDue(db: Db, rater: RaterKind, except: readonly string[]): Promise<void> {
  await db
    .deleteFrom('ledger')
    .where('rater', '=', rater)
    .where('state', '=', 'due')
    .where(sql<boolean>`dimension <> all(${[...except]}::text[])`)
    .execute();
}

/** Gives up on what is still due in batches that ended before `before`. */
export async function expireDue(db: Db, rater: RaterKind, from: Date, before: Date, now: Date): Promise<number> {
  const result = await db
    .updateTable('ledger')
    .set({ state: 'expired', lease_until: null, lease_by: null, updated_at: now })
    .where('rater', '=', rater)
    .where('state', '=', 'due')
    .where('batch_at', '>=', from)
    .where('batch_at', '<', before)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

export type LedgerCount = { readonly rater: string; readonly dimension: string; readonly state: string; readonly n: number };

/** The ledger counted by state, of batches in [from, to) or of all: what coverage is computed from. */
export async function countLedger(db: Db, from: Date | null = null, to: Date | null = null): Promise<LedgerCount[]> {
  let query = db
    .selectFrom('ledger')
    .select(['rater', 'dimension', 'state', sql<number>`count(*)::int`.as('n')])
    .groupBy(['rater', 'dimension', 'state'])
    .orderBy('rater')
    .orderBy('dimension');
  if (from !== null) query = query.where('batch_at', '>=', from);
  if (to !== null) query = query.where('batch_at', '<', to);
  return query.execute();
}

/** Samples from which a rater's verdict is still due. */
export async function countOwed(db: Db, rater: RaterKind): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(distinct (batch_at, conversation_key))::int as n from ledger where rater = ${rater} and state = 'due'`.execute(
    db,
  );
  return rows[0]?.n ?? 0;
}
