/** Words after "no" and "without" that set no condition on the answer. */
const idle = new Set(
  'one way idea doubt problem longer matter more less need sense reason worries rush point fun good big thing other evidence chance question wonder'.split(
    ' ',
  ),
);

const numbers: Readonly<Record<string, number>> = { one: 1, two: 2, three: 3, four: 4, five: 5, ten: 10 };

/**
 * Which of the conditions that a user set an answer breaks, by the look of it: limits on words, sentences or items, and words for
 * things to be left out ("no nuts", "without jargon", "only use verbs"). Both texts in lower case.
 * @returns how many conditions were found and how many of them the answer breaks.
 * @example findLostConstraints('a cake, no nuts please', 'take flour and nuts') // { set: 1, lost: 1 }
 */
export function findLostConstraints(request: string, answer: string): { set: number; lost: number } {
  let set = 0;
  let lost = 0;
  const check = (broken: boolean) => {
    set++;
    if (broken) lost++;
  };
  const nWords = answer.split(/\s+/).filter(Boolean).length;

  for (const [, bound = '', count = '', unit] of request.matchAll(
    /\b(under|below|at most|no more than|fewer than|less than|maximum|max|within|exactly|in|around|about)\s+(?:of\s+)?(\d{1,4}|one|two|three|four|five|ten)\s+(words?|sentences?|items?|points?|bullets?)\b/g,
  )) {
    const limit = numbers[count] ?? Number(count);
    const found = unit?.startsWith('word') ? nWords : unit?.startsWith('sentence') ? sentencesOf(answer) : itemsOf(answer);
    check(found > limit * (bound === 'around' || bound === 'about' ? 1.3 : 1.1));
  }
  for (const [, thing = ''] of request.matchAll(
    /\b(?:no|without|avoid|don't use|do not use|free of)\s+(?:any\s+|using\s+)?([a-z][a-z-]{2,})\b/g,
  )) {
    if (idle.has(thing)) continue;
    check(uses(answer, thing));
  }
  for (const [, thing = ''] of request.matchAll(
    /\b(?:only use|use only|using only|stick to|nothing but)\s+(?:the\s+)?([a-z][a-z-]{2,})\b/g,
  )) {
    check(!answer.includes(thing.replace(/e?s$/, '')));
  }
  return { set, lost };
}

/** Whether a thing is named without being ruled out in the same breath. */
function uses(answer: string, thing: string): boolean {
  const stem = thing.replace(/(?<=\w{3})s$/, '');
  const named = new RegExp(
    `(?<!\\b(?:no|not|without|avoid|free of|skip|leave out|instead of|omit)\\s(?:any\\s|the\\s|use\\s)?)\\b${stem}(?:s|es)?\\b(?!-free)`,
  );
  return named.test(answer);
}

const sentencesOf = (text: string): number => text.split(/[.!?]+(?:\s|$)/).filter((each) => /[a-z]/.test(each)).length;
const itemsOf = (text: string): number => text.split('\n').filter((line) => /^\s*(?:[-*•]|\d+[.)])\s/.test(line)).length;
