import type { Transcript } from './redacted.ts';

/**
 * Port. Seals redacted text for storage and opens it again. Each row's id is bound to what was sealed for it, so that
 * rows cannot be swapped. Opening with another key throws KeyError and tells nothing of the content.
 */
export interface Vault {
  sealTranscript(transcript: Transcript, rowId: string): Buffer;
  openTranscript(sealed: Uint8Array, rowId: string): Transcript;
  /** Evidence and rationale of a rating: redacted text too. */
  sealNote(note: object, rowId: string): Buffer;
}
