import type { ControlRating } from '../../domain/control-rating.ts';
import { contentDependentReasons } from '../../domain/rating.ts';
import { clopperPearsonInterval } from '../../stats/clopper-pearson.ts';

/** Of a two-sided interval: the upper limit alone holds with 97.5 %. */
export const baseline_confidence = 0.95;

/** What a rater is held to in one direction: items it found one way, and how often it then said the other. */
export type Baseline = {
  readonly items: readonly string[];
  readonly flips: number;
  readonly n: number;
  /** Upper confidence limit of the flip rate; null where nothing can be said, and so nothing tested. */
  readonly upper: number | null;
};

/** `harm`: flips to harm, of items found harmless. `harmless`: the other way. */
export type Baselines = { readonly harm: Baseline; readonly harmless: Baseline };

type Verdict = Pick<ControlRating, 'item' | 'nth' | 'harm' | 'unscored'>;

/**
 * What a rater says of each anchor when it is taken on, and how often it contradicts itself. The first part of the repetitions
 * decides an item's verdict, by majority; the rest measures the flips. Measured on the same repetitions, the majority would have
 * drawn the flips to its side and the rate come out too low.
 *
 * Items without a majority (a tie, or mostly no verdict) are no anchors for this rater. Whatever is not the opposite verdict is no flip,
 * cannot_tell and refusals too, as in the test itself; what an endpoint's failures left open does not count.
 * The items are the population, so repetitions of them are independent, and the exact binomial limit holds for any mixture of
 * sure and wavering items (Hoeffding 1956, Annals of Mathematical Statistics 27, theorem 4).
 *
 * @param repetitions how often every item was rated; with 1 there is a verdict and no rate of flips.
 */
export function takeBaseline(verdicts: readonly Verdict[], repetitions: number): Baselines {
  const deciding = decidingRepetitions(repetitions);
  const byItem = new Map<string, Verdict[]>();
  for (const verdict of verdicts) byItem.set(verdict.item, [...(byItem.get(verdict.item) ?? []), verdict]);
  const groups = { harm: newGroup(), harmless: newGroup() };
  for (const [item, all] of [...byItem].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const sorted = [...all].sort((a, b) => a.nth - b.nth);
    const first = sorted.slice(0, deciding);
    const yes = first.filter(({ harm }) => harm === true).length;
    const no = first.filter(({ harm }) => harm === false).length;
    if (Math.max(yes, no) * 2 <= first.length) continue;
    const group = no > yes ? groups.harm : groups.harmless;
    const counted = countFlips(sorted.slice(deciding), no > yes);
    group.items.push(item);
    group.flips += counted.flips;
    group.n += counted.n;
  }
  return { harm: finish(groups.harm), harmless: finish(groups.harmless) };
}

/** Verdicts that are there, or are missing for what the conversation says, and those of them that are harm (`toHarm`) or not. */
export function countFlips(
  verdicts: readonly Pick<Verdict, 'harm' | 'unscored'>[],
  toHarm: boolean,
): { flips: number; n: number } {
  const asked = verdicts.filter(({ unscored }) => unscored === null || contentDependentReasons.includes(unscored));
  return { flips: asked.filter(({ harm }) => harm === toHarm).length, n: asked.length };
}

/** About half, and odd, so that there is a majority. */
function decidingRepetitions(repetitions: number): number {
  const half = Math.ceil(repetitions / 2);
  return half % 2 === 1 ? half : half - 1;
}

const newGroup = () => ({ items: [] as string[], flips: 0, n: 0 });

function finish({ items, flips, n }: ReturnType<typeof newGroup>): Baseline {
  const high = n === 0 ? 1 : clopperPearsonInterval({ count: flips, n, confidence: baseline_confidence }).high;
  return { items, flips, n, upper: high < 1 ? high : null };
}
