import type { Claim, Settlement } from '../domain/claim.ts';
import { KeyError } from '../domain/errors.ts';
import type { Rating } from '../domain/rating.ts';
import type { Transcript } from '../domain/redacted.ts';
import { noteRow, type Vault } from '../domain/vault.ts';

/** How long what cannot be opened for now waits for its master key. */
const wait_for_key_ms = 15 * 60_000;

/** The transcript, or what becomes of the claim without it. */
export type Opened = { readonly transcript: Transcript } | { readonly unrated: readonly Settlement[] };

/**
 * Opens a claim's transcript. What can never be rated any more (its data key is gone, its row was altered) is settled as
 * failed, so that one bad row cannot stop the queue. Where only the master key is not at hand, which a person can put back, it
 * stays due.
 */
export function openClaim(vault: Vault, claim: Claim, now: Date): Opened {
  const { conversationKey, batchAt, key } = claim;
  const failed = () => claim.dimensions.map((dimension) => unscored(claim, dimension, 'none', 'failed'));
  if (key === null) return { unrated: failed() };
  try {
    return { transcript: vault.openTranscript(key, claim.sealed, conversationKey) };
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    if (error.retry !== 'later') return { unrated: failed() };
    const nextAttemptAt = new Date(now.getTime() + wait_for_key_ms);
    const later = (dimension: string) => ({ outcome: 'later', conversationKey, batchAt, dimension, nextAttemptAt }) as const;
    return { unrated: claim.dimensions.map(later) };
  }
}

/** A rating as the ledger takes it, its words sealed under the user's key. */
export function toSettlement(vault: Vault, claim: Claim, rating: Rating, raterRevision: string): Settlement {
  const { conversationKey, batchAt, key } = claim;
  const { dimension } = rating;
  if (rating.outcome === 'unscored') return unscored(claim, dimension, raterRevision, rating.reason);
  const { choice, score, harm, confidence, evidence, rationale } = rating;
  const noted = key !== null && (evidence.length > 0 || rationale !== null);
  const sealed = noted
    ? vault.sealNote(key, { evidence, rationale }, noteRow(key, { conversationKey, dimension, raterRevision }))
    : null;
  return { outcome: 'scored', conversationKey, batchAt, dimension, raterRevision, choice, score, harm, confidence, sealed };
}

export function unscored(
  { conversationKey, batchAt }: Claim,
  dimension: string,
  raterRevision: string,
  reason: Extract<Rating, { outcome: 'unscored' }>['reason'],
): Settlement {
  return { outcome: 'unscored', conversationKey, batchAt, dimension, raterRevision, reason };
}
