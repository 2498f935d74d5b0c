import { isOrdinaryWord } from './gazetteer/ordinary-words.ts';
import { placesIn } from './place.ts';
import { type Span, spansOfPattern } from './span.ts';

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
const compoundHint =
  /(?:stra(?:ss|ß)e|str\.|gatan|gata|gade|vej|vägen|veien|vegen|katu|kuja|tie|polku|weg|allee|laan|straat|gasse|platz|dijk|plein|gracht|tér|stræti|braut|stien|bakken|ranta) \d/;
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
const box =
  /\b(?:P\.? ?O\.? ?Box|PSC|Unit|CMR|Postfach|Apartado|Casella Postale)\s+\d{1,6}(?:,?\s+Box\s+\d{1,6})?(?:[,\s]+[AFD]PO [A-Z]{2} \d{5})?/gi;
const unitHint = /\b(?:Apt|Apartment|Suite|Ste|Flat|Unit|Floor|Appartement|Wohnung)\b/i;
const part = /\b(?:Apt|Apartment|Suite|Ste|Flat|Unit|Floor|Appartement|Wohnung)\.? ?#?\d{1,5}[A-Za-z]?\b/gi;
const unitedStates =
  /\b(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AIT]|W[AIVY]|A[AEP]),? \d{5}(?:-\d{4})?\b/g;
const unitedKingdom =
  /\b(?:GIR ?0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRV-Y]) \d[ABD-HJLNP-UW-Z]{2})\b/g;
const canada = /\b[ABCEGHJ-NPRSTVXY]\d[A-Z][ -]\d[A-Z]\d\b/g;
const saidPostcode =
  /\b(?:zip(?: ?code)?|post(?:al)? ?code|postcode|PLZ|CEP|code postal|c[óo]digo postal)(?:['’]s| is| was|:|=|,)?\s{1,3}(?<value>(?=[A-Z0-9 -]*\d)[A-Z0-9]{2,8}(?:[ -][A-Z0-9]{2,5})?)\b/gi;
const PLACE = `(?<value>${CAP}(?:(?: (?:de|la|del|upon|on|sur|am|an der|of|in))? ${CAP}){0,3}(?:, ${CAP}(?: ${CAP})?)?)`;
const lives = new RegExp(
  `\\b(?:lives?|lived|living|resides?|residing|grew up|raised|born|based|located|stationed|moved(?: back)?|moving|relocat(?:ed|ing)|come|comes|hails?|staying|stuck|fl(?:ew|y|ying)|travel(?:s|l?ed|l?ing)?|drove|driving|returned|returning|arrived|arriving|landed|trip|vacation|holiday|visit|I['’]?m|I am|[Ww]e['’]?re|[Ww]e are|[Uu]niversity) (?:here )?(?:in|at|to|near|from|on|of|outside|close to) ${PLACE}`,
  'gu',
);
const from = new RegExp(
  `\\b(?:(?:I['’]?m|I am|[Ww]e['’]?re|[Hh]e['’]s|[Ss]he['’]s|[Oo]riginally) from|[Hh]ome ?town is|[Hh]ome city|(?:native|city|town|village|resident|suburb) of) ${PLACE}`,
  'gu',
);
const addressLabel =
  /\b(?:home |mailing |street |shipping |billing |work |current )?address(?: is|:|\s*=)\s{1,3}(?<value>[^\n.;!?]{6,90})/gi;
const coordinates = /(?<![\d.])-?\d{1,2}\.\d{4,8},\s?-?\d{1,3}\.\d{4,8}(?!\d)/g;

/** Where somebody can be found: street addresses with what follows them, postcodes, coordinates, home towns, named places. */
export function recogniseLocations(text: string): Span[] {
  const streets = /\d/.test(text) ? streetsIn(text) : [];
  const tails = streets.flatMap((street) => tailOf(text, street));
  return [
    ...streets,
    ...tails,
    ...(/\d/.test(text) ? codesIn(text) : []),
    ...spansOfPattern(lives, 'LOCATION', text, isPlaceLike),
    ...spansOfPattern(from, 'LOCATION', text, isPlaceLike),
    ...placesIn(text),
  ];
}

function codesIn(text: string): Span[] {
  const patterns = [
    ...(unitHint.test(text) ? [part] : []),
    ...(/\d{5}/.test(text) ? [unitedStates] : []),
    ...(/[A-Z]\d/.test(text) ? [unitedKingdom, canada] : []),
    ...(/\.\d{4}/.test(text) ? [coordinates] : []),
    ...(/zip|post|PLZ|CEP/i.test(text) ? [saidPostcode] : []),
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

function streetsIn(text: string): Span[] {
  const patterns = [
    numberFirst,
    numberFirstSmall,
    prefixed,
    box,
    ...(unitHint.test(text) ? [aboveUnit] : []),
    ...(compoundHint.test(text) ? [compound] : []),
  ];
  return [
    ...patterns.flatMap((pattern) => spansOfPattern(pattern, 'LOCATION', text, (value) => /\d/.test(value))),
    ...spansOfPattern(numbers, 'LOCATION', text, (value) => !wordsIn(value).some(isOrdinaryWord)),
  ].map((span) => ({
    ...span,
    start:
      span.start - (/(?:(?<![\w.,])\d{1,6},? )+$/.exec(text.slice(Math.max(0, span.start - 14), span.start))?.[0].length ?? 0),
  }));
}

function wordsIn(value: string): string[] {
  return value.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? [];
}

/**
 * The rest of an address behind its street: up to six short pieces (town, region, postcode, country), parted by commas or
 * line breaks, each of capitalised words and numbers only.
 */
function tailOf(text: string, { start, end }: Span): Span[] {
  const piece =
    /^(?:\s*[,\n]\s*|\s+(?=\d{4,6}\b|Apt|Suite))[>?\s]{0,8}((?:(?:\p{Lu}[\p{L}\p{M}'’.-]*|\d[\dA-Z-]*|nan|de|la|del|of)[ ]?){1,5})(?=[,\n.;)?!]|$| {2,}|\s)/u;
  let last = end;
  for (let n = 0; n < 6; n++) {
    const match = piece.exec(text.slice(last, last + 80));
    const words = match?.[1]?.trim() ?? '';
    if (
      match === null ||
      words === '' ||
      isOrdinaryWord(words.toLowerCase().split(/[ ']/)[0] ?? '') ||
      /^(?:I|Phone|Tel|Mobile|E-?mail|Fax|Office|Desk)\b/.test(words)
    )
      break;
    last += match[0].trimEnd().length;
  }
  return last > end ? [{ start, end: last, type: 'LOCATION' }] : [];
}

function isPlaceLike(value: string): boolean {
  return !isOrdinaryWord((/^[\p{L}\p{M}]+/u.exec(value)?.[0] ?? '').toLowerCase());
}
