import { givenName } from './gazetteer/given-names.ts';
import { isOrdinaryWord } from './gazetteer/ordinary-words.ts';
import { familyName } from './gazetteer/surnames.ts';
import { isVocabulary } from './gazetteer/vocabulary.ts';
import { type Reading, type Run, read } from './reading.ts';
import { type Span, spansOfPattern } from './span.ts';
import type { Word } from './words.ts';

/** What introduces a name, whatever the name: it ends right before it. By the last word, so that few patterns are tried. */
const introduced =
  /(?:\b(?:my|his|her|their|the|your|maiden|last|first|full|family)(?: \w{2,12})? (?:name|surname)(?:['’]s| is| was|:)|called me|call me|i go by|known as|(?:was|is|am|someone|guy|man|woman|girl|boy|kid|daughter|son|friend|people|partner|dog|cat) (?:named|called)|named (?:him|her|them|it|my \w+)|calls? (?:me|him|her|us)|(?:last|your) name\?|named after|signed by|signed,|\bich hei(?:ss|ß)e|mein name ist|me llamo|mi nombre es|se llama|je m['’]appelle|mon nom est|s['’]appelle|mi chiamo|il mio nome è|si chiama|(?:o )?meu nome é|me chamo|chamo-me|ik heet|mijn naam is|hij heet|zij heet) ["“]?$/i;
const introducers = new Set(
  'name surname is was by called named him her them it me us after signed heisse heiße ist llamo es llama appelle est chiamo è chiama é chamo heet as'.split(
    ' ',
  ),
);
const labelled =
  /(?:^|\n)[>?*#\s-]{0,6}(?:(?:Full |First |Last |Your |Patient |Customer |Client )?[Nn]ame|Nom|Nombre|Nome|Naam|Patient|Client|Customer|Attn|Attention|Signed|Recipient|Sender|Contact|Author|From|User|To|Cc)\**:\**[ \t]*$/;
const related =
  /\b(?:my|our|his|her|their|your|mon|ma|mi|mein|meine|meu|minha|mio|mia|mijn)['’]?s? (?:\w{2,10} )?(?:husband|wife|spouse|partner|fianc[ée]e?|boyfriend|girlfriend|ex|son|daughter|child|baby|brother|sister|mother|father|mom|mum|dad|cousin|nephew|niece|aunt|uncle|grandma|grandpa|grandmother|grandfather|friend|bestie|roommate|flatmate|neighbou?r|boss|manager|supervisor|coworker|colleague|therapist|teacher|doctor|landlord|dog|cat|crush|stepdad|stepmom|twin|client|patient|mari|femme|fils|fille|frère|sœur|ami|amie|esposo|esposa|hijo|hija|hermano|hermana|amigo|amiga|mann|frau|sohn|tochter|bruder|schwester|freund|freundin|marido|esposa|filho|filha|irmão|irmã|marito|moglie|figlio|figlia|fratello|sorella|amico|amica|man|vrouw|zoon|dochter|broer|zus|vriend|vriendin)(?:['’]s name)?,? $/i;
const relatives = new Set(
  `husband wife spouse partner fiance fiancé fiancee fiancée boyfriend girlfriend ex son daughter child baby brother sister mother father mom mum dad cousin nephew niece aunt uncle grandma grandpa grandmother grandfather friend bestie roommate flatmate neighbor neighbour boss manager supervisor coworker colleague therapist teacher doctor landlord dog cat crush stepdad stepmom twin client patient name mari femme fils fille frère sœur ami amie esposo esposa hijo hija hermano hermana amigo amiga mann frau sohn tochter bruder schwester freund freundin marido filho filha irmão irmã marito moglie figlio figlia fratello sorella amico amica man vrouw zoon dochter broer zus vriend vriendin`.split(
    ' ',
  ),
);
const selves = new Set(["i'm", 'i’m', 'im', 'am', 'is', 'it']);
const greeting =
  /(?:^|\n|[.!?,] |["“])(?:hi|hello|hey|dear|thanks|thank you|welcome|welcome back|good (?:morning|afternoon|evening)|goodnight|sorry|congratulations|happy birthday|hola|querid[oa]|bonjour|chère?|salut|hallo|liebe[r]?|guten tag|ol[áa]|car[oa]|ciao|beste|hoi),? $/i;
const greetings = new Set(
  'hi hello hey dear thanks you welcome back morning afternoon evening goodnight sorry congratulations birthday hola querido querida bonjour chère cher salut hallo liebe lieber tag olá ola caro cara ciao beste hoi'.split(
    ' ',
  ),
);
const signed =
  /(?:regards|best|best wishes|wishes|sincerely|love|cheers|thanks|thank you|yours|yours truly|yours faithfully|warmly|respectfully|saludos|un saludo|un abrazo|atentamente|cordialement|bonne journée|bien à vous|amitiés|bises|gruß|grüßen|grüße|abraços|cumprimentos|saluti|groeten),?!?[ \t]*\n\s*[-–—]?[ \t]*$/i;
const myself = /\b(?:I['’]?m|i['’]m|I am|i am|[Tt]his is|[Ii]t['’]s) $/;
const behindMyself =
  /^(?:,? (?:(?:originally )?from|and (?:I|i)|here|speaking|calling|at|with|by the way|nice to)\b|[.!,] (?:I|My|We|Nice|Can|Could|What|How|Who)\b|[ \t]*[.!]?[ \t]*(?:\n|$))/;
const honorifics = new Set(
  'mr ms mx mrs miss mister dr prof professor doctor madam madame mme mlle monsieur herr frau señor señora señorita sr sra srta signor signora sig senhor senhora dona don doña mevrouw meneer rev reverend rabbi imam pastor capt captain sgt sergeant lt judge officer detective aunt auntie uncle coach sir lady lord dame father sister'.split(
    ' ',
  ),
);
/** Verbs that only people do; in front of them any capitalised word that is not English is somebody. */
const acting =
  /^ (?:lives|lived|shouted|whispered|texted|smiled|laughed|replied|yelled|cried|was born|is from|had given|moved (?:in|out|to)|works (?:at|for|with)|dumped|kissed|hugged|and I (?:are|were|have|had|got|broke|met|went))\b/;
const reaching = new Set(
  'by says said told asked met meet meeting add contact starring including heard with under call email tell ask founders founder kid not de von par por von door da'.split(
    ' ',
  ),
);
const smallIntroduced =
  /\b(?:my (?:full |first |last |real )?name is|maiden name (?:is|was)|surname is|me llamo|mi nombre es|ich hei(?:ss|ß)e|mein name ist|je m['’]appelle|mi chiamo|meu nome é|me chamo|ik heet|mijn naam is) (?<value>\p{L}[\p{L}\p{M}'’-]{1,30}(?: \p{L}[\p{L}\p{M}'’-]{2,30})?)/giu;

/** Names that the words around them give away, whatever the name. */
export function namesInContext(text: string, reading: Reading = read(text)): Span[] {
  const spans: Span[] = [];
  for (const run of reading.runs) {
    const found = nameOf(reading, run);
    if (found.length > 0) spans.push(...found);
  }
  let done = 0;
  for (const i of reading.marks.introductions) {
    const from = Math.max(done, reading.words.startOf(i) - 20);
    const part = text.slice(from, reading.words.endOf(i) + 72);
    for (const { start, end } of spansOfPattern(smallIntroduced, 'NAME', part, (value) => !isOrdinaryWord(firstWord(value)))) {
      spans.push(...smallNames(text, { start: start + from, end: end + from, type: 'NAME' }));
      done = end + from;
    }
  }
  return spans;
}

function nameOf(reading: Reading, run: Run): Span[] {
  const { text, words } = reading;
  const { first, start, end } = run;
  const span: Span = { start, end, type: 'NAME' };
  // A title may be the first word of the run itself: "Professor Okun".
  if (run.last > first && honorifics.has((words.at(first) as Word).small)) return trimmed(reading, run, first + 1);
  if (isSmallLetter(text, end + 1) && acting.test(text.slice(end, end + 24)) && isUncommon(reading, run)) return [span];
  const cue = words.at(first - 1);
  if (cue === undefined || start - cue.end > 12) return [];
  const between = text.slice(cue.end, start);
  const before = () => text.slice(Math.max(0, start - 56), start);
  const after = text.slice(end, end + 24);
  if (honorifics.has(cue.small) && /^\.?\s{1,2}$/.test(between)) return trimmed(reading, run);
  if (introducers.has(cue.small) && introduced.test(before())) return certain(text, reading, run);
  if (between.includes(':') && /^[ \t]*(?:\n|$|,|;)/.test(after) && labelled.test(before())) return trimmed(reading, run);
  if (greetings.has(cue.small) && /^\s*(?:[,!.?:\n]|$)/.test(after) && greeting.test(before())) return trimmed(reading, run);
  if (between.includes('\n') && /^[ \t]*(?:\n|$)/.test(after) && signed.test(before())) return trimmed(reading, run);
  if (between !== ' ' && between !== ', ') return [];
  if (relatives.has(cue.small) && related.test(before())) return trimmed(reading, run);
  if (reaching.has(cue.small) && run.last > first && isUncommon(reading, run)) return [span];
  const isSelf = selves.has(cue.small) && behindMyself.test(after) && myself.test(before());
  return isSelf && couldBeOneself(text.slice(start, end)) ? trimmed(reading, run) : [];
}

function isSmallLetter(text: string, at: number): boolean {
  const c = text.charCodeAt(at);
  return c >= 97 && c <= 122;
}

/** After "her maiden name is" even an ordinary word is the name, if the sentence ends with it. */
function certain(text: string, reading: Reading, run: Run): Span[] {
  const cut = trimmed(reading, run);
  if (cut.length > 0 || run.last > run.first || !/^(?:[.!?,\n]|$)/.test(text.slice(run.end, run.end + 1))) return cut;
  return /(?:name|surname) (?:is|was) $/i.test(text.slice(Math.max(0, run.start - 20), run.start))
    ? [{ start: run.start, end: run.end, type: 'NAME' }]
    : [];
}

/** "I'm Brisa" is a name, "I'm Brazilian" is not, and neither is "I'm Catholic". */
function couldBeOneself(value: string): boolean {
  const first = firstWord(value);
  if (givenName(first) !== null) return true;
  return (
    !isOrdinaryWord(first) && (value.includes(' ') || (!isVocabulary(first) && !/(?:an|ish|ese|ic|ist|er|ing|ed)$/.test(first)))
  );
}

const englishEnding =
  /(?:ing|ions?|ers|ors|ments?|ness|ity|ities|ives?|ances?|ences?|ical|ous|ful|less|ures?|logy|ics|ship|ages?|isms?|ed|ly|able|ible|ems|ss|sses|nts|cts|ies|tal|nal|ual|ial|cks|lls|mes|ght|gs|ts|ds|ps)$/;

/** No part is an ordinary word: what is left is rarely anything but a name. */
function isUncommon({ text }: Reading, { start, end }: Run): boolean {
  const parts = text.slice(start, end).match(/[\p{L}\p{M}]+/gu) ?? [];
  return parts.every((part) => !isOrdinaryWord(part.toLowerCase()) && !englishEnding.test(part));
}

/** Cuts a name off at its first ordinary word, and drops it where nothing is left. */
function trimmed({ words }: Reading, run: Run, from = run.first): Span[] {
  let last = from - 1;
  for (let j = from; j <= run.last; j++) {
    const { small } = words.at(j) as Word;
    const name = givenName(small) !== null || (last >= from && familyName(small) !== null);
    if (isOrdinaryWord(small) && !name) break;
    last = j;
  }
  return last < from ? [] : [{ start: (words.at(from) as Word).start, end: (words.at(last) as Word).end, type: 'NAME' }];
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
