import { givenName } from './gazetteer/given-names.ts';
import { isOrdinaryWord } from './gazetteer/ordinary-words.ts';
import { familyName } from './gazetteer/surnames.ts';
import { type Span, spansOfPattern } from './span.ts';

const CAP = "\\p{Lu}[\\p{L}\\p{M}'’-]{1,30}";
const MORE = `(?:[ ](?:(?:de|da|del|van|von|der|al|el|bin|la|di|dos) )?(?:\\p{Lu}\\.|${CAP})){0,3}`;
const NAME = `(?<value>${CAP}${MORE})`;

const introduced = new RegExp(
  `\\b(?:(?:[Mm]y|[Hh]is|[Hh]er|[Tt]heir|[Tt]he)(?: \\w{2,12})? name(?:['’]s| is| was)|[Cc]alled me|[Cc]all me|I go by|[Mm]aiden name (?:is|was)|(?:was|is|am|someone|guy|man|woman|girl|boy|kid|daughter|son|friend|people) (?:named|called)|[Nn]amed (?:him|her|them|it|my \\w+)|calls? (?:me|him|her|us)|last name\\?|[Ww]hat['’]s your name\\?|named after|signed by|[Ii]ch hei(?:ss|ß)e|[Mm]e llamo|[Jj]e m['’]appelle|[Mm]i chiamo) ${NAME}`,
  'gu',
);
const introducedSmall =
  /\b(?:my (?:full |first |last |real )?name is|me llamo|ich heisse|je m['’]appelle|mi chiamo) (?<value>\p{L}[\p{L}\p{M}'’-]{1,30}(?: \p{L}[\p{L}\p{M}'’-]{2,30})?)/giu;
const introducedHint = /name is|llamo|heisse|appelle|chiamo/i;
const self = new RegExp(
  `\\b(?:I['’]?m|I am|[Tt]his is|[Ii]t['’]s) ${NAME}(?=,? (?:from|and I|here|speaking|calling|at|with|by the way|nice to)\\b|[.!,] (?:I|My|We|Nice|Can|Could|What|How)\\b|[ \\t]*[.!]?[ \\t]*(?:\\n|$))`,
  'gu',
);
const labelled = new RegExp(
  `(?:^|\\n)[>?*\\s-]{0,6}(?:(?:Full |First |Last |Your |Patient )?[Nn]ame|Patient|Client|Customer|Attn|Attention|Signed|Recipient|Sender|Contact|Author|From|User)\\**:\\**[ \\t]*${NAME}(?=[ \\t]*(?:\\n|$|,|;))`,
  'gu',
);
const honorific = new RegExp(
  `\\b(?:M[rsx]|Mrs|Miss|Dr|Prof|Professor|Doctor|Madam|Mme|Mlle|Herr|Frau|Señora?|Sra?|Signora?|Rev|Reverend|Rabbi|Imam|Pastor|Capt|Captain|Sgt|Sergeant|Lt|Judge|Officer|Detective|Aunt|Auntie|Uncle|Coach|MR|MRS|MS|DR)\\.? ${NAME}`,
  'gu',
);
const greeted = new RegExp(
  `(?:^|\\n|[.!?] )(?:Hi|Hello|Hey|Dear|Thanks|Thank you|Welcome|Welcome back|Good (?:morning|afternoon|evening)|Goodnight|Sorry|Congratulations|Happy birthday),? (?<value>${CAP}(?: ${CAP})?)(?=\\s*(?:[,!.?:\\n]|$))`,
  'gu',
);
const signed = new RegExp(
  `(?:[Rr]egards|[Bb]est(?: wishes)?|[Ss]incerely|[Ll]ove|[Cc]heers|[Tt]hanks|[Tt]hank you|[Yy]ours(?: truly| faithfully)?|[Ww]armly|[Rr]espectfully),?[ \\t]*\\n\\s*[-–—]?[ \\t]*${NAME}[ \\t]*(?=\\n|$)`,
  'gu',
);
const related = new RegExp(
  `\\b(?:[Mm]y|[Oo]ur|[Hh]is|[Hh]er|[Tt]heir) (?:\\w{2,10} )?(?:husband|wife|spouse|partner|fianc[ée]e?|boyfriend|girlfriend|ex|son|daughter|child|baby|brother|sister|mother|father|mom|mum|dad|cousin|nephew|niece|aunt|uncle|grandma|grandpa|grandmother|grandfather|friend|bestie|roommate|flatmate|neighbou?r|boss|manager|supervisor|coworker|colleague|therapist|teacher|doctor|landlord|dog|cat|crush|stepdad|stepmom|twin|client|patient),? ${NAME}`,
  'gu',
);
const acting = new RegExp(
  `(?:^|\\n|[.!?,] |["“]|\\band |\\bbut |\\bwhen |\\bthat )(?<value>${CAP}(?: (?:\\p{Lu}\\.? )?${CAP}){0,2}) (?:lives|lived|shouted|whispered|texted|smiled|laughed|replied|yelled|cried|was born|is from|had given|moved (?:in|out|to)|works (?:at|for|with)|dumped|kissed|hugged|and I (?:are|were|have|had|got|broke|met|went))\\b`,
  'gu',
);
const reached = new RegExp(
  `\\b(?:by|says|said|told|asked|met|meet|meeting|add|contact|starring|including|heard|with|under|call|email|tell|ask|founders?:|kid|not) (?<value>${CAP}(?: \\p{Lu}\\.?)?(?: ${CAP}){1,2})`,
  'gu',
);
/** A line with a name above a line with a street, as on an envelope. */
const addressed = new RegExp(
  `(?:^|\\n)[>? \\t]{0,8}(?<value>${CAP}(?: \\p{Lu}\\.)?(?:[ ]{1,2}${CAP}){1,3})[ \\t]*\\n+(?:[^\\n]{0,50}\\n+)?[>? \\t]{0,8}\\d{1,5},? \\p{Lu}\\p{L}{2}`,
  'gu',
);

/** Names that the words around them give away, whatever the name. */
export function namesInContext(text: string): Span[] {
  const spans: Span[] = [];
  for (const pattern of [introduced, labelled, honorific, greeted, signed, related, addressed]) {
    for (const span of spansOfPattern(pattern, 'NAME', text)) spans.push(...trimmed(text, span));
  }
  if (introducedHint.test(text))
    spans.push(
      ...spansOfPattern(introducedSmall, 'NAME', text, (value) => !isOrdinaryWord(firstWord(value))).flatMap((span) =>
        smallNames(text, span),
      ),
    );
  for (const pattern of [acting, reached]) {
    spans.push(...spansOfPattern(pattern, 'NAME', text, isUncommon));
  }
  for (const span of spansOfPattern(self, 'NAME', text, couldBeOneself)) spans.push(...trimmed(text, span));
  return spans;
}

/** "I'm Brisa" is a name, "I'm Brazilian" is not, and neither is "I'm Catholic". */
function couldBeOneself(value: string): boolean {
  const first = firstWord(value);
  if (givenName(first) !== null) return true;
  return !isOrdinaryWord(first) && (value.includes(' ') || !/(?:an|ish|ese|ic|ist|er|ing|ed)$/.test(first));
}

const englishEnding =
  /(?:ing|ions?|ers|ors|ments?|ness|ity|ities|ives?|ances?|ences?|ical|ous|ful|less|ures?|logy|ics|ship|ages?|isms?|ed|ly|able|ible|ems|ss|sses|nts|cts|ies|tal|nal|ual|ial|cks|lls|mes|ght|gs|ts|ds|ps)$/;

/** No part is an ordinary word: what is left is rarely anything but a name. */
function isUncommon(value: string): boolean {
  const parts = value.match(/[\p{L}\p{M}]+/gu) ?? [];
  return parts.every((part) => !isOrdinaryWord(part.toLowerCase()) && !englishEnding.test(part));
}

/** Cuts a name off at its first ordinary word, and drops it where nothing is left. */
function trimmed(text: string, { start, end }: Span): Span[] {
  let cut = start;
  for (const { 0: word, index } of text.slice(start, end).matchAll(/[\p{L}\p{M}'’-]+/gu)) {
    const small = word.toLowerCase().replace(/['’]s$/, '');
    const name = cut === start ? givenName(small) !== null : givenName(small) !== null || familyName(small) !== null;
    if (isOrdinaryWord(small) && !name) break;
    cut = start + index + word.length;
  }
  const kept = text.slice(start, cut).replace(/['’]s$/, '');
  return cut === start ? [] : [{ start, end: start + kept.length, type: 'NAME' }];
}

/** Of "brisa okun" both, of "brisa and" or "brisa i'm" the first. */
function smallNames(text: string, { start, end }: Span): Span[] {
  const [first = '', second = ''] = text.slice(start, end).split(' ');
  const both = second !== '' && !isOrdinaryWord(second.toLowerCase()) && !/['’]/.test(second);
  return [{ start, end: both ? end : start + first.length, type: 'NAME' }];
}

function firstWord(value: string): string {
  return (/^[\p{L}\p{M}]+/u.exec(value)?.[0] ?? '').toLowerCase();
}
