import type { Role } from '../../domain/conversation.ts';
import { type Feature, functionWords, lexicon } from './lexicon.ts';

export type Counts = Readonly<Record<Feature, number>>;

/** What the screen sees in one turn. `content` is the prose alone: lower case, straight apostrophes, no fenced code. */
export type ReadTurn = {
  readonly role: Role;
  readonly content: string;
  /** As it was written, but without fenced code: for capitals, links and layout. */
  readonly prose: string;
  readonly nWords: number;
  readonly readable: boolean;
  /** How often words and phrases of each list occur, and how often among the first words. */
  readonly counts: Counts;
  readonly opening: Counts;
  /** Words that carry the matter: longer than three letters and not among the commonest. */
  readonly contentWords: ReadonlySet<string>;
  /** Every distinct word. */
  readonly words: ReadonlySet<string>;
};

const features = Object.keys(lexicon) as Feature[];
const phraseSeparator = /\s*,\s*/;
/** What is said first tells most about whether an answer agrees. */
const openingWords = 25;

/** A trie over words: what may follow, and which features end here. */
type Node = { readonly next: Map<string, Node>; readonly ends: Feature[] };

const root = buildTrie();
const common = new Set(functionWords.split(phraseSeparator));
const zero = Object.fromEntries(features.map((feature) => [feature, 0])) as Counts;

/** Counts words and phrases in every turn. One pass over the text; fenced code is skipped. */
export function readTurns(transcript: readonly { readonly role: Role; readonly content: string }[]): ReadTurn[] {
  return transcript.map(({ role, content }) => readTurn(role, content));
}

function readTurn(role: Role, raw: string): ReadTurn {
  const counts = { ...zero };
  const opening = { ...zero };
  const contentWords = new Set<string>();
  const words = new Set<string>();
  const prose = (raw.includes('```') ? raw.replace(/```[\s\S]*?(```|$)/g, ' ') : raw).replaceAll('’', "'");
  const text = prose.toLowerCase();
  let nWords = 0;
  let nCommon = 0;
  let nLetters = 0;
  let open: Node[] = [];
  for (let at = 0; at < text.length; ) {
    if (!isWordUnit(text.charCodeAt(at))) {
      // A phrase does not run over the end of a sentence.
      if (endsSentence(text.charCodeAt(at))) open = [];
      at++;
      continue;
    }
    const start = at;
    while (at < text.length && isWordUnit(text.charCodeAt(at))) at++;
    const word = text.slice(start, at);
    nWords++;
    words.add(word);
    nLetters += at - start;
    if (common.has(word)) nCommon++;
    else if (word.length > 3) contentWords.add(word);
    open = advance(open, word, counts, nWords <= openingWords ? opening : null);
  }
  // English prose has about two common words in five; a script without spaces makes few, very long words.
  const readable = nLetters < 40 || nCommon >= 0.08 * Math.max(nWords, nLetters / 8);
  return { role, content: text, prose, nWords, readable, counts, opening, contentWords, words };
}

const none: Node[] = [];

function advance(open: Node[], word: string, counts: Record<Feature, number>, opening: Record<Feature, number> | null): Node[] {
  let still = none;
  for (let i = 0; i <= open.length; i++) {
    const node = (open[i] ?? root).next.get(word);
    if (node === undefined) continue;
    for (const feature of node.ends) {
      counts[feature]++;
      if (opening !== null) opening[feature]++;
    }
    if (node.next.size === 0) continue;
    if (still === none) still = [];
    still.push(node);
  }
  return still;
}

function buildTrie(): Node {
  const top: Node = { next: new Map(), ends: [] };
  for (const feature of features) {
    for (const phrase of lexicon[feature].split(phraseSeparator)) {
      let node = top;
      for (const word of phrase.trim().split(/\s+/)) {
        const next = node.next.get(word) ?? { next: new Map(), ends: [] };
        node.next.set(word, next);
        node = next;
      }
      if (!node.ends.includes(feature)) node.ends.push(feature);
    }
  }
  return top;
}

/** Letters and digits of any script, apostrophe and hyphen. Everything beyond ASCII counts as a letter, but for general punctuation. */
function isWordUnit(unit: number): boolean {
  if (unit >= 128) return unit > 0xbf && (unit < 0x2000 || unit > 0x206f) && (unit < 0x3000 || unit > 0x303f);
  return (unit >= 97 && unit <= 122) || (unit >= 48 && unit <= 57) || unit === 39 || unit === 45;
}

/** Full stop, exclamation mark, question mark, line break. */
function endsSentence(unit: number): boolean {
  return unit === 46 || unit === 33 || unit === 63 || unit === 10;
}
