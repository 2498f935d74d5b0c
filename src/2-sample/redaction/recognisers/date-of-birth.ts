import { fullDatesIn } from './date.ts';
import { type Reading, read } from './reading.ts';
import { isNear, type Span, spansOfPattern } from './span.ts';

const year = /(?<![\d.,/-])(?:19|20)\d{2}(?![\d-])/g;
const context =
  /(?<!\p{L})(?:born|birth|dob|d\.o\.b\.?|birthday|birthdate|bday|b-day|geboren|geburtsdatum|geb\.|née? (?:le|en)|date de naissance|nacid[oa]|fecha de nacimiento|nac[ií]|nascid[oa]|nasci|nasceu|nascimento|nat[oa] il|nascita|geboortedatum)(?!\p{L})/iu;
const BEFORE_CHARS = 40;

/** A date in the company of a word for birth, which says more than any other date and so is never merely moved. */
export function recogniseBirthDates(text: string, reading: Reading = read(text)): Span[] {
  if (reading.words.digits.length === 0 || reading.marks.births.length === 0 || !context.test(text)) return [];
  const years = spansOfPattern(year, 'DATE_OF_BIRTH', text);
  return [...fullDatesIn(text, reading), ...years]
    .filter(({ start, end }) => {
      const before = text.slice(Math.max(0, start - BEFORE_CHARS), start);
      return (
        isNear(text, context, start, end, BEFORE_CHARS, BEFORE_CHARS) && !/[.!?]\s/.test(before.slice(before.search(context)))
      );
    })
    .map(({ start, end }) => ({ start, end, type: 'DATE_OF_BIRTH' }));
}
