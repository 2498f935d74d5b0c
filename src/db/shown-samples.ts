import type { Db } from './database.ts';

/** What may be told of a sample without anybody reading it. */
export type ListedSample = {
  readonly conversationKey: string;
  readonly at: Date;
  readonly version: string;
  readonly topic: string;
  readonly memory: string;
  readonly locale: string;
  readonly length: string;
  readonly product: string;
  readonly expiresAt: Date;
};

/** The newest samples that have not expired, of one version when given. */
export async function listSamples(
  db: Db,
  { version, limit, now }: { version: string | null; limit: number; now: Date },
): Promise<ListedSample[]> {
  let query = db
    .selectFrom('sample as s')
    .innerJoin('traffic as t', (join) =>
      join.onRef('t.batch_at', '=', 's.batch_at').onRef('t.conversation_key', '=', 's.conversation_key'),
    )
    .select([
      't.conversation_key as conversationKey',
      't.at',
      't.version',
      't.topic',
      't.memory',
      't.locale',
      't.length',
      't.product',
      's.expires_at as expiresAt',
    ])
    .where('s.expires_at', '>', now)
    .orderBy('s.batch_at', 'desc')
    .orderBy('s.conversation_key')
    .limit(limit);
  if (version !== null) query = query.where('t.version', '=', version);
  return query.execute();
}

/** A verdict on a sample, with its note where there is one and its own clock has not run out. */
export type Verdict = {
  readonly dimension: string;
  readonly rater: string;
  readonly raterRevision: string;
  readonly choice: string;
  readonly confidence: number;
  readonly sealed: Buffer | null;
};

/** @param notesFrom conversations that began up to then have no notes any more, whether or not somebody has deleted them. */
export async function readVerdicts(
  db: Db,
  { conversationKey, batchAt, notesFrom }: { conversationKey: string; batchAt: Date; notesFrom: Date },
): Promise<Verdict[]> {
  return db
    .selectFrom('rating as r')
    .innerJoin('traffic as t', (join) =>
      join.onRef('t.batch_at', '=', 'r.batch_at').onRef('t.conversation_key', '=', 'r.conversation_key'),
    )
    .select((w) => [
      'r.dimension',
      'r.rater',
      'r.rater_revision as raterRevision',
      'r.choice',
      'r.confidence',
      w.case().when('t.at', '>', notesFrom).then(w.ref('r.sealed')).else(null).end().as('sealed'),
    ])
    .where('r.conversation_key', '=', conversationKey)
    .where('r.batch_at', '=', batchAt)
    .orderBy('r.dimension')
    .orderBy('r.rater')
    .execute();
}
