import { givenName } from './gazetteer/given-names.ts';
import { nationalities } from './gazetteer/nationalities.ts';
import { isOccupation } from './gazetteer/occupations.ts';
import { isOrdinaryWord } from './gazetteer/ordinary-words.ts';
import { isPlaceWord } from './gazetteer/places.ts';
import { familyName } from './gazetteer/surnames.ts';
import { isVocabulary } from './gazetteer/vocabulary.ts';
import { isWellKnown } from './gazetteer/well-known.ts';
import { type Facts, type Reading, type Run, read } from './reading.ts';
import type { Span } from './span.ts';
import type { Word } from './words.ts';

/** Names take capitals inside in these ways only (McLeod, DeVries); another capital inside is a product (PyTorch). */
const nameWithCapitalInside = /^(?:Mc|Mac|O['’]|D['’]|De|Di|Da|Du|La|Le|Van|Von|Fitz|St)\p{Lu}\p{Ll}+$/u;
const capitalInside = /\p{Ll}\p{Lu}/u;
const abbreviation = /^\p{Lu}{2,6}(?:s|v)?$/u;

/**
 * Capitalised words that are neither English nor known to everybody: in a chat they are hardly anything but a person, a
 * place or a firm, which of them it often cannot tell (they become NAME unless another finding says better). Inside a
 * sentence a single such word is enough; where a capital is a matter of spelling (the start of a sentence, a heading, a
 * list) the company has to speak for it. Texts that are not English are left to the lists and the contexts, for there
 * every word would be unknown.
 */
export function recogniseProperNouns(text: string, reading: Reading = read(text)): Span[] {
  if (reading.whole.isAllSmall || !reading.whole.isEnglish) return [];
  const spans: Span[] = [];
  for (const run of reading.runs) {
    const span = nameIn(reading, run);
    if (span !== null) spans.push(span);
  }
  return spans;
}

function nameIn(reading: Reading, run: Run): Span | null {
  const { text, words } = reading;
  let from = -1;
  for (let j = run.first; j <= run.last; j++) {
    const word = words.at(j) as Word;
    if (!word.capital || isCommon(word, reading.whole)) continue;
    from = j;
    break;
  }
  if (from < 0) return null;
  const word = words.at(from) as Word;
  if (from === run.first && run.opens && !isSpokenFor(text, word, run)) return null;
  // The rest of the run belongs to the name, but for a word in front that only begins the sentence.
  const start = from === run.first || run.opens ? word.start : run.start;
  return { start, end: run.end, type: 'NAME' };
}

/** Whether a capitalised word tells nothing: it is English, known to everybody, an abbreviation, or written small elsewhere. */
export function isCommon(word: Word, facts: Facts | null): boolean {
  const { small } = word;
  if (small.length < 3) return true;
  const standing = standingOf(small);
  if (standing !== 'unknown') return standing === 'known';
  if (abbreviation.test(word.text)) return true;
  if (capitalInside.test(word.text) && !nameWithCapitalInside.test(word.text)) return true;
  return facts?.hasSmall(small) ?? false;
}

type Standing = 'name' | 'known' | 'unknown';

const seen = new Map<string, Standing>();
/** Enough for the words that texts are made of; beyond it memory would grow with every misspelling. */
const MAX_SEEN = 20_000;

function standingOf(small: string): Standing {
  const known = seen.get(small);
  if (known !== undefined) return known;
  const isName = (givenName(small) === 'sure' || familyName(small) === 'listed') && !isWellKnown(small);
  const isCompound = small.includes('-') && small.split('-').every((part) => part.length < 3 || isKnown(part));
  const standing = isName ? 'name' : isKnown(small) || isCompound ? 'known' : 'unknown';
  if (seen.size >= MAX_SEEN) seen.clear();
  seen.set(small, standing);
  return standing;
}

function isKnown(small: string): boolean {
  return (
    isVocabulary(small) ||
    isWellKnown(small) ||
    isOrdinaryWord(small) ||
    isPlaceWord(small) ||
    isOccupation(small) ||
    nationalities.has(small)
  );
}

const nameBehind = /^(?:['’]s\b| (?:is|was|lives?|lived|said|says|had|has|went|\p{Ll}{3,}(?:[^s]s|ed)|and \p{Lu})\b|,|: \p{Lu})/u;

/** At the start of a sentence: two such words in a row, a listed name, or what only a name does next. */
function isSpokenFor(text: string, word: Word, run: Run): boolean {
  if (run.last > run.first || givenName(word.small) === 'sure') return true;
  const next = /^ (\p{Ll}+)/u.exec(text.slice(word.end, word.end + 24))?.[1];
  if (
    next !== undefined &&
    isVocabulary(next) &&
    !/[*#:\d.)\]•–-]\s*$/.test(text.slice(Math.max(0, run.start - 3), run.start).replace(/[.]\s*$/, ''))
  )
    return true;
  return nameBehind.test(text.slice(word.end, word.end + 24));
}
