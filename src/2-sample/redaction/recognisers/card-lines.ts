import { isOccupation } from './gazetteer/occupations.ts';
import { isOrdinaryWord } from './gazetteer/ordinary-words.ts';
import { isStarter } from './gazetteer/starters.ts';
import { isVocabulary } from './gazetteer/vocabulary.ts';
import type { Reading } from './reading.ts';
import { read } from './reading.ts';
import type { Span } from './span.ts';

type Line = { readonly text: string; readonly start: number; readonly end: number };

const MAX_CHARS = 70;
const MAX_WORDS = 8;
/** How many lines without a sign of their own may stand around one that has. */
const REACH = 4;
/** What only a card, an envelope or the foot of a letter has on a line of its own. */
const contact =
  /^(?:(?:phone|mobile|cell|tel|telephone|fax|e-?mail|desk|office|website|web|address|teléfono|telefon|téléphone|telefono|telefone|correo|dirección|adresse|indirizzo|endereço|adres|straße|mobil|handy)\b.{0,3}:|.*(?:\b(?:apt|suite|ste|p\.?o\.? box|postfach|apartado)\b\.? ?#?\d|\bbox \d{3}|@\w|\b[AFD]PO A[AEP]\b|https?:\/\/|www\.)|\d{1,6},? \p{Lu}|.*[ ,]\d{4,6}$)/iu;
const label = /:\s*$|^[\p{L} -]{2,20}:/u;
const sentence = /[.!?;]$|\p{L}{2}[.!?] \p{L}|^[#*•|\d][.)#*•| ]|^[-–—] |[`={}<>|[\]]/u;

/**
 * The lines of a card, an envelope or a signature, all of them: on such lines stands nothing but who somebody is, what they
 * are and where, and firms and trades there are often ordinary words. A line counts if a sign of contact is near and it is
 * short, nominal and no label.
 */
export function recogniseCardLines(text: string, { whole: { isAllSmall } }: Reading = read(text)): Span[] {
  if (!text.includes('\n')) return [];
  const spans: Span[] = [];
  for (const block of blocksOf(text)) {
    const signs = block.flatMap((line, i) => (contact.test(line.text) ? [i] : []));
    for (const [i, line] of block.entries()) {
      if (label.test(line.text)) continue;
      const near = signs.some((sign) => Math.abs(sign - i) <= REACH && sign !== i);
      const trade = i > 0 && isTrade(line.text) && isNameLike((block[i - 1] as Line).text, isAllSmall);
      const bearer = i + 1 < block.length && isTrade((block[i + 1] as Line).text) && isNameLike(line.text, isAllSmall);
      if (trade) spans.push({ start: line.start, end: line.end, type: 'TITLE' });
      else if (bearer) spans.push({ start: line.start, end: line.end, type: 'NAME' });
      else if (near && isNominal(line.text, isAllSmall))
        spans.push({ start: line.start, end: line.end, type: typeOf(line.text, i) });
    }
  }
  return spans;
}

/** Runs of short lines that are no sentences, list items or code. */
function blocksOf(text: string): Line[][] {
  const blocks: Line[][] = [];
  let block: Line[] = [];
  let start = 0;
  let blank = 0;
  const close = () => {
    if (block.length > 1) blocks.push(block);
    block = [];
  };
  while (start <= text.length) {
    const newline = text.indexOf('\n', start);
    const until = newline < 0 ? text.length : newline;
    const length = until - start;
    const quote = length > MAX_CHARS * 2 ? 0 : (/^[\s>?]*/.exec(text.slice(start, until))?.[0].length ?? 0);
    const line = length > MAX_CHARS * 2 ? '' : text.slice(start + quote, until).trimEnd();
    if (length > MAX_CHARS + quote || (line !== '' && isSentence(line))) {
      close();
    } else if (line !== '') {
      block.push({ text: line, start: start + quote, end: start + quote + line.length });
      blank = 0;
    } else if (++blank > 1) close();
    start = until + 1;
  }
  close();
  return blocks;
}

function isSentence(line: string): boolean {
  return (sentence.test(line) && !/(?:Inc|Ltd|Co|Corp|St|u)\.$|\d\.$/i.test(line)) || line.split(' ').length > MAX_WORDS + 4;
}

/** Capitalised words, numbers and small words of names only; in a text without capitals, some word that is not English. */
function isNominal(line: string, allSmall: boolean): boolean {
  const words = line.split(/[\s,]+/).filter((word) => /\p{L}/u.test(word));
  if (words.length === 0 || words.length > MAX_WORDS || isStarter((words[0] as string).toLowerCase())) return false;
  if (allSmall)
    return words.some((word) => !isVocabulary(word)) || isTrade(line) || /\b(?:inc|llc|ltd|group|company)\b/.test(line);
  return words.every((word) => /^[\p{Lu}\d(]/u.test(word) || word.length < 4) || isTrade(line);
}

function isTrade(line: string): boolean {
  const words = line.toLowerCase().match(/\p{L}+/gu) ?? [];
  if (words.length === 0 || words.length > MAX_WORDS) return false;
  return words.some(
    (word) =>
      isOccupation(word) || /(?:ographer|ologist|ician|istrator|(?:but|oper|instruct|educ|coordin)or|smith|wright)$/.test(word),
  );
}

function isNameLike(line: string, allSmall: boolean): boolean {
  if (/\[NAME_\d+\]/.test(line)) return true;
  const words = line.match(/[\p{L}\p{M}'’.-]+/gu) ?? [];
  if (words.length < 2 || words.length > 5 || /[\d:,]/.test(line)) return false;
  const small = words.map((word) => word.toLowerCase());
  return (
    (allSmall || words.every((word) => /^\p{Lu}/u.test(word) || word.length < 4)) &&
    small.some((word) => word.length > 2 && !isVocabulary(word) && !isOrdinaryWord(word))
  );
}

function typeOf(line: string, i: number): Span['type'] {
  if (isTrade(line)) return 'TITLE';
  if (/\d/.test(line)) return 'LOCATION';
  return i === 0 ? 'NAME' : 'ORGANISATION';
}
