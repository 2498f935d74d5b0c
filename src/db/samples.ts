import type { RaterKind } from '../domain/rating.ts';
import type { ScreenScores } from '../domain/screen-scores.ts';
import type { Db } from './database.ts';
import { bytes, insertMany } from './insert-many.ts';

export type SealedSample = {
  readonly conversationKey: string;
  readonly batchAt: Date;
  readonly design: string;
  readonly piSample: number;
  readonly piCap: number;
  /** Given that it is in the sample. */
  readonly piJudge: number;
  readonly judged: boolean;
  readonly screen: ScreenScores;
  /** Drawn for the cross-section; otherwise for the panel alone. */
  readonly crossSection: boolean;
  /** The cross-section coin, kept so that the draw can be audited. */
  readonly u: number;
  /** Owner of the data key that sealed it. */
  readonly userKey: string;
  /** Links the samples of a panel member for one wave; null outside the panel. */
  readonly panelKey: string | null;
  readonly expiresAt: Date;
  readonly sealed: Buffer;
};

/** Which ledger rows a sample opens, each with its probability given the sample. */
export type DueRating = { readonly dimension: string; readonly rater: RaterKind; readonly pi: number };

/** Stores samples and, in the caller's transaction, one ledger row for every rating each is due. */
export async function insertSamples<S extends SealedSample>(
  db: Db,
  samples: readonly S[],
  due: (sample: S) => readonly DueRating[],
  now: Date,
): Promise<void> {
  const sampleColumns = {
    conversation_key: 'text',
    batch_at: 'timestamptz',
    design: 'text',
    pi_sample: 'float8',
    pi_cap: 'float8',
    pi_judge: 'float8',
    judged: 'boolean',
    screen: 'jsonb',
    cross_section: 'boolean',
    u: 'float8',
    user_key: 'text',
    panel_key: 'text',
    expires_at: 'timestamptz',
    sealed: 'bytea',
  } as const;
  await insertMany(
    db,
    'sample',
    sampleColumns,
    samples.map((sample) => ({
      conversation_key: sample.conversationKey,
      batch_at: sample.batchAt,
      design: sample.design,
      pi_sample: sample.piSample,
      pi_cap: sample.piCap,
      pi_judge: sample.piJudge,
      judged: sample.judged,
      screen: sample.screen,
      cross_section: sample.crossSection,
      u: sample.u,
      user_key: sample.userKey,
      panel_key: sample.panelKey,
      expires_at: sample.expiresAt,
      sealed: bytes(sample.sealed),
    })),
  );
  const ledgerColumns = {
    conversation_key: 'text',
    batch_at: 'timestamptz',
    dimension: 'text',
    rater: 'text',
    state: 'text',
    attempts: 'int',
    pi: 'float8',
    next_attempt_at: 'timestamptz',
    updated_at: 'timestamptz',
  } as const;
  const rows = samples.flatMap((sample) =>
    due(sample).map(({ dimension, rater, pi }) => ({
      conversation_key: sample.conversationKey,
      batch_at: sample.batchAt,
      dimension,
      rater,
      state: 'due',
      attempts: 0,
      pi,
      next_attempt_at: now,
      updated_at: now,
    })),
  );
  await insertMany(db, 'ledger', ledgerColumns, rows);
}

/** A longer version of a sampled conversation: the transcript is replaced and every rating of it is due again. */
export async function replaceTranscript(
  db: Db,
  key: string,
  batchAt: Date,
  { sealed, userKey }: Pick<SealedSample, 'sealed' | 'userKey'>,
  now: Date,
): Promise<void> {
  const here = { conversation_key: key, batch_at: batchAt };
  await db
    .updateTable('sample')
    .set({ sealed, user_key: userKey })
    .where((w) => w.and(here))
    .execute();
  // What was said of the shorter one is no answer about this one.
  for (const table of ['rating', 'judge_answer', 'judge_batch_item'] as const) {
    await db
      .deleteFrom(table)
      .where((w) => w.and(here))
      .execute();
  }
  await db
    .updateTable('ledger')
    .set({
      state: 'due',
      attempts: 0,
      lease_until: null,
      lease_by: null,
      next_attempt_at: now,
      rater_revision: null,
      updated_at: now,
    })
    .where((w) => w.and(here))
    .execute();
}

/** Consent withdrawn: what was taken goes. Counts stay; they hold no text. */
export async function removeSample(db: Db, key: string, batchAt: Date): Promise<void> {
  const here = { conversation_key: key, batch_at: batchAt };
  // The ledger first: a verdict that is just being written holds its row there, and is found below.
  for (const table of ['ledger', 'rating', 'judge_answer', 'judge_batch_item', 'sample'] as const) {
    await db
      .deleteFrom(table)
      .where((w) => w.and(here))
      .execute();
  }
  await db.deleteFrom('human_label').where('conversation_key', '=', key).execute();
}
