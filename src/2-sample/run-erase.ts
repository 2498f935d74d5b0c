import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { AuditLog } from '../db/audit-log.ts';
import { deleteDataKeys } from '../db/data-keys.ts';
import type { Db } from '../db/database.ts';
import { eraseConversations, expireSamples, findConversations, leavePanel, readWaves, verificationSql } from '../db/erasure.ts';
import {
  closeErasure,
  type ErasedNames,
  type Erasure,
  insertErasure,
  latestErasure,
  lockErasure,
  noteProgress,
  unfinishedErasures,
} from '../db/erasure-requests.ts';
import { readEpochDays } from '../db/meta.ts';
import type { Tables } from '../db/schema.ts';
import { findSuppressed, suppress } from '../db/suppressed-users.ts';
import { lockIntake } from '../db/watermarks.ts';
import type { Clock } from '../domain/clock.ts';
import { namesOf, type UserNames } from './pseudonym.ts';
import { digestName, Receipt, signReceipt } from './receipt.ts';

const day_ms = 86_400_000;
const conversations_a_transaction = 500;

/** What stays, in the receipt's words. */
const kept = [
  'traffic: one row a conversation, counted under random names, without its start, turns, thumbs or seconds',
  'rate_point, finding, alert: sums over many people, as they were published',
  'event: the audit log, with the names of conversations that somebody read',
  'suppressed_user: the keyed hash of the user id, by which nothing of them is taken in again',
];

export type FinishDeps = {
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly receiptKey: Uint8Array;
};
export type EraseDeps = FinishDeps & { readonly pseudonymKey: Uint8Array };

/** Why somebody is erased. Who opts out may come back (`optIn`). */
export const erasureReasons = ['request', 'opt-out', 'legal'] as const;
export type ErasureReason = (typeof erasureReasons)[number];

/**
 * Removes a person. First, in one transaction: nothing of them is taken in from here on, their texts' keys are gone, and the
 * rest is written down as owed. Then the rest, in steps that `finishErasures` takes up after a kill. Safe to repeat: who was
 * erased and of whom nothing is found has the receipt they had.
 *
 * Of somebody unknown the receipt says that nothing was there. It is for whoever holds the id and the database anyway; a
 * receipt that hid it could not be checked.
 *
 * @param user the raw id, which is never stored.
 */
export async function eraseUser(
  deps: EraseDeps,
  user: string,
  { by, reason }: { by: string; reason: ErasureReason },
): Promise<Receipt> {
  const now = deps.clock.now();
  const names = namesOf(deps.pseudonymKey, user, {
    // A producer's clock may run ahead of ours.
    until: new Date(now.getTime() + day_ms),
    epochDays: await readEpochDays(deps.db),
    waves: await readWaves(deps.db),
  });
  for (const id of await unfinishedErasures(deps.db, names.suppressed)) await finish(deps, id);
  const id = await deps.db.transaction().execute((trx) => request(deps, trx, names, { by, reason, now }));
  return finish(deps, id);
}

/** Finishes every erasure that was begun: the part of it that a job does. */
export async function finishErasures(deps: FinishDeps): Promise<number> {
  const unfinished = await unfinishedErasures(deps.db);
  for (const id of unfinished) await finish(deps, id);
  return unfinished.length;
}

async function request(
  { audit }: EraseDeps,
  trx: Db,
  { suppressed, users, panels }: UserNames,
  { by, reason, now }: { by: string; reason: ErasureReason; now: Date },
): Promise<string> {
  // Whoever takes conversations in has either committed, and is found below, or will see that the person is suppressed.
  await lockIntake(trx);
  const suppression = reason === 'opt-out' ? 'opted_out' : 'erased';
  const before = (await findSuppressed(trx, [suppressed])).get(suppressed);
  const earlier = await latestErasure(trx, suppressed);
  const conversations = await findConversations(trx, users, panels);
  const settled = before === 'erased' || before === suppression;
  // Somebody else may be about to finish it. What is found of a finished one has come back, from a backup, say.
  if (settled && earlier !== null && (earlier.names !== null || conversations.length === 0)) return earlier.id;

  const id = randomUUID();
  await suppress(trx, suppressed, suppression, now);
  const counts = { data_key: await deleteDataKeys(trx, users), panel_member: await leavePanel(trx, panels, suppression) };
  await expireSamples(trx, conversations, now);
  await insertErasure(trx, {
    id,
    hash: suppressed,
    reason,
    requestedAt: now,
    requestedBy: by,
    names: { users, panels, conversations, done: 0 },
    counts,
  });
  await audit.append(trx, { at: now, kind: 'request erasure', who: by, subject: id, detail: { reason } });
  return id;
}

async function finish(deps: FinishDeps, id: string): Promise<Receipt> {
  for (;;) {
    const receipt = await deps.db.transaction().execute(async (trx) => {
      const erasure = await lockErasure(trx, id);
      if (erasure.names === null) return Receipt.parse(erasure.receipt);
      if (erasure.names.done >= erasure.names.conversations.length) return close(deps, trx, erasure, erasure.names);
      await eraseMore(trx, erasure, erasure.names);
      return null;
    });
    if (receipt !== null) return receipt;
  }
}

async function eraseMore(trx: Db, { id, counts }: Erasure, names: ErasedNames): Promise<void> {
  const done = names.done + conversations_a_transaction;
  const more = await eraseConversations(trx, names.conversations.slice(names.done, done));
  const sum = Object.fromEntries(
    [...new Set([...Object.keys(counts), ...Object.keys(more)])].map((table) => [
      table,
      (counts[table] ?? 0) + (more[table] ?? 0),
    ]),
  );
  await noteProgress(trx, id, { ...names, done }, sum);
}

async function close(deps: FinishDeps, trx: Db, erasure: Erasure, names: ErasedNames): Promise<Receipt> {
  const { id, hash, reason, requestedAt, requestedBy, counts } = erasure;
  const at = deps.clock.now();
  const { traffic = 0, ...others } = counts;
  // Every table there is something of, whatever tables there are.
  const removed = { ledger: 0, rating: 0, sample: 0, data_key: 0, panel_member: 0, ...others };
  const audit_head = await deps.audit.append(trx, {
    at,
    kind: 'finish erasure',
    who: 'longwatch',
    subject: id,
    detail: { removed, unlinked: { traffic } },
  });
  const digests = [...names.users, ...names.panels, ...names.conversations.map(({ key }) => key)].map(digestName);
  const receipt = signReceipt(deps.receiptKey, {
    id,
    issued_at: at.toISOString(),
    requested_at: requestedAt.toISOString(),
    requested_by: requestedBy,
    reason,
    subject: hash,
    removed,
    unlinked: { traffic },
    kept,
    verification: { sql: verificationSql(digests) },
    audit_head,
  });
  await closeErasure(trx, id, receipt, at);
  return receipt;
}
