import { type RatedUnit, type RaterVerdict, type Verdict, verdictOfChoice } from './rated-unit.ts';

/** A person's stored label, with the weight and the user of its conversation. */
type Label = {
  readonly conversationKey: string;
  readonly dimension: string;
  readonly person: string;
  readonly pool: string;
  readonly score: number | null;
  readonly harm: boolean | null;
  readonly language: string;
  readonly userKey: string;
  readonly weight: number;
};

/** What a rater made of a labelled sample; `state` says why where there is no choice. */
type StoredVerdict = {
  readonly conversationKey: string;
  readonly dimension: string;
  readonly rater: string;
  readonly revision: string | null;
  readonly model: string | null;
  readonly state: string;
  readonly choice: string | null;
  readonly score: number | null;
  readonly harm: boolean | null;
  readonly weight: number;
};

/**
 * Labels and verdicts of the same samples, side by side. People may label one conversation in several languages' names only if
 * they disagree on what it is in; then each language is a unit of its own.
 */
export function pairLabels(labels: readonly Label[], verdicts: readonly StoredVerdict[]): RatedUnit[] {
  const nameOf = (...parts: readonly string[]) => parts.join('\n');
  const raters = new Map<string, RaterVerdict[]>();
  for (const given of verdicts) {
    const name = nameOf(given.conversationKey, given.dimension);
    const own = raters.get(name);
    const rated = { rater: raterName(given), weight: given.weight, verdict: verdictOf(given) };
    if (own === undefined) raters.set(name, [rated]);
    else own.push(rated);
  }
  const units = new Map<string, RatedUnit & { people: RatedUnit['people'][number][] }>();
  for (const label of labels) {
    const { conversationKey, dimension, language, userKey, weight, person, pool } = label;
    const name = nameOf(conversationKey, dimension, language);
    let unit = units.get(name);
    if (unit === undefined) {
      const said = raters.get(nameOf(conversationKey, dimension)) ?? [];
      unit = { unit: conversationKey, dimension, language, cluster: userKey, weight, people: [], raters: said };
      units.set(name, unit);
    }
    unit.people.push({ person, pool, verdict: verdictOfChoice(label) });
  }
  return [...units.values()];
}

function raterName({ rater, revision, model }: StoredVerdict): string {
  if (revision === null) return `${rater}, not asked yet`;
  return model === null ? `${rater} ${revision}` : `${rater} ${model} (${revision})`;
}

function verdictOf({ choice, score, harm, state }: StoredVerdict): Verdict {
  if (choice !== null) return verdictOfChoice({ score, harm });
  // The ledger remembers a verdict that retention has deleted since.
  return { outcome: 'unscored', reason: state === 'scored' ? 'no longer stored' : state };
}
