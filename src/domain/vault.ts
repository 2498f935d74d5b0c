import type { Rating } from './rating.ts';
import type { Redacted, Transcript } from './redacted.ts';

/** A key as it is stored: encrypted under a master key, and bound to what it is for. */
export type WrappedKey = {
  /** Pseudonym of the user in the epoch whose texts it seals. */
  readonly owner: string;
  /** Fingerprint of the master key that wraps it. */
  readonly master: string;
  readonly wrapped: Buffer;
};

/** Owner of the one key that sealed everything before users had keys of their own. */
export const before_data_keys = 'before data keys';

/** What a rating rests on: text of the transcript and about it. */
export type Note = {
  readonly evidence: readonly { readonly turn: number; readonly quote: Redacted }[];
  readonly rationale: Redacted | null;
};

/**
 * Port. Seals redacted text for storage and opens it again. Every user has a data key for each epoch, stored wrapped:
 * without the master key nothing opens, and once the data key is gone nothing it sealed opens ever again. Each row's id
 * is bound to what was sealed for it, so that rows cannot be swapped. Whatever does not open throws KeyError and tells
 * nothing of the content; MissingMasterKey where the right master key may still come.
 */
export interface Vault {
  /** A new random data key, to be stored before anything sealed with it is. */
  createKey(owner: string): WrappedKey;
  sealTranscript(key: WrappedKey, transcript: Transcript, rowId: string): Buffer;
  openTranscript(key: WrappedKey, sealed: Uint8Array, rowId: string): Transcript;
  /** @param rowId made by `noteRow`. */
  sealNote(key: WrappedKey, note: Note, rowId: string): Buffer;
  openNote(key: WrappedKey, sealed: Uint8Array, rowId: string): Note;
  /** Verdicts on part of a conversation, kept until the rest is there. */
  sealRatings(key: WrappedKey, ratings: readonly Rating[], rowId: string): Buffer;
  openRatings(key: WrappedKey, sealed: Uint8Array, rowId: string): readonly Rating[];
}

/** The row id that a rating's note is bound to. Under the key from before data keys, notes were not bound to their revision. */
export function noteRow(
  { owner }: Pick<WrappedKey, 'owner'>,
  rating: { readonly conversationKey: string; readonly dimension: string; readonly raterRevision: string },
): string {
  const { conversationKey, dimension, raterRevision } = rating;
  return owner === before_data_keys ? `${conversationKey} ${dimension}` : `${conversationKey} ${dimension} ${raterRevision}`;
}
