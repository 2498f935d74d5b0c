import { beliefs, nationalities } from './gazetteer/nationalities.ts';
import { type Reading, read } from './reading.ts';
import type { Span } from './span.ts';
import type { Word, Words } from './words.ts';

/** Behind these words a nationality is a language. */
const language = new Set(
  'in into speak speaks speaking spoke spoken learn learning fluent translate translated translating study teach taught understand say write wrote ancient medieval classical'.split(
    ' ',
  ),
);
/** In front of these it is a language, a kitchen or a thing. */
const things = new Set(
  'language languages word words translation grammar vocabulary lesson lessons class classes keyboard proverb alphabet accent fries toast press revolution kiss dressing roast bulldog shepherd salad yogurt breakfast mythology wars war empire cheese bread coffee dream'.split(
    ' ',
  ),
);
/** "English" is the language in nearly every chat, unless a person or a house is called so. */
const english = new Set('english'.split(' '));
const people = new Set(
  'man woman guy girl boy person people citizen family teacher place restaurant bar pub government actor actress singer player accent parents mother father wife husband friend roommate border'.split(
    ' ',
  ),
);
/** What speaks of a person before a group's name: "I am a devout", "she was raised". */
const ofPerson =
  /\b(?:i['’]?m|i am|we['’]re|we are|he is|she is|he['’]s|she['’]s|they are|he was|she was|i was|born|raised|became|famil(?:y|ies) (?:is|are)|parents (?:are|were)|husband is|wife is|i['’]?m from an?|identify as|converted to|soy|je suis|ich bin|sono|sou|ik ben) (?:an? |the |half |a very |part )?(?:\w{4,12} )?$/i;
const BEFORE_CHARS = 40;

/** Nationalities as people are called by them, and faiths and parties where somebody is said to belong to one. */
export function recogniseNationalities(text: string, { words, marks }: Reading = read(text)): Span[] {
  const spans: Span[] = [];
  for (const i of marks.peoples) {
    const { small } = words.at(i) as Word;
    const found = nationalities.has(small)
      ? isOfPeople(text, words, i)
      : beliefs.has(small) || english.has(small)
        ? isOfPerson(text, words, i)
        : false;
    if (found) spans.push({ start: (words.at(i) as Word).start, end: (words.at(i) as Word).end, type: 'NATIONALITY' });
  }
  return spans;
}

function isOfPeople(text: string, words: Words, i: number): boolean {
  const word = words.at(i) as Word;
  // "polish" and "turkey": in small letters only if somebody is one.
  if (!word.capital && (word.small === 'polish' || word.small === 'pole' || word.small === 'poles'))
    return isOfPerson(text, words, i);
  const before = words.at(i - 1);
  // "in French", but not "in 2016, French".
  const isLanguage = before !== undefined && word.start - before.end === 1 && language.has(before.small);
  return !isLanguage && !things.has(words.at(i + 1)?.small ?? '');
}

function isOfPerson(text: string, words: Words, i: number): boolean {
  const { start, small } = words.at(i) as Word;
  if (english.has(small) && people.has(words.at(i + 1)?.small ?? '')) return true;
  return ofPerson.test(text.slice(Math.max(0, start - BEFORE_CHARS), start));
}
