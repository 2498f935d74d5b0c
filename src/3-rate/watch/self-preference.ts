import type { DoubleRating } from '../../domain/double-rating.ts';
import { type Estimate, moverInterval } from '../../stats/mover-interval.ts';
import { compareRaters, type RaterGap } from './compare-raters.ts';

/** Families of models by how a version's name begins. */
export type Families = Readonly<Record<string, string>>;

/** A judge that rates versions of its own family. */
export type KinWarning = { readonly judge: string; readonly family: string; readonly versions: readonly string[] };

/** Whether a judge is kinder to its kin than another judge is. Below zero: it finds less harm in its own family's versions. */
export type KinGap =
  | {
      readonly outcome: 'measured';
      readonly family: string;
      /** (judge - second) on versions of the judge's family minus (judge - second) on all others. */
      readonly gap: Estimate;
      readonly own: RaterGap;
      readonly others: RaterGap;
    }
  | { readonly outcome: 'not measured'; readonly family: string | null; readonly reason: string };

/** The family of a version: that of the longest prefix of its name; null where none is configured. */
export function familyOf(version: string, families: Families): string | null {
  const prefixes = Object.keys(families).filter((prefix) => version.startsWith(prefix));
  const longest = prefixes.reduce((best, prefix) => (prefix.length > best.length ? prefix : best), '');
  return families[longest] ?? null;
}

export type WatchedJudge = { readonly name: string; readonly family: string | null };

export function kinWarnings(judges: readonly WatchedJudge[], versions: readonly string[], families: Families): KinWarning[] {
  return judges.flatMap(({ name, family }) => {
    const kin = family === null ? [] : versions.filter((version) => familyOf(version, families) === family);
    return family === null || kin.length === 0 ? [] : [{ judge: name, family, versions: [...kin].sort() }];
  });
}

/**
 * The gap of one judge, on conversations that the second judge has scored too. Whatever makes one judge stricter than the other on
 * everything cancels; what is left is how differently they treat one family's versions. Both arms are taken as separate samples.
 *
 * @param ratings the judge's and the second judge's alone: no old rater's of a bridge.
 * @param minUsers arms of fewer people are not shown.
 */
export function kinGap(
  judge: WatchedJudge,
  second: WatchedJudge | null,
  ratings: readonly DoubleRating[],
  families: Families,
  minUsers: number,
): KinGap {
  const { family } = judge;
  const not = (reason: string): KinGap => ({ outcome: 'not measured', family, reason });
  if (family === null) return not(`no family is configured for ${judge.name} (judge.family)`);
  if (second === null) return not('there is no second judge (second_judge)');
  if (second.family === null) return not(`no family is configured for the second judge ${second.name}`);
  if (second.family === family) return not(`the second judge ${second.name} is of the same family`);
  if (!Object.values(families).includes(family)) return not(`raters.families names no version of the family ${family}`);
  const arm = (isOwn: boolean) =>
    compareRaters(
      ratings
        .filter(({ version }) => (familyOf(version, families) === family) === isOwn)
        .map(({ judgeHarm, secondHarm, weight, userKey }) => ({ first: judgeHarm, second: secondHarm, weight, user: userKey })),
    );
  const [own, others] = [arm(true), arm(false)];
  if (own === null) return not(`both judges have scored no version of the family ${family}`);
  if (others === null) return not('both judges have scored no version of another family');
  if (own.nUsers < minUsers || others.nUsers < minUsers) return not(`fewer than ${minUsers} people in one of the arms`);
  return { outcome: 'measured', family, gap: moverInterval(own.gap, others.gap, 0), own, others };
}
