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
  /(?<!\d)[1-6]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX](?!\d)/g,
  // Spain DNI and NIE.
  /\b(?:\d{8}|[XYZ]\d{7})-?[TRWAGMYFPDXBNJZSQVHLCKE]\b/g,
  // India PAN.
  /\b[A-Z]{3}[ABCFGHLJPT][A-Z]\d{4}[A-Z]\b/g,
];

const words =
  /\b(?:ssn|social(?: security| insurance)?|sin|passport|licen[cs]e|driver'?s?|national (?:id|insurance|identity)|nino|nhs|medicare|medicaid|aadhaar|aadhar|pan|tax(?:payer)?(?: id| number| identification)?|itin|ein|tin|vat|pesel|bsn|personnummer|cpf|dni|nie|curp|id (?:card|number|no)|identity (?:card|number)|identification|mrn|medical record|patient (?:id|number)|member (?:id|number)|policy (?:number|no)|account (?:number|no)|acct|routing number|sort code|plate|vin|visa number|alien number|green card|case number|student (?:id|number)|employee (?:id|number))\b/i;
const value =
  /(?<![\w-])(?=[A-Z0-9 -]*\d[A-Z0-9-]*\d[A-Z0-9-]*\d)(?:\d{2,4}(?:[ -]\d{2,6}){1,4}|[A-Z]{0,3}\d[A-Z0-9]{3,17}|[A-Z]{1,3}[ -]?\d{2,4}(?:[ -]?\d{2,6}){1,3}|[A-Z]{2,3}\d{2} ?[A-Z]{3})(?![\w-])/gi;

/** Numbers that a state, a bank or a clinic gives a person: by their form, or by the word in front of them. */
export function recogniseGovernmentIds(text: string): Span[] {
  if (!/\d{2}/.test(text)) return [];
  const spans = unmistakable.flatMap((pattern) => spansOfPattern(pattern, 'GOVERNMENT_ID', text));
  if (!words.test(text)) return spans;
  spans.push(
    ...spansOfPattern(value, 'GOVERNMENT_ID', text, (found, at) => {
      if (/^(?:19|20)\d{2}$/.test(found) || found.replace(/\D/g, '').length < 4) return false;
      return isNear(text, words, at, at + found.length, 32) && !/[.!?]\s/.test(text.slice(Math.max(0, at - 12), at));
    }),
  );
  return spans;
}
