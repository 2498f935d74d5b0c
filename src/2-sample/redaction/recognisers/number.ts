import { type Reading, read } from './reading.ts';
import { isNear, type Span, spansOfPattern } from './span.ts';

/** Seven digits or more in a row, or in groups that only an account or a tracking number has. */
const long = /(?<![\p{L}\p{N}_.,$€£¥#&=/%-])(?:\d{7,40}|\d{2,5}(?:-\d{3,6}){1,5})(?![\p{L}\p{N}_%]|[.,]\d|-\d)/gu;
const told =
  /(?<![\p{L}\p{N}_.,$€£¥])#?(?<value>(?=[\p{Lu}-]{0,6}\d)(?:\p{Lu}{1,5}-?)?\d{4,20}(?:-[\p{Lu}\d]{1,10}){0,3})(?![\p{L}\p{N}_%]|[.,]\d)/gu;
const telling =
  /\b(?:order|customer|client|account|acct|invoice|receipt|reference|ref|ticket|case|booking|reservation|confirmation|member(?:ship)?|policy|tracking|parcel|shipment|employee|badge|student|roll|patient|file|record|claim|contract|loan|serial|imei|transaction|user ?id|pedido|cuenta|cliente|factura|commande|compte|client|facture|dossier|bestellung|bestellnummer|kundennummer|konto|kontonummer|rechnung|rechnungsnummer|vertrag|encomenda|conta|fatura|ordine|conto|fattura|codice|bestelling|klantnummer|rekening|factuur)(?:[ -]?(?:number|no|nr|id|code|num|número|numero|numéro|nummer))?\.?(?: is| was|:| es| est| ist| é| è|,| n[°º.])?\s{0,3}#?\s?$/i;
const quantity =
  /^\s?(?:%|percent|dollars?|euros?|pounds|usd|eur|km|kg|miles|people|years?|bytes|tokens|views|users|followers|units|rows|records|steps|words|px|million|billion|thousand|bits?|hz|mhz|ms|seconds|meters|metres)/i;

/** How far behind its word a number is looked for, with the number. */
const REACH_CHARS = 64;

/** Numbers that lead to an account or an order: long runs of digits, or five and more behind a word that says so. */
export function recogniseNumbers(text: string, { words, marks, hasLongNumber }: Reading = read(text)): Span[] {
  const spans = hasLongNumber
    ? spansOfPattern(long, 'NUMBER', text, (value, at) => isAccount(value) && !isQuantity(text, at + value.length))
    : [];
  for (const i of marks.tellings) {
    const from = words.endOf(i);
    const part = text.slice(from, from + REACH_CHARS);
    if (!/\d{4}/.test(part)) continue;
    const found = spansOfPattern(told, 'NUMBER', part, (value) => value.replace(/\D/g, '').length >= 5);
    for (const { start, end } of found) {
      if (isNear(text, telling, start + from, end + from, 34))
        spans.push({ start: start + from, end: end + from, type: 'NUMBER' });
    }
  }
  return spans;
}

/** Not a range of years, not noughts and ones, not a round number. */
function isAccount(value: string): boolean {
  return value.replace(/\D/g, '').length >= 7 && !/^\d{4}-\d{4}$|^[01]+$|^[1-9]0+$/.test(value);
}

function isQuantity(text: string, end: number): boolean {
  return quantity.test(text.slice(end, end + 12));
}
