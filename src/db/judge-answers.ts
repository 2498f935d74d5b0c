import { sql } from 'kysely';
import type { Db } from './database.ts';
import { bytes, insertMany } from './insert-many.ts';

/** What a judge said of one part of a sample, kept until all of the sample is answered. */
export type KeptAnswer = {
  readonly conversationKey: string;
  readonly batchAt: Date;
  /** Hash of the question: judge, rubrics and how they were asked. */
  readonly call: string;
  /** Number of the window, from 0. */
  readonly part: number;
  readonly sealed: Buffer;
};

/** Every answer kept for these samples. */
export async function readAnswers(db: Db, units: readonly { conversationKey: string; batchAt: Date }[]): Promise<KeptAnswer[]> {
  if (units.length === 0) return [];
  const { rows } = await sql<{ conversation_key: string; batch_at: Date; call: string; part: number; sealed: Buffer }>`
    select a.conversation_key, a.batch_at, a.call, a.part, a.sealed from judge_answer a join ${recordset(units)}
      on a.batch_at = i.batch_at and a.conversation_key = i.key`.execute(db);
  return rows.map(({ conversation_key, batch_at, ...row }) => ({ ...row, conversationKey: conversation_key, batchAt: batch_at }));
}

/**
 * The first answer to a question stays. Nothing is kept of samples that are gone, or have grown: those are not the worker's any
 * more. Call it before they are settled.
 */
export async function keepAnswers(db: Db, answers: readonly KeptAnswer[], worker: string, now: Date): Promise<void> {
  if (answers.length === 0) return;
  const alive = await sql<{ conversation_key: string }>`
    select l.conversation_key from ledger l join ${recordset(answers)} on l.batch_at = i.batch_at and l.conversation_key = i.key
    where l.lease_by = ${worker} and l.state = 'due' for update of l`.execute(db);
  const there = new Set(alive.rows.map((row) => row.conversation_key));
  const columns = {
    conversation_key: 'text',
    batch_at: 'timestamptz',
    call: 'text',
    part: 'int',
    sealed: 'bytea',
    answered_at: 'timestamptz',
  } as const;
  await insertMany(
    db,
    'judge_answer',
    columns,
    answers
      .filter(({ conversationKey }) => there.has(conversationKey))
      .map(({ conversationKey, batchAt, call, part, sealed }) => ({
        conversation_key: conversationKey,
        batch_at: batchAt,
        call,
        part,
        sealed: bytes(sealed),
        answered_at: now,
      })),
    'ignore',
  );
}

/** Lets go of the answers to questions that have become ratings. */
export async function dropAnswers(
  db: Db,
  questions: readonly { conversationKey: string; batchAt: Date; call: string }[],
): Promise<void> {
  if (questions.length === 0) return;
  await sql`
    delete from judge_answer a using ${recordset(questions)}
    where a.batch_at = i.batch_at and a.conversation_key = i.key and a.call = i.call`.execute(db);
}

function recordset(units: readonly { conversationKey: string; batchAt: Date; call?: string }[]) {
  const rows = units.map(({ conversationKey, batchAt, call }) => ({ key: conversationKey, batch_at: batchAt, call }));
  return sql`json_to_recordset(${JSON.stringify(rows)}::json) as i(key text, batch_at timestamptz, call text)`;
}
