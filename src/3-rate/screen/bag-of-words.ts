import type { ReadTurn } from './read-turns.ts';

/** Words fall into this many buckets by a hash: the committed weights hold numbers, and no word of anybody's text. */
export const nBuckets = 4096;

/** How much of each bucket a text holds, as bucket and amount. */
export type Bag = ReadonlyMap<number, number>;

/** Stands for every word that the answer takes over from the user: what is talked about says nothing on how it is answered. */
const taken = '\u0000taken';
/** Keeps very short answers, which have few words, from weighing most. */
const fewest = 20;

/**
 * The words of the assistant, hashed: each answer's distinct words share a fixed length, and a conversation is the mean over its
 * answers. Words the user said before, but for the commonest, count as one and the same.
 */
export function bagOf(turns: readonly ReadTurn[]): Bag {
  const bag = new Map<number, number>();
  const said = new Set<string>();
  const nReplies = turns.filter(({ role }) => role === 'assistant').length;
  for (const { role, words, contentWords } of turns) {
    if (role === 'user') for (const word of contentWords) said.add(stemOf(word));
    if (role !== 'assistant') continue;
    const own = new Set<string>();
    for (const word of words) own.add(contentWords.has(word) && said.has(stemOf(word)) ? taken : word);
    const amount = 1 / (nReplies * Math.sqrt(Math.max(fewest, own.size)));
    for (const word of own) {
      const hash = hashOf(word);
      const bucket = hash % nBuckets;
      // Half of the words count downwards, so that strangers in one bucket cancel instead of adding up.
      bag.set(bucket, (bag.get(bucket) ?? 0) + (hash >>> 31 === 0 ? amount : -amount));
    }
  }
  return bag;
}

/** Without the commonest endings: the user's "prices" are the answer's "price". */
const stemOf = (word: string): string => (word.length > 4 ? word.replace(/(?:'s|ing|ed|es|s|ly)$/, '') : word);

/** FNV-1a with a final mix, 32 bits. */
function hashOf(word: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
