import { type Reading, read } from './reading.ts';
import { type Span, spansOfPattern } from './span.ts';
import type { Word } from './words.ts';

/** Keys and tokens that say what they are by their prefix, from the issuers' documentation. */
const issued =
  /(?<![A-Za-z0-9])(?:(?:sk|pk|rk)-[A-Za-z0-9_-]{16,200}|[sprw]k_(?:live|test)_[A-Za-z0-9]{10,100}|gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255}|glpat-[\w-]{16,64}|xox[abeoprs]-[\w-]{10,200}|xapp-[\w-]{10,200}|A(?:KIA|SIA|ROA|IDA)[A-Z0-9]{16}|AIza[\w-]{30,40}|ya29\.[\w-]{20,300}|npm_[A-Za-z0-9]{30,60}|hf_[A-Za-z0-9]{20,60}|gsk_[A-Za-z0-9]{20,80}|xai-[A-Za-z0-9]{20,120}|r8_[A-Za-z0-9]{20,60}|dckr_pat_[\w-]{20,60}|glrt-[\w-]{16,64}|sq0[a-z]{3}-[\w-]{20,60}|key-[0-9a-f]{32}|AC[0-9a-f]{32}|GOCSPX-[\w-]{20,60}|hooks\.slack\.com\/services\/[\w/]{20,80}|ops_eyJ[\w-]{20,2000}|LTAI[A-Za-z0-9]{12,30}|SG\.[\w-]{16,64}\.[\w-]{16,64}|whsec_\w{16,100}|do[opr]_v1_[a-f0-9]{40,80}|pypi-[\w-]{40,200}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{20,64}|AGE-SECRET-KEY-1[A-Z0-9]{40,80}|eyJ[\w-]{8,2000}\.[\w-]{4,4000}(?:\.[\w-]{0,2000})?)/g;
/** A block cut off before its end line is a key all the same. */
const keyBlock =
  /-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----|$)/g;
const bearer = /\b(?:bearer|basic)\s+(?<value>[A-Za-z0-9+/_.~-]{16,2000}={0,2})/gi;
/** Not secret by themselves: "key" and "token" are, behind one of these. */
const qualifier =
  /(?:api|access|private|encryption|signing|master|account|secret|client|auth|bearer|refresh|session|id)[ _-]?(?:access[ _-]?)?$/i;
const inCamelCase =
  /(?:pass(?:word|code|phrase|wd)|pwd|secret|credentials?|(?:api|access|private|encryption|signing|master|account|secret|client|auth|bearer|refresh|session|id)(?:key|token))$/i;
const assigned = /^["'\]]{0,2}\s{0,3}(?::|=>?|:=)\s{0,3}["'`]?(?<value>[^\s"'`,;]{4,200})/;
const said = /^(?: for [\w ]{1,30}| to [\w ]{1,30})? (?:is|was|ist|es|est|é|è) ["'`]?(?<value>[^\s"'`,;]{4,200})/i;
const mine = /\b(?:my|our|his|her|mi|mein|mon|minha|mia|mijn) (?:[\w-]{1,20} ){0,3}$/i;
const pin =
  /\b(?:pin|pin code|pin number|cvv2?|cvc|security code|one[- ]time code|otp|verification code)(?: is|:|=)?\s{1,3}(?<value>\d{3,8})\b/gi;

/** Words that follow "the password is" without being one. */
const notAValue =
  /^(?:not|the|too|very|wrong|incorrect|correct|invalid|weak|strong|required|expired|stored|being|always|never|hashed|empty|stolen|something|important|case|safe|string|str|text|null|none|undefined|true|false|input|about|that|also|used|still|still|process|only|your|already|leaked|encrypted|security|visible|known|necessary|needed|value|what|when|password)\b/i;

/** API keys, tokens, private keys and passwords: what opens something for whoever reads it. */
export function recogniseSecrets(text: string, reading: Reading = read(text)): Span[] {
  const spans = text.includes('-----BEGIN') ? spansOfPattern(keyBlock, 'SECRET', text) : [];
  if (/bearer|basic/i.test(text)) spans.push(...spansOfPattern(bearer, 'SECRET', text, (value) => /\d/.test(value)));
  const { words, marks } = reading;
  for (const i of marks.secrets) {
    const word = words.at(i) as Word;
    if (isLabel(text, word)) spans.push(...valueBehind(text, word.start, word.end));
  }
  for (const i of words.mixed) {
    const [start, end] = [words.startOf(i), words.endOf(i)];
    if (isFollowed(text, end) && inCamelCase.test(text.slice(start, end))) spans.push(...valueBehind(text, start, end));
  }
  if (reading.marks.codes.length > 0) spans.push(...spansOfPattern(pin, 'SECRET', text));
  spans.push(...randomIn(text, words.digits));
  return spans.map((span) => ({ ...span, end: span.end - trailing(text.slice(span.start, span.end)) }));
}

function isLabel(text: string, { small, start }: Word): boolean {
  if (small === 'key' || small === 'token') return qualifier.test(text.slice(Math.max(0, start - 20), start));
  if (small === 'passe') return /mot de $/i.test(text.slice(Math.max(0, start - 7), start));
  return true;
}

/** By an assignment, or by a small word such as "is". */
function isFollowed(text: string, end: number): boolean {
  return /^["'\]]{0,2}\s{0,3}(?:[:=]|[a-zéè])/.test(text.slice(end, end + 6));
}

/** What is set or said behind a word such as password, if it looks like one. */
function valueBehind(text: string, start: number, end: number): Span[] {
  const behind = text.slice(end, end + 280);
  const match = assigned.exec(behind) ?? said.exec(behind);
  const value = match?.groups?.value?.replace(/^[*_]{1,2}(?=\p{L})/u, '');
  if (match === null || value === undefined) return [];
  const from = end + match[0].length - value.length;
  const chosen =
    looksChosen(value) ||
    isQuoted(text, from, from + value.length) ||
    (value.length > 4 && !notAValue.test(value) && mine.test(text.slice(Math.max(0, start - 80), start)));
  return chosen ? [{ start: from, end: from + value.length, type: 'SECRET' }] : [];
}

/** A digit or a symbol in it, which words of a sentence and names of variables do not have. */
function looksChosen(value: string): boolean {
  if (notAValue.test(value) || /^[<[{($]|^(?:process|os|self|this|config|env|req|request)\b|[({]$|\(\)?/.test(value))
    return false;
  return /\d/.test(value) || /[!@#$%^&*?+~]/.test(value.slice(0, -1));
}

function isQuoted(text: string, start: number, end: number): boolean {
  const value = text.slice(start, end);
  return (
    value.length > 5 &&
    /["'`]/.test(text.charAt(start - 1)) &&
    /["'`]/.test(text.charAt(end)) &&
    !/[<{$]|your|example|password|secret/i.test(value)
  );
}

const MIN_ISSUED_CHARS = 12;
const MIN_RANDOM_CHARS = 24;
const MAX_RANDOM_CHARS = 4000;
const MIN_DIGITS = 3;
/** Turns between letters and digits, and between any kinds of characters to a character, that words and versions stay below. */
const MIN_TURNS = 3;
const MIN_MIXING = 0.25;

/**
 * Long strings of letters and digits at random: keys of issuers that we do not know, session ids, hashes. They are looked for
 * from their digits, which few words have, and told from identifiers by how often the kind of character changes.
 */
function randomIn(text: string, digits: readonly number[]): Span[] {
  const spans: Span[] = [];
  let done = 0;
  for (let i = 0; i < digits.length; i += 2) {
    const at = digits[i] as number;
    if (at < done) continue;
    let start = at;
    while (start > done && at - start < MAX_RANDOM_CHARS && isKeyChar(text.charCodeAt(start - 1))) start--;
    let end = digits[i + 1] as number;
    while (end < text.length && isKeyChar(text.charCodeAt(end))) end++;
    done = end;
    if (end - start >= MIN_ISSUED_CHARS) {
      // The parts of a token may be joined by dots, which are no key characters as they end sentences.
      const from = start - (/[\w.-]{0,6}$/.exec(text.slice(Math.max(0, start - 6), start))?.[0].length ?? 0);
      const part = text.slice(from, end + (/^[\w.+/=-]{0,4000}/.exec(text.slice(end, end + 4000))?.[0].length ?? 0));
      for (const span of spansOfPattern(issued, 'SECRET', part))
        spans.push({ ...span, start: span.start + from, end: span.end + from });
    }
    if (end - start >= MIN_RANDOM_CHARS && isRandom(text.slice(start, end))) spans.push({ start, end, type: 'SECRET' });
  }
  return spans;
}

/** Letters, digits and what base 64 and its relatives have besides: `+ / = _ -`. */
function isKeyChar(c: number): boolean {
  return (
    (c >= 48 && c <= 57) ||
    (c >= 65 && c <= 90) ||
    (c >= 97 && c <= 122) ||
    c === 43 ||
    c === 47 ||
    c === 61 ||
    c === 95 ||
    c === 45
  );
}

function isRandom(value: string): boolean {
  let numbers = 0;
  let turns = 0;
  let mixing = 0;
  let last = '';
  for (const char of value) {
    const kind =
      char >= '0' && char <= '9' ? 'digit' : char >= 'a' && char <= 'z' ? 'small' : char >= 'A' && char <= 'Z' ? 'capital' : '';
    if (kind === '') continue;
    if (kind === 'digit') numbers += 1;
    if (last !== '' && kind !== last) {
      mixing += 1;
      if (kind === 'digit' || last === 'digit') turns += 1;
    }
    last = kind;
  }
  return numbers >= MIN_DIGITS && turns >= MIN_TURNS && mixing / value.length >= MIN_MIXING && /[A-Za-z]/.test(value);
}

/** Full stops and brackets that belong to the sentence. */
function trailing(value: string): number {
  return value.startsWith('-----') ? 0 : (/[.,;:)\]]+$/.exec(value)?.[0].length ?? 0);
}
