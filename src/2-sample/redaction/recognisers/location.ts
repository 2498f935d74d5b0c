import { walkBack, walkOn } from './address-walk.ts';
import { isOrdinaryWord } from './gazetteer/ordinary-words.ts';
import { isVocabulary } from './gazetteer/vocabulary.ts';
import { placesIn } from './place.ts';
import { type Reading, type Run, read } from './reading.ts';
import { type Span, spansOfPattern } from './span.ts';
import type { Word } from './words.ts';

const CAP = "\\p{Lu}[\\p{L}\\p{M}'’.-]{0,30}";
const NUMBER = '(?:#|No\\.? ?)?\\d{1,6}(?:[ /-]?\\d{1,3})?[A-Za-z]?';
const KIND =
  '(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Court|Ct|Boulevard|Blvd|Way|Place|Pl|Square|Sq|Terrace|Ter|Crescent|Cres|Close|Parkway|Pkwy|Highway|Hwy|Circle|Cir|Trail|Trl|Alley|Grove|Gardens|Row|Mews|Quay|Esplanade|Walk|Hill|Rise|Loop|Turnpike)';
const numberFirst = new RegExp(`(?<![\\w.$€£-])${NUMBER},? (?:${CAP} ){1,4}${KIND}\\b\\.?`, 'gu');
const numberFirstSmall =
  /(?<![\w.$€£-])\d{1,5} (?:[a-z]{3,15} ){1,3}(?:street|road|avenue|lane|boulevard|drive|court|crescent|terrace)\b/g;
const COMPOUND =
  "[\\p{L}’'.-]{2,30}(?:stra(?:ss|ß)e|str\\.|gatan|gata|gade|vej|vägen|veien|vegen|katu|kuja|tie|polku|weg|allee|laan|straat|gasse|platz|dijk|plein|gracht|tér|stræti|braut|stien|bakken|puistotie|penger|ranta)";
const compound = new RegExp(`(?:\\b${NUMBER} )?\\b(?:${CAP} ){0,2}\\p{Lu}${COMPOUND}(?: \\d{1,5}[A-Za-z]?\\b)?`, 'gu');
const compoundEnding =
  /(?:stra(?:ss|ß)e|str\.|gatan|gata|gade|vej|vägen|veien|vegen|katu|kuja|tie|polku|weg|allee|laan|straat|gasse|platz|dijk|plein|gracht|tér|stræti|braut|stien|bakken|ranta) $/;
const PREFIX =
  '(?:Rue|Via|Viale|Vicolo|Corso|Piazza|Calle|C/|Avenida|Av\\.|Avda\\.|Paseo|Plaza|Carrer|Rua|Travessa|Praça|Estrada|Chemin|Allée|Quai|Impasse|Route|Ulica|ul\\.|Ul\\.|al\\.|Strada|Bulevardul|Rruga|An der|Auf der)';
const prefixed = new RegExp(
  `(?:\\b\\d{1,5},? )?\\b${PREFIX} (?:(?:d[aeou]s?|de la|del|della|delle|dei|du|des|di|la|le|l['’]) ?){0,2}(?:${CAP} ?){1,4}(?:,? ?\\d{1,5})?\\b`,
  'gu',
);
const numbers = new RegExp(`(?<![\\w.,:$€£/-])\\d{2,6},? (?:\\d{1,5} )?(?:${CAP} ){1,4}\\d{1,5}[A-Z]?\\b\\.?(?![,.:%]\\d)`, 'gu');
const aboveUnit = new RegExp(
  `(?:\\b\\d{1,6},? )?\\b(?:${CAP} ){1,4}\\d{1,5}[A-Z]?\\b\\.?(?=[\\s,>?]{1,12}(?:Apt|Suite|Ste|Flat)\\b)`,
  'gu',
);
/** A crossing of two streets. */
const corner = new RegExp(`\\bthe corner of [^\\n!?]{2,60}? and (?:${CAP} ?){1,3}(?:\\d{1,5}\\b)?`, 'gu');
/** A ship's company, at a military post office. */
const ship = /\b(?:USS|USNS|USNV|USCGC) \p{Lu}[\p{L}'’-]+,?\s{1,3}[AFD]PO A[AEP] \d{5}/giu;
const post = /\b[AFD]PO A[AEP] \d{5}(?:-\d{4})?\b/gi;
const smallPrefix =
  /(?<![\p{L}\p{N}.,$€£])\d{1,5},? (?:[Rr]ue|[Aa]venue|[Aa]v\.?|boulevard|bd\.?|[Cc]hemin|allée|quai|impasse|[Vv]ia|viale|corso|piazza|[Cc]alle|[Aa]venida|[Rr]ua|travessa|praça|ul\.|r) (?:(?:d[aeou]s?|de la|del|della|du|des|di|la|le|l['’]|d['’]) ?){0,2}[\p{L}'’.-]+(?: \p{Lu}[\p{L}'’.-]+){0,3}/gu;
const box =
  /\b(?:P\.? ?O\.? ?Box|PSC|Unit|CMR|Postfach|Apartado|Casella Postale)\s+\d{1,6}(?:,?\s+Box\s+\d{1,6})?(?:[,\s]+[AFD]PO [A-Z]{2} \d{5})?/gi;
const part = /\b(?:Apt|Apartment|Suite|Ste|Flat|Unit|Floor|Appartement|Wohnung)\.? ?#?\d{1,5}[A-Za-z]?\b/gi;
const unitedStates =
  /\b(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AIT]|W[AIVY]|A[AEP]),? \d{5}(?:-\d{4})?\b/g;
const unitedKingdom =
  /\b(?:GIR ?0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRV-Y]) \d[ABD-HJLNP-UW-Z]{2})\b/g;
const canada = /\b[ABCEGHJ-NPRSTVXY]\d[A-Z][ -]\d[A-Z]\d\b/g;
const saidPostcode =
  /\b(?:zip(?: ?code)?|post(?:al)? ?code|postcode|PLZ|Postleitzahl|CEP|CAP|code postal|c[óo]digo postal|postnummer)(?:['’]s| is| was| ist| es| est| é| è|:|=|,|\?|\))?(?: (?:is|now|in|for|of|at|the|it['’]s|ist))?\s{1,3}(?<value>(?:[A-Z]{1,2}[- ])?(?=[A-Z0-9]{0,3}\d)[A-Z0-9]{2,8}(?:[ -][A-Z0-9]{2,5})?)\b/gi;
/** What somebody does in a place, right before its name. */
const staying =
  /\b(?:lives?|lived|living|resides?|residing|grew up|raised|born|based|located|stationed|moved(?: back| here)?|moving|relocat(?:ed|ing)|come|comes|hails?|staying|stuck|fl(?:ew|y|ying)|travel(?:s|l?ed|l?ing)?|drove|driving|returned|returning|arrived|arriving|landed|trip|vacation|holiday|visit|i['’]?m|i am|we['’]?re|we are|he['’]s|she['’]s|originally|university|vivo|vive|nac[ií]|habite|vis|né|née|wohne|wohnt|lebe|komme|moro|nasci|abito|vivo|woon|kom|geboren) (?:here |now )?(?:in|at|to|near|from|on|of|outside|close to|en|à|au|aus|em|no|na|a|uit|te) $/i;
const townOf =
  /\b(?:home ?town is|home city(?: is)?|(?:native|city|town|village|resident|suburb|district|province|state|street|citizen) of) $/i;
const prepositions = new Set('in at to near from on of outside is city en à au aus em no na a uit te'.split(' '));
const addressLabel =
  /\b(?:home |mailing |street |shipping |billing |work |current )?address(?: is|:|\s*=)\s{1,3}(?<value>[^\n.;!?]{6,90})/gi;
const coordinates = /(?<![\d.])-?\d{1,2}\.\d{4,8},\s?-?\d{1,3}\.\d{4,8}(?!\d)/g;

/** Where somebody can be found: street addresses with what is around them, postcodes, coordinates, home towns, named places. */
export function recogniseLocations(text: string, reading: Reading = read(text)): Span[] {
  const places = [
    ...reading.runs.flatMap((run) => homeAt(reading, run) ?? []),
    ...smallHomesIn(reading),
    ...placesIn(text, reading),
  ];
  if (reading.words.digits.length === 0) return places;
  const parts = [...streetsIn(text, reading), ...codesIn(text, reading)];
  return [...parts, ...parts.map((part) => wholeOf(reading, part)), ...places];
}

/** The place that a run of capitalised words names because somebody lives there, comes from there or goes there. */
function homeAt({ text, words }: Reading, { first, start, end }: Run): Span | null {
  const cue = words.at(first - 1);
  if (cue === undefined || start - cue.end !== 1 || !prepositions.has(cue.small)) return null;
  const before = text.slice(Math.max(0, start - 40), start);
  if (!staying.test(before) && !townOf.test(before)) return null;
  if (isOrdinaryWord((words.at(first) as Word).small)) return null;
  const region = /^, \p{Lu}[\p{L}\p{M}'’-]+(?: \p{Lu}[\p{L}\p{M}'’-]+)?/u.exec(text.slice(end, end + 40))?.[0] ?? '';
  return { start, end: end + (isOrdinaryWord(region.slice(2).toLowerCase()) ? 0 : region.length), type: 'LOCATION' };
}

/** The same where nothing has a capital: "i live in" and a word that is not English. */
function smallHomesIn({ text, words, whole: { isAllSmall } }: Reading): Span[] {
  if (!isAllSmall) return [];
  const spans: Span[] = [];
  for (let i = 1; i < words.length; i++) {
    const small = words.plainSmall(i);
    if (small === null || small.length < 4 || isVocabulary(small) || !prepositions.has(words.plainSmall(i - 1) ?? '')) continue;
    const { start, end } = words.at(i) as Word;
    if (staying.test(text.slice(Math.max(0, start - 40), start))) spans.push({ start, end, type: 'LOCATION' });
  }
  return spans;
}

/** A part of an address with the rest: the street before a flat, the town and the country behind it. */
function wholeOf({ text, whole }: Reading, { start, end }: Span): Span {
  const head = walkBack(text, start, whole);
  return {
    start: head.numbers > 0 && head.names > 0 ? head.start : start,
    end: walkOn(text, end, isOrdinaryWord),
    type: 'LOCATION',
  };
}

function codesIn(text: string, reading: Reading): Span[] {
  const { digits } = reading.words;
  const hasRun = (length: number) => digits.some((at, i) => i % 2 === 0 && (digits[i + 1] as number) - at >= length);
  const patterns = [
    ...(hasStreetWord(text, reading) ? [part] : []),
    ...(hasRun(5) ? [unitedStates] : []),
    ...(/[A-Z]\d/.test(text) ? [unitedKingdom, canada] : []),
    ...(/\.\d{4}/.test(text) ? [coordinates] : []),
    ...(/zip|post|PLZ|CEP|CAP/i.test(text) ? [saidPostcode] : []),
  ];
  const spans = patterns.flatMap((pattern) => spansOfPattern(pattern, 'LOCATION', text));
  if (!/address/i.test(text)) return spans;
  return [
    ...spans,
    ...spansOfPattern(
      addressLabel,
      'LOCATION',
      text,
      (value) => /\d/.test(value) && /\p{L}/u.test(value) && !value.includes('@'),
    ),
  ];
}

function streetsIn(text: string, reading: Reading): Span[] {
  const patterns = [
    numberFirst,
    numberFirstSmall,
    ...(hasStreetWord(text, reading) ? [prefixed, smallPrefix, box, corner, ship, post, aboveUnit] : []),
    ...(hasCompound(text, reading) ? [compound] : []),
  ];
  return [
    ...patterns.flatMap((pattern) =>
      spansOfPattern(pattern, 'LOCATION', text, (value) => /\d/.test(value) || value.startsWith('the corner')),
    ),
    ...spansOfPattern(numbers, 'LOCATION', text, (value) => !wordsIn(value).some(isOrdinaryWord)),
  ].map((span) => ({
    ...span,
    start:
      span.start - (/(?:(?<![\w.,])\d{1,6},? )+$/.exec(text.slice(Math.max(0, span.start - 14), span.start))?.[0].length ?? 0),
  }));
}

/** A word for a street or a part of a house with a number near it. */
function hasStreetWord(text: string, { words, marks }: Reading): boolean {
  return marks.streets.some((i) => /\d/.test(text.slice(Math.max(0, words.startOf(i) - 8), words.endOf(i) + 40)));
}

/** Whether a number stands behind a word that ends as streets do in the Germanic and Finnic languages and their neighbours. */
function hasCompound(text: string, { words }: Reading): boolean {
  const { digits } = words;
  for (let i = 0; i < digits.length; i += 2) {
    const at = digits[i] as number;
    if (text.charAt(at - 1) === ' ' && compoundEnding.test(text.slice(Math.max(0, at - 16), at))) return true;
  }
  return false;
}

function wordsIn(value: string): string[] {
  return value.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? [];
}
