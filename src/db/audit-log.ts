import { type Selectable, sql } from 'kysely';
import type { ZodError } from 'zod';
import { AuditEvent, type AuditKind } from '../domain/audit.ts';
import { InputError } from '../domain/errors.ts';
import { type AuditLink, type ChainBreak, chainStart, endChain, hashLink, newChainWalk, stepChain } from './audit-chain.ts';
import type { Db } from './database.ts';
import type { EventTable } from './schema.ts';

/** Append-only and chained: who did what to what. See `audit-chain.ts` for what the chain shows and `verify` for what it cannot. */
export type AuditLog = {
  /**
   * Appends in the caller's transaction, so that the event stands exactly if what it tells of does. Make it the transaction's
   * last statement: from here to the commit nobody else can append.
   * @returns the new head of the chain.
   * @throws RangeError outside a transaction; InputError where the event holds more than names, ids and numbers.
   */
  append(trx: Db, event: AuditEvent): Promise<string>;
  /** Hash of the newest event, null before the first. Noted elsewhere, it lets `verify` show later that no tail was cut off. */
  head(db: Db): Promise<string | null>;
  /**
   * Walks the whole log. A chain cannot show by itself that its end is missing: give a head noted earlier, which must be on it.
   */
  verify(db: Db, notedHead?: string): Promise<AuditReport>;
  /** Deletes events older than `before`, and appends where the chain now begins. In the caller's transaction, as `append`. */
  prune(trx: Db, before: Date, at: Date): Promise<number>;
};

export type AuditReport = {
  readonly n: number;
  /** Events from before the chain, for which nothing vouches. */
  readonly n_before_chain: number;
  readonly first: { readonly id: string; readonly at: Date } | null;
  readonly last: { readonly id: string; readonly at: Date } | null;
  readonly head: string | null;
  readonly problem: AuditProblem | null;
};

export type AuditProblem = {
  readonly what: 'altered' | 'missing' | 'reordered' | 'cut off';
  /** The first event at which the log does not hold; null where it is its end that is missing. */
  readonly id: string | null;
  readonly says: string;
};

const walk_rows = 1_000;

/** @param key 32 bytes, known to nobody who has only the database. */
export function createAuditLog(key: Uint8Array): AuditLog {
  const append: AuditLog['append'] = async (trx, given) => {
    if (!trx.isTransaction) throw new RangeError('an audit event belongs in the transaction of what it tells of');
    const { success, data: event, error } = AuditEvent.safeParse(given);
    if (!success) throw new InputError(`The audit log cannot take this: ${describeIssue(error)}.`);
    await sql`select pg_advisory_xact_lock(hashtext('longwatch audit'))`.execute(trx);
    const prevHash = (await readHead(trx)) ?? chainStart;
    const hash = hashLink(key, { ...event, prevHash });
    await trx
      .insertInto('event')
      .values({ ...event, detail: JSON.stringify(event.detail), prev_hash: prevHash, hash })
      .execute();
    return hash;
  };

  return {
    append,
    head: readHead,
    async verify(db, notedHead) {
      let walk = newChainWalk;
      let noted = false;
      let broken: ChainBreak | null = null;
      for (let after = '0'; broken === null; ) {
        const links = await readLinks(db, after, walk_rows);
        for (const link of links) {
          const next = stepChain(key, walk, link);
          if ('what' in next) {
            broken = next;
            break;
          }
          walk = next;
          noted ||= link.hash === notedHead || link.prevHash === notedHead;
          after = link.id;
        }
        if (links.length < walk_rows) break;
      }
      broken ??= endChain(walk);
      const { n, nBefore, first, last } = walk;
      const place = (link: AuditLink | null) => (link === null ? null : { id: link.id, at: link.at });
      return {
        n,
        n_before_chain: nBefore,
        first: place(first),
        last: place(last),
        head: last?.hash ?? null,
        problem: broken !== null ? await describe(db, broken) : notedHead === undefined || noted ? null : cutOff(walk.first),
      };
    },
    async prune(trx, before, at) {
      await sql`select pg_advisory_xact_lock(hashtext('longwatch audit'))`.execute(trx);
      // Everything before the first event that is to stay: cut at one place, whatever a clock did.
      const [cut] = (
        await sql<{ id: string; hash: string | null }>`
          select id, hash from event
          where id < coalesce((select min(id) from event where at >= ${before}), 9223372036854775807)
          order by id desc limit 1`.execute(trx)
      ).rows;
      if (cut === undefined) return 0;
      const { numDeletedRows } = await trx.deleteFrom('event').where('id', '<=', cut.id).executeTakeFirst();
      const n = Number(numDeletedRows);
      await append(trx, {
        at,
        kind: 'prune audit log',
        who: 'longwatch',
        subject: `up to ${cut.id}`,
        detail: { up_to_id: cut.id, hash: cut.hash, n },
      });
      return n;
    },
  };
}

function describeIssue({ issues: [issue] }: ZodError): string {
  return `${issue?.path.join('.')} ${issue?.message}`;
}

/** Events in the order they were appended, the newest `limit` of those asked for. */
export async function listEvents(
  db: Db,
  { since, kind, limit }: { since: Date | null; kind: AuditKind | null; limit: number },
): Promise<AuditLink[]> {
  let query = db.selectFrom('event').selectAll().orderBy('id', 'desc').limit(limit);
  if (since !== null) query = query.where('at', '>=', since);
  if (kind !== null) query = query.where('kind', '=', kind);
  return (await query.execute()).map(toLink).reverse();
}

async function readHead(db: Db): Promise<string | null> {
  const row = await db
    .selectFrom('event')
    .select('hash')
    .where('hash', 'is not', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.hash ?? null;
}

async function readLinks(db: Db, after: string, limit: number): Promise<AuditLink[]> {
  const rows = await db.selectFrom('event').selectAll().where('id', '>', after).orderBy('id').limit(limit).execute();
  return rows.map(toLink);
}

function toLink({ id, at, kind, who, subject, detail, prev_hash, hash }: Selectable<EventTable>): AuditLink {
  return { id, at, kind, who, subject, detail, prevHash: prev_hash, hash };
}

async function describe(db: Db, { what, link: { id, prevHash }, after }: ChainBreak): Promise<AuditProblem> {
  if (what === 'altered') {
    return { what, id, says: `Event ${id} was altered, or was not written by Longwatch: its hash does not fit what it says.` };
  }
  const before = await db.selectFrom('event').select('id').where('hash', '=', prevHash).limit(1).executeTakeFirst();
  if (before !== undefined) {
    return { what: 'reordered', id, says: `Event ${id} is out of order: it was written after event ${before.id}.` };
  }
  const gap =
    after === null ? `before ${id}, where the log begins without saying that it was pruned` : `between ${after.id} and ${id}`;
  return { what: 'missing', id, says: `Events are missing ${gap}.` };
}

function cutOff(first: AuditLink | null): AuditProblem {
  const says = 'The head given is not part of the log: events were cut off after it was noted';
  if (first === null || first.prevHash === chainStart) return { what: 'cut off', id: null, says: `${says}.` };
  return { what: 'cut off', id: null, says: `${says}, or it is older than ${first.at.toISOString()}, where the log was pruned.` };
}
