import { isOccupation } from './gazetteer/occupations.ts';
import { isVocabulary } from './gazetteer/vocabulary.ts';
import { isCommon } from './proper-noun.ts';
import { type Reading, type Run, read } from './reading.ts';
import type { Span } from './span.ts';
import type { Word } from './words.ts';

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));
const legal = set(
  'inc llc llp ltd limited corp corporation incorporated plc gmbh ag kg ug bv nv sarl sas spa srl lda ltda aps oy oyj ab asa kft pty bhd holdings bancorp bros',
);
const behindComma = /^,? (?:Inc|LLC|LLP|Ltd|Corp|PLC|plc|GmbH|S\.?A\.?S?|S\.?r\.?l|S\.?p\.?A|B\.?V|N\.?V|A\/S)\b\.?/;
/** What firms call themselves: enough behind a word that is not English, or where somebody deals with it. */
const firmly = set(
  'company co group schools news partners associates ventures capital enterprises industries solutions technologies systems software consulting logistics pharmaceuticals insurance bank brothers sons agency labs media studios energy motors airlines lines institute foundation research networks services',
);
const bodies = set(
  'university college school academy institute hospital clinic orchestra philharmonic church ministry universität hochschule klinik krankenhaus schule sparkasse université hôpital lycée école universidad escuela colegio banco università ospedale scuola universidade escola universiteit ziekenhuis',
);
const dealing =
  /\b(?:(?:work(?:s|ed|ing)?|intern(?:s|ed|ing)?|employed|job|career|position|role|started|hired|interview(?:ed|ing)?|consult(?:s|ed|ing|ant)?|volunteer(?:s|ed|ing)?|stud(?:y|ied|ies|ying)|enrolled|graduated|degree|manager|director|engineer|analyst|assistant|professor|teacher|nurse|year|years|meet|office|desk|team|boss|colleagues?) (?:for|at|with|from)|employed by|hired by|owned by|founded by|(?:ceo|cto|cfo|founder|owner|president|director|employees?|customers?|clients?|member|head) of|account (?:with|at)|(?:ordered|bought|purchased|invoice|offer|email|letter|refund) from|on behalf of|subsidiary of|(?:partnership|contract|deal|appointment|insured|subscription) with|(?:address|website|phone number) (?:of|for)|(?:company|firm|startup|employer|bank) (?:called|named|is)|employer:|company:|fired from|laid off from|(?:i|he|she|we|they|have|had|has|recently|just) (?:quit|joined|left)|later became|trabajo (?:en|para)|travaille (?:chez|pour)|arbeite (?:bei|für)|lavoro (?:per|presso|alla|in)|trabalho (?:na|no|para)|werk (?:bij|voor)) (?:the )?$/i;
/** In front of several capitalised words inside a sentence, ordinary ones too: "a desk at Harvest Mutual". */
const placed = set('at');
const dealers = set(
  'for at with from in by of called named is employer company quit joined left became en para chez pour bei für per presso alla na no bij voor the',
);
const owned =
  /^ (?:office|offices|headquarters|company|team|store|branch|website|orchestra|employees?|staff|board|customers?|app|factory|plant|campus|brand|stock|shares|CEO|spokes\w+)\b/;
const acting =
  /^ (?:announced|acquired|acquires|merged|was acquired|was founded|is hiring|hired|hires|laid off|went bankrupt|sells|manufactures|provides)\b/;
const defined =
  /^ (?:is|was|are) (?:an?|the|our|my) (?:[\w-]+ ){0,3}(?:company|firm|startup|start-up|agency|brainchild|business|manufacturer|provider|brand|nonprofit|non-profit|organi[sz]ation|corporation|subsidiary|bank|retailer|employer|consultancy|publisher)\b/;
const ofWork =
  /^ (?:resignation|contract|badge|paycheck|salary|boss|manager|job|interview|offer|account|office|colleagues?|coworkers?|shift|headquarters|employment)\b/;
const mine = set('my his her their our');
const partners = /^, (?<second>\p{Lu}[\p{L}\p{M}'’-]+)(?: and |, and | & )(?<third>\p{Lu}[\p{L}\p{M}'’-]+)/u;
const ofPlace = /^ of (?:the )?\p{Lu}[\p{L}\p{M}-]+(?: \p{Lu}[\p{L}\p{M}-]+){0,2}/u;
/** In a text without capitals only the legal form tells. */
const smallFirm = /(?<![\p{L}\p{N}])(?:inc|llc|ltd|corp|gmbh|plc)(?![\p{L}\p{N}])\.?/gu;
const beforeFirm = /(?:[\p{L}\p{N}&'-]{1,30} ){1,2}$/u;

/** Firms, schools, clinics and other bodies: by their legal form or kind, or by what somebody does with them. */
export function recogniseOrganisations(text: string, reading: Reading = read(text)): Span[] {
  if (reading.whole.isAllSmall) return smallFirmsIn(text);
  const spans: Span[] = [];
  for (const run of reading.runs) {
    const span = organisationOf(reading, run);
    if (span !== null) spans.push(span);
  }
  return spans;
}

function smallFirmsIn(text: string): Span[] {
  return Array.from(text.matchAll(smallFirm), ({ 0: { length }, index }) => {
    const name = beforeFirm.exec(text.slice(Math.max(0, index - 62), index))?.[0].length ?? 0;
    return { start: index - name, end: index + length, type: 'ORGANISATION' as const };
  });
}

function organisationOf(reading: Reading, run: Run): Span | null {
  const { text, words } = reading;
  const { first, last, end } = run;
  const after = text.slice(end, end + 64);
  const parts = after.startsWith(', ') ? partners.exec(after) : null;
  if (parts?.groups && isPartner(reading, run, parts.groups)) return spanTo(reading, run, end + parts[0].length);
  const comma = /^,? [A-Z]/.test(after) ? behindComma.exec(after) : null;
  if (comma !== null) return spanTo(reading, run, end + comma[0].length);
  const ending = words.at(last) as Word;
  if (last > first && legal.has(ending.small)) return spanTo(reading, run, end);
  if (isDealtWith(reading, run)) return spanTo(reading, run, end);
  if (last > first && firmly.has(ending.small) && !isEnglishRun(reading, run)) return spanTo(reading, run, end);
  if (isBody(reading, run)) return spanTo(reading, run, end + (ofPlace.exec(after)?.[0].length ?? 0));
  const cue = words.at(first - 1);
  if (cue?.small === 'the' && !run.opens && owned.test(after)) return spanTo(reading, run, end);
  if (cue !== undefined && mine.has(cue.small) && ofWork.test(after)) return spanTo(reading, run, end);
  if (!/^ [a-z]/.test(after)) return null;
  if (run.opens && last === first && isCommon(ending, reading.whole)) return null;
  return defined.test(after) || acting.test(after) || isEmployerOf(reading, run) ? spanTo(reading, run, end) : null;
}

/** With a number that the name begins with, as in "48 Factoring Inc", and the rest of a legal form, as in "S.A.". */
function spanTo({ text }: Reading, { start }: Run, end: number): Span {
  const number = /(?<![\p{L}\p{N}.,$€£])\d{1,4} $/u.exec(text.slice(Math.max(0, start - 8), start))?.[0].length ?? 0;
  const dots = /^(?:\.\p{Lu})+\.?/u.exec(text.slice(end, end + 8))?.[0].length ?? 0;
  return { start: start - number, end: end + dots, type: 'ORGANISATION' };
}

function isPartner(
  { whole, words }: Reading,
  { first, last }: Run,
  { second = '', third = '' }: Record<string, string>,
): boolean {
  if (last > first) return false;
  const unknown = (name: string) => !isVocabulary(name.toLowerCase());
  return !isCommon(words.at(first) as Word, whole) && unknown(second) && unknown(third);
}

function isDealtWith({ text, words }: Reading, { first, last, start }: Run): boolean {
  const cue = words.at(first - 1);
  if (cue === undefined || !dealers.has(cue.small) || start - cue.end > 2) return false;
  if (last > first && placed.has(cue.small)) return true;
  return dealing.test(text.slice(Math.max(0, start - 40), start));
}

function isEnglishRun({ whole, words }: Reading, { first, last }: Run): boolean {
  for (let i = first; i <= last; i++) if (!isCommon(words.at(i) as Word, whole)) return false;
  return true;
}

/** "Larkspur School", "School of Larkspur"; a kind alone, or in a heading, is no name. */
function isBody({ words }: Reading, { first, last, opens }: Run): boolean {
  if (opens && last === first) return false;
  for (let i = first; i <= last; i++) {
    const { small } = words.at(i) as Word;
    if (bodies.has(small)) return last > first && !opens;
  }
  return false;
}

/** "Hollis Pratt analyst Rina Moss said". */
function isEmployerOf({ whole, words }: Reading, { last, end }: Run): boolean {
  const job = words.at(last + 1);
  const name = words.at(last + 2);
  if (
    job === undefined ||
    name === undefined ||
    job.capital ||
    !name.capital ||
    job.start - end !== 1 ||
    name.start - job.end !== 1
  )
    return false;
  return (isOccupation(job.small) || /writer$|maker$|person$/.test(job.small)) && !isCommon(name, whole);
}
