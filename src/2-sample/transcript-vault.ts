import type { RedactedTurn } from '../domain/redacted.ts';
import type { Vault } from '../domain/vault.ts';
import { seal, unseal } from './vault.ts';

/**
 * The vault over one key. What it opens was redacted before it was sealed and has been authenticated since, which is why
 * this is the one place outside redaction where text becomes `Redacted` again.
 */
export function createTranscriptVault(key: Uint8Array): Vault {
  return {
    sealTranscript: (transcript, rowId) => seal(key, JSON.stringify(transcript), `transcript ${rowId}`),
    openTranscript: (sealed, rowId) => JSON.parse(unseal(key, sealed, `transcript ${rowId}`)) as RedactedTurn[],
    sealNote: (note, rowId) => seal(key, JSON.stringify(note), `note ${rowId}`),
  };
}
