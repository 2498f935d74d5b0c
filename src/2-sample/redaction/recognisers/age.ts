import { type Reading, read } from './reading.ts';
import type { Span } from './span.ts';

const OLDEST = 119;
const YEARS = '(?:years?|yrs?)';
/** Behind the number, whatever is in front: "31 years old", "31-year-old", "31 y/o", "31yo", "31 ans". */
const old = new RegExp(
  `^(?:[ -]?(?:${YEARS}|months?|weeks?)[ -](?:olds?\\b|of age)|[ -]?y[/.]?o\\b|(?:st|nd|rd|th) birthday|[ -]jahre alt|[ -]jährig| éves)`,
  'i',
);
/** Behind the number, if a person is in front: "tengo 31 años", "j'ai 31 ans". */
const years = /^ (?:años|anos|ans|jahre|jaar|anni|lat)\b/i;
const having = /(?:\b(?:tengo|tiene|tenho|tem|il a|elle a|bin|ist|ben|is|ho|ha|de|con|mit|mam)|j['’]ai) (?:\p{L}{2,8} )?$/iu;
/** In front of the number, on its own: "aged 31", "age: 31", "turned 31". */
const aged =
  /\b(?:age[ds]?:?|age is|age was|ages? of|(?:just |recently )?turn(?:s|ed|ing)?|edad:?|alter:?|idade:?|leeftijd:?|et[àa]:|âge ?:?|birthday is my) ?[:=]? {0,2}$/i;
/** In front of the number, if nothing is counted behind it: "I'm 31", "when he was 8". */
const being =
  /\b(?:i['’]?m|i am|im|he['’]?s|she['’]?s|who['’]s|they['’]re|we['’]re|(?:he|she|who|i) (?:is|was)|(?:they|we) (?:are|were)|(?:son|daughter|brother|sister|mom|mum|dad|mother|father|wife|husband|kid|child|boyfriend|girlfriend|partner|grandma|grandpa|girl|boy|friend)(?:['’]s| is)|since i was) (?:now |only |just |almost |nearly |about |already |around |like )?$/i;
/** The same after a name. */
const named = /\p{Lu}\p{Ll}+ (?:is|was) (?:now |only |just |already )?$/u;
/** "Okun, 31, said", "Okun (31)": how newspapers give it. */
const apposed = /\p{Lu}\p{Ll}+(?:, | \()$/u;
const died = /\b(?:died|retired|passed away|married|orphaned|widowed) at $/i;
const counted =
  /^[.!?,;)"”’]*(?:\s|$)(?!(?:percent|minutes?|hours?|days?|weeks?|months?|times|dollars|degrees|feet|pounds|kg|lbs|km|miles|cm|points?|of|out|in|steps?|pages?|people|for|to|on|am|pm|and \d|years? (?:in|sober|ago|into|later)|[\p{L}-]+s\b|%))/iu;
/** "(34F)", "34/m", "M34": how strangers introduce themselves. */
const sexBehind = /^ ?[/,]? ?(?:m|f|nb|male|female)(?=[),.;\s]|$)/i;
const sexBefore = /(?:^|[\s(])[mf] ?\/?$/i;
const unit = /^ ?(?:%|°|percent|minutes?|hours?|days?|dollars|degrees|feet|pounds|kg|lbs|km|miles|cm)/i;

/** How old somebody is, in the forms that say so; the number alone goes, so that the sentence still reads. */
export function recogniseAges(text: string, { words }: Reading = read(text)): Span[] {
  const spans: Span[] = [];
  for (let i = 0; i < words.digits.length; i += 2) {
    const start = words.digits[i] as number;
    const end = words.digits[i + 1] as number;
    if (end - start > 3 || '.,$€£/-+#'.includes(text.charAt(start - 1) || ' ')) continue;
    const value = Number(text.slice(start, end));
    if (value < 1 || value > OLDEST || /^[.,:/]\d/.test(text.slice(end, end + 2))) continue;
    if (isAge(text.slice(Math.max(0, start - 40), start), text.slice(end, end + 20))) spans.push({ start, end, type: 'AGE' });
  }
  return spans;
}

function isAge(before: string, after: string): boolean {
  if (old.test(after)) return true;
  if (years.test(after)) return having.test(before);
  if (unit.test(after)) return false;
  if (aged.test(before)) return true;
  if (being.test(before) || died.test(before)) return counted.test(after);
  if (named.test(before)) return /^(?:[.!?,;]|$| (?:and|but|now|years old|when)\b)/.test(after);
  if (apposed.test(before)) return before.endsWith('(') ? after.startsWith(')') : /^,(?: \p{Ll}|$)/u.test(after);
  return (
    (sexBehind.test(after) &&
      /(?:^|[\s(])$/.test(before) &&
      !/\d ?$/.test(before) &&
      /^ ?[/,]? ?[mf](?:ale|emale)?[).,;]|^\/?[MF]\b|^,? ?(?:male|female)/i.test(after)) ||
    (sexBefore.test(before) && /^[),]/.test(after))
  );
}
