import { randomUUID } from 'node:crypto';
import { addAnchorTests, readAnchorTests, saveAnchorTest } from '../db/anchor-tests.ts';
import { readControlRatings } from '../db/control-ratings.ts';
import { freeLease, takeLease } from '../db/leases.ts';
import { noteRaterFindings } from '../db/rater-findings.ts';
import { readWatermark, writeWatermark } from '../db/watermarks.ts';
import type { ControlKind, ControlRating } from '../domain/control-rating.ts';
import type { RaterFinding } from '../domain/rater-finding.ts';
import { askControls, type ControlCounts, type ControlTask } from './run-ask-controls.ts';
import { judgeDuties } from './run-duties.ts';
import { type Duties, type Duty, dutiesOf } from './seats.ts';
import type { Anchor } from './watch/anchor.ts';
import { type AnchorTest, anchorThreshold, awaitBaseline, beginWatching } from './watch/anchor-test.ts';
import { obeyedCanaries } from './watch/canary-verdict.ts';
import { drawAnchors } from './watch/draw-anchors.ts';
import { stepDays } from './watch/step-days.ts';
import { takeBaseline } from './watch/take-baseline.ts';
import type { WatchDeps } from './watch/watch-deps.ts';

const job = 'watch-raters';
/** Renewed while there is work: as long as a killed worker is waited for. */
const lease_ms = 30 * 60_000;
const directions = ['harm', 'harmless'] as const;
/** Repetitions of one re-base are numbered from here on times its number; a baseline has fewer. */
const epoch_size = 1_000;

/**
 * The day's watch over the judges: every canary, the day's anchors, and all anchors several times over where a rater is new or was
 * re-based; then the day enters the tests, and what is found is noted. Reads rater_spend and what it wrote itself; writes
 * control_rating, anchor_test, rater_finding, rater_spend and its watermark.
 *
 * Safe to repeat and to kill: a day's work is a fixed list of which only what is missing is asked, a day enters a test once, and
 * one worker at a time does it. A day without a run is lost and changes nothing: nobody can ask yesterday's rater today.
 * @returns verdicts by kind, findings, and what the budgets (`over_budget`) or the endpoints (`left`) did not allow.
 */
export async function watchRaters(deps: WatchDeps): Promise<Record<string, number>> {
  if (deps.judges.length === 0) return {};
  const day = dayOf(deps.clock.now());
  const duties = judgeDuties(deps);
  if (await isDone(deps, duties, day)) return {};
  const holder = `${deps.worker} ${randomUUID()}`;
  if (!(await renewLease(deps, holder))) return {};
  try {
    return await watchDay(deps, duties, day, holder);
  } finally {
    await freeLease(deps.db, job, holder);
  }
}

async function watchDay(deps: WatchDeps, duties: Duties, day: string, holder: string): Promise<Record<string, number>> {
  const { db } = deps;
  const anchors = deps.anchorsPerDay === 0 ? [] : await deps.readAnchors();
  const sets = new Map(
    [...duties.keys()].map((dimension) => [dimension, anchors.filter((each) => each.dimension === dimension)]),
  );
  if (deps.anchorsPerDay > 0)
    await addAnchorTests(
      db,
      [...duties.values()].flatMap((duty) => newTests(duty, day)),
    );

  let renewedAt = deps.clock.now().getTime();
  const ask = (tasks: readonly ControlTask[]) =>
    askControls(deps, tasks, async () => {
      const now = deps.clock.now().getTime();
      if (now - renewedAt < lease_ms / 6) return;
      renewedAt = now;
      await renewLease(deps, holder);
    });
  const canaries = await ask(await canaryTasks(deps, duties, day));
  const baselines = await ask(await baselineTasks(deps, duties, sets, day));
  await takeOn(deps, duties, sets, day);
  const drawn = await anchorTasks(deps, duties, sets, day);
  const daily = await ask(drawn);
  const nFindings =
    (await noteObeyed(deps, duties, day)) + (await stepTests(deps, duties, day, isWhole(daily) ? day : before(day)));
  if ([canaries, baselines, daily].every(isWhole)) await writeWatermark(db, job, new Date(`${day}T00:00:00Z`));
  const sum = (count: (each: ControlCounts) => number) =>
    [canaries, baselines, daily].reduce((total, each) => total + count(each), 0);
  return {
    canaries: canaries.rated,
    baseline: baselines.rated,
    anchors: daily.rated,
    findings: nFindings,
    over_budget: sum(({ overBudget }) => overBudget),
    left: sum(({ left }) => left),
  };
}

const isWhole = ({ overBudget, left }: ControlCounts) => overBudget === 0 && left === 0;

/** Whether nothing is left to do today: known from two small reads, for whoever asks every hour. */
async function isDone({ db, anchorsPerDay }: WatchDeps, duties: Duties, day: string): Promise<boolean> {
  const until = await readWatermark(db, job);
  if (until === null || dayOf(until) < day) return false;
  if (anchorsPerDay === 0) return true;
  const tests = await readTests(db);
  return [...duties.values()].every((duty) => testsOf(tests, duty).some(({ state }) => state.phase === 'watching'));
}

function newTests({ rubric: { dimension }, revision }: Duty, day: string): AnchorTest[] {
  const state = awaitBaseline(0);
  return directions.map((direction) => ({
    dimension,
    rater: 'judge',
    direction,
    revision,
    state,
    lastDay: day,
    latchedAt: null,
  }));
}

/** Every canary of a dimension that is watched, by the judge and by the second one. */
async function canaryTasks(deps: WatchDeps, duties: Duties, day: string): Promise<ControlTask[]> {
  const all = [duties, secondDuties(deps, duties)];
  const tasks = all.flatMap((each) =>
    deps.controls.flatMap(({ id, dimension, turns, expected_harm }): ControlTask[] => {
      const duty = each.get(dimension);
      return duty === undefined ? [] : [{ kind: 'canary', item: id, duty, day, nth: 0, turns, expectedHarm: expected_harm }];
    }),
  );
  return without(
    tasks,
    await ratingsOf(
      deps,
      'canary',
      all.flatMap((each) => [...each.values()]),
      day,
    ),
  );
}

/** The second judge on every dimension; nobody where there is none. */
export function secondDuties({ secondJudge: seat, policy }: Pick<WatchDeps, 'secondJudge' | 'policy'>, duties: Duties): Duties {
  return seat === null
    ? new Map()
    : dutiesOf(
        [...duties.values()].map(({ rubric, frame }) => ({ seat, rubric, frame })),
        policy,
      );
}

type Sets = ReadonlyMap<string, readonly Anchor[]>;

/** What is missing of the baselines of raters that are new or were re-based: repetition by repetition, over all anchors. */
async function baselineTasks(deps: WatchDeps, duties: Duties, sets: Sets, day: string): Promise<ControlTask[]> {
  const waiting = await waitingFor(deps, duties);
  const tasks = waiting.flatMap(({ duty, epoch }) =>
    Array.from({ length: deps.anchorBaseline }, (_, i) => epoch * epoch_size + i + 1).flatMap((nth) =>
      (sets.get(duty.rubric.dimension) ?? []).map((anchor) => toTask('baseline', anchor, duty, day, nth)),
    ),
  );
  // On whatever day: a baseline may take several.
  return without(
    tasks,
    await ratingsOf(
      deps,
      'baseline',
      waiting.map(({ duty }) => duty),
      '0001-01-01',
    ),
  );
}

/** Begins the tests of raters whose baseline is complete. */
async function takeOn(deps: WatchDeps, duties: Duties, sets: Sets, day: string): Promise<void> {
  for (const { duty, epoch } of await waitingFor(deps, duties)) {
    const { dimension } = duty.rubric;
    const items = new Set(sets.get(dimension)?.map(({ item }) => item));
    const ratings = (await ratingsOf(deps, 'baseline', [duty], '0001-01-01')).filter(
      ({ item, nth }) => items.has(item) && Math.floor(nth / epoch_size) === epoch,
    );
    if (ratings.length < items.size * deps.anchorBaseline) continue;
    const baselines = takeBaseline(ratings, deps.anchorBaseline);
    await deps.db.transaction().execute(async (trx) => {
      for (const test of testsOf(await readTests(trx, true), duty)) {
        if (test.state.phase === 'watching' || test.state.epoch !== epoch) continue;
        // Of a new rater's first day the verdicts are still to come; of a re-based one's they moved somebody to re-base it.
        const lastDay = epoch === 0 ? before(day) : day;
        await saveAnchorTest(trx, { ...test, state: beginWatching(epoch, baselines[test.direction]), lastDay });
      }
    });
  }
}

/** Raters without a complete baseline. */
async function waitingFor({ db, anchorsPerDay }: WatchDeps, duties: Duties): Promise<{ duty: Duty; epoch: number }[]> {
  if (anchorsPerDay === 0) return [];
  const tests = await readTests(db);
  return [...duties.values()].flatMap((duty) => {
    const test = testsOf(tests, duty).find(({ state }) => state.phase === 'baseline');
    return test === undefined ? [] : [{ duty, epoch: test.state.epoch }];
  });
}

async function anchorTasks(deps: WatchDeps, duties: Duties, sets: Sets, day: string): Promise<ControlTask[]> {
  if (deps.anchorsPerDay === 0) return [];
  const tests = await readTests(deps.db);
  const watched = new Map<string, string[]>();
  for (const [dimension, duty] of duties) {
    const items = new Set(testsOf(tests, duty).flatMap(({ state }) => state.baseline.items));
    watched.set(
      dimension,
      (sets.get(dimension) ?? []).map(({ item }) => item).filter((item) => items.has(item)),
    );
  }
  const tasks = drawAnchors(watched, deps.anchorsPerDay, day).flatMap(({ dimension, item }) => {
    const anchor = sets.get(dimension)?.find((each) => each.item === item);
    const duty = duties.get(dimension);
    return anchor === undefined || duty === undefined ? [] : [toTask('anchor', anchor, duty, day, 0)];
  });
  return without(tasks, await ratingsOf(deps, 'anchor', [...duties.values()], day));
}

/** Takes the days up to `to` that have not entered yet into the tests, each once. @returns how many findings were new. */
async function stepTests(deps: WatchDeps, duties: Duties, today: string, to: string): Promise<number> {
  if (deps.anchorsPerDay === 0) return 0;
  const { db } = deps;
  return db.transaction().execute(async (trx) => {
    const tests = await readTests(trx, true);
    const findings: RaterFinding[] = [];
    for (const duty of duties.values()) {
      const due = testsOf(tests, duty).filter(({ state, lastDay }) => state.phase === 'watching' && lastDay < to);
      if (due.length === 0) continue;
      const from = due.map(({ lastDay }) => lastDay).sort()[0] ?? today;
      const ratings = await readControlRatings(trx, { kind: 'anchor', revisions: [duty.revision], from });
      const threshold = anchorThreshold([...duties.values()].filter(({ seat }) => seat.name === duty.seat.name).length);
      for (const test of due) {
        const stepped = stepDays(test, ratings, { to, threshold, now: deps.clock.now() });
        await saveAnchorTest(trx, stepped.test);
        findings.push(...stepped.findings);
      }
    }
    return noteRaterFindings(trx, findings);
  });
}

/** Notes the canaries that decided a verdict today, each once in a rater's life. */
async function noteObeyed(deps: WatchDeps, duties: Duties, day: string): Promise<number> {
  const raters = [
    ...[...duties.values()].map((duty) => ({ rater: 'judge', duty })),
    ...[...secondDuties(deps, duties).values()].map((duty) => ({ rater: 'second', duty })),
  ];
  const byRevision = new Map(raters.map(({ rater, duty }) => [duty.revision, rater]));
  const rated = await ratingsOf(
    deps,
    'canary',
    raters.map(({ duty }) => duty),
    day,
  );
  const raterOf = (revision: string) => byRevision.get(revision) ?? 'judge';
  return noteRaterFindings(deps.db, obeyedCanaries(deps.controls, rated, raterOf, deps.clock.now()));
}

function toTask(
  kind: ControlKind,
  { item, turns, policy, expectedHarm }: Anchor,
  duty: Duty,
  day: string,
  nth: number,
): ControlTask {
  return { kind, item, duty, day, nth, turns, policy, expectedHarm };
}

function ratingsOf({ db }: WatchDeps, kind: ControlKind, duties: readonly Duty[], from: string): Promise<ControlRating[]> {
  return readControlRatings(db, { kind, revisions: duties.map(({ revision }) => revision), from });
}

function without(tasks: readonly ControlTask[], rated: readonly ControlRating[]): ControlTask[] {
  const keyOf = (revision: string, item: string, nth: number) => `${revision} ${nth} ${item}`;
  const done = new Set(rated.map(({ revision, item, nth }) => keyOf(revision, item, nth)));
  return tasks.filter(({ duty, item, nth }) => !done.has(keyOf(duty.revision, item, nth)));
}

async function readTests(db: WatchDeps['db'], lock = false): Promise<AnchorTest[]> {
  return (await readAnchorTests(db, lock)) as AnchorTest[];
}

const testsOf = (tests: readonly AnchorTest[], { revision }: Duty) => tests.filter((test) => test.revision === revision);

function renewLease({ db, clock }: WatchDeps, holder: string): Promise<boolean> {
  const now = clock.now();
  return takeLease(db, job, holder, now, new Date(now.getTime() + lease_ms));
}

const dayOf = (at: Date) => at.toISOString().slice(0, 10);
const before = (day: string) => dayOf(new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000));
