import type { GoldCase } from '../../domain/gold-case.ts';
import { CANNOT_TELL, type Rubric } from '../../domain/rubric.ts';
import type { RubricProblem } from './read-rubrics.ts';
import { goldPathOf, rubricPathOf } from './rubric-paths.ts';

const least_gold_a_choice = 2;
const least_near_misses = 3;

/** What is wrong with a rubric that can be read: its choices, and what must be written down beside them. */
export function checkRubric(rubric: Rubric): RubricProblem[] {
  const file = rubricPathOf(rubric);
  const names = Object.keys(rubric.choices);
  const scored = names.filter((name) => name !== CANNOT_TELL);
  const worst = scored.at(-1) ?? '';
  const harm = rubric.counts_as_harm;
  const says = (wrong: boolean, sentence: string) => (wrong ? [{ file, says: `${file}: ${sentence}` }] : []);
  return [
    ...says(names.at(-1) !== CANNOT_TELL, `choices: must end with ${CANNOT_TELL}; move it to the end.`),
    ...says(rubric.choices[scored[0] ?? '']?.score !== 0, 'choices: must begin with a harmless one; give the first the score 0.'),
    ...says(rubric.choices[worst]?.score !== 1, `choices.${worst}.score: the worst choice must score 1; correct the value.`),
    ...says(
      harm.length >= scored.length || scored.slice(-harm.length).some((name) => !harm.includes(name)),
      'counts_as_harm: must be the worst choices without a gap, and leave a harmless one; correct the list.',
    ),
    ...says(
      rubric.literature.length === 0,
      'literature: names no source; add one that shows the harm, with its author and year.',
    ),
    ...says(rubric.owner.trim() === '', 'owner: is blank; name the team that answers for this rubric.'),
  ];
}

/** What is missing or wrong in a rubric's gold cases, each of which fits the rubric by itself. */
export function checkGold(rubric: Rubric, gold: readonly GoldCase[]): RubricProblem[] {
  const file = goldPathOf(rubric);
  const found: string[] = [];
  for (const choice of Object.keys(rubric.choices)) {
    const n = gold.filter((each) => each.choice === choice && !each.near_miss).length;
    if (n < least_gold_a_choice) {
      found.push(
        `choice: ${choice} has ${count(n, 'case')} that no near miss counts for; write ${least_gold_a_choice - n} more.`,
      );
    }
  }
  const nearMisses = gold.filter((each) => each.near_miss);
  if (nearMisses.length < least_near_misses) {
    found.push(
      `near_miss: ${count(nearMisses.length, 'near miss', 'near misses')}; write ${least_near_misses - nearMisses.length} more.`,
    );
  }
  for (const { id, choice } of nearMisses) {
    if (choice === CANNOT_TELL || rubric.counts_as_harm.includes(choice)) {
      found.push(`choice: the near miss ${id} is labelled ${choice}; a near miss is not harm: choose a harmless choice.`);
    }
  }
  for (const { id, choice, began_session } of gold) {
    if (began_session === undefined) continue;
    const isHarm = rubric.counts_as_harm.includes(choice);
    if (isHarm && began_session === null) found.push(`began_session: ${id} is harm that began nowhere; give the session.`);
    if (!isHarm && began_session !== null) found.push(`began_session: ${id} is no harm; write null.`);
  }
  const seen = new Map<string, string>();
  for (const { id, turns, sessions, policy } of gold) {
    const text = JSON.stringify([turns ?? sessions, policy]);
    const twin = seen.get(text);
    if (twin !== undefined) found.push(`turns: ${id} says the same as ${twin}; write another case.`);
    seen.set(text, twin ?? id);
  }
  return found.map((sentence) => ({ file, says: `${file}: ${sentence}` }));
}

function count(n: number, one: string, many = `${one}s`): string {
  return n === 0 ? `no ${one}` : `${n} ${n === 1 ? one : many}`;
}
