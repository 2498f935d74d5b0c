/** A stretch of a text that a service takes for an identifier: UTF-16 offsets, end exclusive; `entity` in the service's words. */
export type FoundEntity = { readonly start: number; readonly end: number; readonly entity: string };

/**
 * Port. A service that looks for identifiers beside our own recognisers. It sees raw text, so it must run where the text
 * already is. Called once a turn; may be called again with the same text.
 * @throws RedactionError when it does not answer in time or answers nonsense: then nothing of the text is kept.
 */
export interface EntityFinder {
  find(text: string, language: string): Promise<readonly FoundEntity[]>;
}
