import { type Reading, read } from './reading.ts';
import { isNear, type Span, spansOfPattern } from './span.ts';

/** Forms that nothing else has: they count wherever they stand. */
const unmistakable: readonly RegExp[] = [
  // United States social security number.
  /(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])/g,
  // United Kingdom national insurance number.
  /\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b/g,
  // Brazil CPF.
  /(?<!\d)\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)/g,
  // Italy codice fiscale.
  /\b[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]\b/g,
  // Mexico CURP.
  /\b[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z0-9]\d\b/g,
  // China resident identity number.
  /(?<![\d.,])[1-6]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX](?!\d)/g,
  // Spain DNI and NIE.
  /\b(?:\d{8}|[XYZ]\d{7})-?[TRWAGMYFPDXBNJZSQVHLCKE]\b/g,
  // France INSEE number, with its parts apart or not.
  /(?<![\d.,])[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}(?!\d)/g,
  // Switzerland AHV number.
  /(?<!\d)756\.\d{4}\.\d{4}\.\d{2}(?!\d)/g,
  // Sweden and Denmark, year first or day first.
  /(?<![\d-])(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[-+]\d{4}(?![\d-])/g,
  /(?<![\d-])(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}-\d{4}(?![\d-])/g,
  // India PAN.
  /\b[A-Z]{3}[ABCFGHLJPT][A-Z]\d{4}[A-Z]\b/g,
];

const words =
  /\b(?:ssn|social(?: security| insurance)?|sin|passport|licen[cs]e|driver'?s?|national (?:id|insurance|identity)|nino|nhs|medicare|medicaid|aadhaar|aadhar|pan|tax(?:payer)?(?: id| number| identification)?|itin|ein|tin|vat|pesel|bsn|personnummer|cpf|dni|nie|curp|id (?:card|number|no)|identity (?:card|number)|identification|mrn|medical record|patient (?:id|number)|member (?:id|number)|policy (?:number|no)|account (?:number|no)|acct|routing number|sort code|plate|vin|visa number|alien number|green card|case number|student (?:id|number)|employee (?:id|number)|steuer(?:nummer|-?id)|(?:personal)?ausweis(?:nummer)?|reisepass(?:nummer)?|führerschein(?:nummer)?|(?:sozial)?versicherungsnummer|num[ée]ro de s[ée]cu(?:rit[ée] sociale)?|s[ée]curit[ée] sociale|passeport|permis(?: de conduire)?|nir|pasaporte|permiso de conducir|seguridad social|n[iu]ss|nif|cif|passaporte|patente|codice fiscale|contribuinte|cart[ãa]o de cidad[ãa]o|rg|nis|pis|paspoort|rijbewijs|burgerservicenummer|sofinummer|ahv(?:-nummer)?)(?![\p{L}])/iu;
const value =
  /(?<![\w-])(?!(?:is|was|es|ist|est|no|nr|of|to|in|el|le|il)\b)(?=[A-Z0-9 -]*\d[A-Z0-9-]*\d[A-Z0-9-]*\d)(?:\d{2,4}(?:[ -]\d{2,6}){1,4}|[A-Z]{0,3}\d[A-Z0-9]{3,17}|[A-Z]{1,3}[ -]?\d{2,4}(?:[ -]?\d{2,6}){1,3}|[A-Z]{2,3}\d{2} ?[A-Z]{3})(?![\w-])/gi;

/** How far behind its word a number is looked for, with the number. */
const REACH_CHARS = 64;

/** Numbers that a state, a bank or a clinic gives a person: by their form, or by the word in front of them. */
export function recogniseGovernmentIds(text: string, reading: Reading = read(text)): Span[] {
  if (!/\d{2}/.test(text)) return [];
  const spans = unmistakable.flatMap((pattern) => spansOfPattern(pattern, 'GOVERNMENT_ID', text));
  let done = 0;
  for (const i of reading.marks.documents) {
    const from = Math.max(done, reading.words.endOf(i));
    const part = text.slice(from, reading.words.endOf(i) + REACH_CHARS);
    if (!/\d{2}/.test(part)) continue;
    for (const { start, end } of spansOfPattern(value, 'GOVERNMENT_ID', part)) {
      if (isSaid(text, start + from, end + from)) spans.push({ start: start + from, end: end + from, type: 'GOVERNMENT_ID' });
    }
    done = from;
  }
  return spans;
}

function isSaid(text: string, start: number, end: number): boolean {
  const found = text.slice(start, end);
  if (/^(?:19|20)\d{2}$/.test(found) || found.replace(/\D/g, '').length < 4) return false;
  return isNear(text, words, start, end, 32) && !/[.!?]\s/.test(text.slice(Math.max(0, start - 12), start));
}
