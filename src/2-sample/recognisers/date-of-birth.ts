import { isNear, type Span, spansOfPattern } from './span.ts';

const month =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
const date = new RegExp(
  `(?<!\\d)(?:\\d{1,4}[/.-]\\d{1,2}[/.-]\\d{2,4}(?!\\d)|${month}\\.? \\d{1,2}(?:st|nd|rd|th)?(?:,? (?:of )?\\d{4})?|(?:the )?\\d{1,2}(?:st|nd|rd|th)?(?: of)? ${month}\\.?(?:,? \\d{4})?|(?:${month} )?(?:19|20)\\d{2}(?![\\d-]))`,
  'gi',
);
const context = /\b(?:born|birth|dob|d\.o\.b\.?|birthday|birthdate|bday|b-day|geboren|né le|née le|nacido|nacida|nascimento)\b/i;

/** A date in the company of a word for birth. A date alone is left: most name a day that belongs to nobody. */
export function recogniseBirthDates(text: string): Span[] {
  if (!context.test(text)) return [];
  return spansOfPattern(date, 'DATE_OF_BIRTH', text, (value, at) => {
    const before = text.slice(Math.max(0, at - 40), at);
    return isNear(text, context, at, at + value.length, 40) && !/[.!?]\s/.test(before.slice(before.search(context)));
  });
}
