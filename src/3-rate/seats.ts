import type { BatchJudge } from '../domain/batch-judge.ts';
import type { Judge } from '../domain/judge.ts';
import type { JudgeCost } from '../domain/judge-cost.ts';
import type { Frame, Rubric } from '../domain/rubric.ts';
import type { Dispatcher } from './dispatch/create-dispatcher.ts';
import { raterRevision } from './rater-revision.ts';
import type { WindowLimits } from './windows/split-windows.ts';

/** One configured judge: what is asked, how fast, at what cost, and of which dimensions. */
export type JudgeSeat = JudgeCost & {
  readonly port: Judge;
  readonly dispatcher: Dispatcher;
  /** Set where it is asked through the endpoint's Batch API. */
  readonly batch: BatchJudge | null;
  readonly concurrency: number;
  readonly maxAttempts: number;
  readonly dimensionsPerCall: number;
  readonly windows: WindowLimits;
  /** Dimensions and groups (`acute.*`) it rates; null for all that no other does. */
  readonly dimensions: readonly string[] | null;
};

/** Who rates a dimension, by which rubric, and what this rater is called. */
export type Duty = {
  readonly seat: JudgeSeat;
  readonly rubric: Rubric;
  readonly frame: Frame;
  readonly revision: string;
  /** Rubrics asked in one call with this one, itself included, in the order in which they are asked. */
  readonly company: readonly Rubric[];
};
export type Duties = ReadonlyMap<string, Duty>;

export type Assignment = { readonly seat: JudgeSeat; readonly rubric: Rubric; readonly frame: Frame };

/**
 * Gives every dimension its call and its revision. What one seat rates with one frame is asked in as few calls as it takes, and
 * groups of the taxonomy stay together where that costs no further call. Which others are asked with it can move a verdict, so
 * it is part of the revision, as is how long conversations are cut.
 */
export function dutiesOf(assignments: readonly Assignment[], policy: string | undefined): Duties {
  const sorted = [...assignments].sort((a, b) => (a.rubric.dimension < b.rubric.dimension ? -1 : 1));
  const duties = new Map<string, Duty>();
  for (const mine of groupBy(sorted, ({ seat, frame }) => `${seat.name}\u001f${frame.name}`)) {
    for (const asked of toCalls(mine, mine[0]?.seat.dimensionsPerCall ?? 1)) {
      const company = asked.map(({ rubric }) => rubric);
      const together = company.map(({ dimension, version }) => `${dimension}.v${version}`);
      for (const { seat, rubric, frame } of asked) {
        const { model, temperature } = seat.port.identity;
        const parameters = { temperature, together, windows: { ...seat.windows } };
        const makeup = { rubric, frame, model, parameters, ...(policy === undefined ? {} : { policy }) };
        duties.set(rubric.dimension, { seat, rubric, frame, company, revision: raterRevision(makeup) });
      }
    }
  }
  return duties;
}

function toCalls(assignments: readonly Assignment[], perCall: number): (readonly Assignment[])[] {
  const fewest = Math.ceil(assignments.length / perCall);
  const byGroup = groupBy(assignments, ({ rubric }) => rubric.dimension.split('.')[0] ?? '').flatMap((group) =>
    inParts(group, Math.ceil(group.length / perCall)),
  );
  return byGroup.length === fewest ? byGroup : inParts(assignments, fewest);
}

/** As many parts of nearly the same size, in order. */
function inParts<T>(items: readonly T[], n: number): (readonly T[])[] {
  const size = Math.ceil(items.length / n);
  return Array.from({ length: n }, (_, i) => items.slice(i * size, (i + 1) * size)).filter((part) => part.length > 0);
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups.values()];
}

/** The seat that rates a dimension: the first that names it, else the one that takes whatever is left. */
export function seatOf(seats: readonly JudgeSeat[], dimension: string): JudgeSeat | undefined {
  return seats.find(({ dimensions }) => dimensions?.some((pattern) => covers(pattern, dimension)) ?? true);
}

function covers(pattern: string, dimension: string): boolean {
  return pattern.endsWith('.*') ? dimension.startsWith(pattern.slice(0, -1)) : pattern === dimension;
}
