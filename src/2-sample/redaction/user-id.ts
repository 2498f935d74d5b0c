import type { Span } from './recognisers/span.ts';

/** Under this many characters an id may well be part of a word (`u-9`, `ann`), so it counts only where it stands alone. */
const DISTINCTIVE_CHARS = 6;

/**
 * Every occurrence of the raw user id, in any case: it is the one identifier we know for certain, whatever it looks like.
 * A long id is found inside other text too (`/home/marisol77/x`).
 */
export function findUserId(text: string, user: string): Span[] {
  if (user.trim() === '') return [];
  // Most texts never mention it, and a plain search tells so fifty times faster than the pattern does.
  const caseless = longestCaseless(user);
  if (caseless.length >= 2 && !text.includes(caseless)) return [];
  if (!fold(text).includes(fold(user.trim()))) return [];
  const id = user.trim().replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const pattern = user.length >= DISTINCTIVE_CHARS ? id : `(?<![\\p{L}\\p{N}_])${id}(?![\\p{L}\\p{N}_])`;
  return Array.from(text.matchAll(new RegExp(pattern, 'giu')), ({ index, 0: { length } }) => ({
    start: index,
    end: index + length,
    type: 'USER_ID',
  }));
}

/** The longest part without letters: searching for it as it is costs next to nothing, and most ids have one. */
function longestCaseless(user: string): string {
  return user.split(/[^0-9_.@-]+/).reduce((longest, part) => (part.length > longest.length ? part : longest), '');
}

/** The same for letters that differ in case only, at least as broad as the pattern's own folding. */
function fold(text: string): string {
  return text.toUpperCase().toLowerCase();
}
