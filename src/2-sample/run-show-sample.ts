import type { Kysely } from 'kysely';
import type { AuditLog } from '../db/audit-log.ts';
import type { Tables } from '../db/schema.ts';
import { readSealedSample } from '../db/sealed-samples.ts';
import { readVerdicts } from '../db/shown-samples.ts';
import type { Clock } from '../domain/clock.ts';
import { StateError } from '../domain/errors.ts';
import type { Redacted, Transcript } from '../domain/redacted.ts';
import { type Note, noteRow, type Vault } from '../domain/vault.ts';

const day_ms = 86_400_000;
const longest_reason = 200;

export type ShowDeps = {
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly audit: AuditLog;
  readonly redactText: (text: string) => Redacted;
  readonly rationaleDays: number;
};

export type ShownSample = {
  readonly conversation_key: string;
  readonly expires_at: Date;
  readonly transcript: Transcript;
  readonly verdicts: readonly {
    readonly dimension: string;
    readonly rater: string;
    readonly choice: string;
    readonly confidence: number;
    /** Null where there was none, or its time is up. */
    readonly note: Note | null;
  }[];
};

/**
 * The one way in which a person sees a sample. That somebody reads it, and why, is in the audit log before it is opened: a
 * look that cannot be written down does not happen, and one that failed afterwards was still a look.
 *
 * @param because redacted here, for people write names into reasons.
 * @throws StateError for an unknown or expired sample, or one whose key is gone, and without a name or a reason.
 */
export async function showSample(
  deps: ShowDeps,
  conversationKey: string,
  { by, because }: { by: string; because: string },
): Promise<ShownSample> {
  const now = deps.clock.now();
  if (by.trim() === '') throw new StateError('--by must name who reads it.');
  if (because.trim() === '') throw new StateError('--because must say what it is read for.');
  const reason = shorten(deps.redactText(because));
  const { sample, verdicts } = await deps.db.transaction().execute(async (trx) => {
    const found = await readSealedSample(trx, conversationKey, now);
    if (found === null) {
      throw new StateError('There is no such sample, or its time is up: see "longwatch samples list".');
    }
    const notesFrom = new Date(now.getTime() - deps.rationaleDays * day_ms);
    const ratings = await readVerdicts(trx, { conversationKey, batchAt: found.batchAt, notesFrom });
    await deps.audit.append(trx, {
      at: now,
      kind: 'read sample',
      who: by,
      subject: conversationKey,
      detail: { because: reason },
    });
    return { sample: found, verdicts: ratings };
  });
  const { key, sealed, expiresAt } = sample;
  if (key === null) throw new StateError('The key of this sample was deleted: nobody can read it any more.');
  return {
    conversation_key: conversationKey,
    expires_at: expiresAt,
    transcript: deps.vault.openTranscript(key, sealed, conversationKey),
    verdicts: verdicts.map(({ dimension, rater, raterRevision, choice, confidence, sealed: note }) => ({
      dimension,
      rater,
      choice,
      confidence,
      note: note === null ? null : deps.vault.openNote(key, note, noteRow(key, { conversationKey, dimension, raterRevision })),
    })),
  };
}

/** Cut between characters: half a surrogate pair cannot be stored. */
function shorten(text: string): string {
  return text.slice(0, longest_reason).replace(/[\uD800-\uDBFF]$/, '');
}
