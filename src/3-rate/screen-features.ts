import type { Role } from '../domain/conversation.ts';
import type { Transcript } from '../domain/redacted.ts';
import { type Feature, functionWords, lexicon } from './screen-lexicon.ts';

type Counts = Readonly<Record<Feature, number>>;

/** What the screen sees in one turn. */
export type TurnFeatures = { readonly role: Role; readonly nWords: number; readonly readable: boolean; readonly counts: Counts };

const features = Object.keys(lexicon) as Feature[];
const phraseSeparator = /\s*,\s*/;

/** A trie over words: what may follow, and which features end here. */
type Node = { readonly next: Map<string, Node>; readonly ends: Feature[] };

const root = buildTrie();
const common = new Set(functionWords.split(phraseSeparator));

/** Counts words and phrases in every turn. One pass over the text; fenced code is skipped. */
export function readTurns(transcript: Transcript): TurnFeatures[] {
  return transcript.map(({ role, content }) => readTurn(role, content));
}

function readTurn(role: Role, content: string): TurnFeatures {
  const counts = Object.fromEntries(features.map((feature) => [feature, 0])) as Record<Feature, number>;
  const prose = content.includes('```') ? content.replace(/```[\s\S]*?(```|$)/g, ' ') : content;
  const text = prose.toLowerCase().replaceAll('’', "'");
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
    nLetters += at - start;
    if (common.has(word)) nCommon++;
    open = advance(open, word, counts);
  }
  // English prose has about two common words in five; a script without spaces makes few, very long words.
  const readable = nLetters < 40 || nCommon >= 0.08 * Math.max(nWords, nLetters / 8);
  return { role, nWords, readable, counts };
}

const none: Node[] = [];

function advance(open: Node[], word: string, counts: Record<Feature, number>): Node[] {
  let still = none;
  for (let i = 0; i <= open.length; i++) {
    const node = (open[i] ?? root).next.get(word);
    if (node === undefined) continue;
    for (const feature of node.ends) counts[feature]++;
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
      for (const word of phrase.trim().split(' ')) {
        const next = node.next.get(word) ?? { next: new Map(), ends: [] };
        node.next.set(word, next);
        node = next;
      }
      node.ends.push(feature);
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
