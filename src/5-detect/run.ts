import type { Kysely } from 'kysely';
import type { Db } from '../db/database.ts';
import { appendSteps, readDetectors, readSteps, type StoredDetector, type StoredStep, writeDetectors } from '../db/detectors.ts';
import { appendFindings, latestFindings } from '../db/findings.ts';
import { readJudgePhase } from '../db/judge-plans.ts';
import { ensurePartitions } from '../db/partitions.ts';
import { readRatePoints } from '../db/rate-points.ts';
import type { Tables } from '../db/schema.ts';
import { readScoredUnits } from '../db/scored-units.ts';
import { type CohortTraffic, countCohorts, countVersions, trafficSpan } from '../db/traffic.ts';
import { lastKnownGood } from '../db/versions.ts';
import { lockDetection, readWatermark, writeWatermark } from '../db/watermarks.ts';
import type { Cell } from '../domain/cell.ts';
import { DimensionId } from '../domain/dimension.ts';
import type { CohortFacet } from '../domain/facets.ts';
import type { Finding } from '../domain/finding.ts';
import type { RaterKind } from '../domain/rating.ts';
import { alarmThreshold, headStartDays } from '../stats/alarm-threshold.ts';
import { logValue } from '../stats/e-detector.ts';
import { locateOnset } from '../stats/onset.ts';
import { type BatchUnit, responseShare, sumArm } from './arm-batch.ts';
import { type ShareOf, shareCells } from './cell-shares.ts';
import { type CellState, fromJson, newCellState, toJson } from './cell-state.ts';
import { type Conclusion, conclude, onsetFrom } from './conclude.ts';
import { keepOneRater } from './same-rater.ts';
import { standardiseLive } from './standardise-live.ts';
import { type CellStep, stepCell } from './step-cell.ts';

const hour_ms = 3_600_000;
const day_ms = 24 * hour_ms;
const history_days = 28;
const support_ratio = 100;
/** The constant stream of "it may have begun just now", shared by all versions that run beside LKG: one purse for all of them. */
const start_mass_a_day = 1;

export type DetectDeps = {
  readonly db: Kysely<Tables>;
  readonly rater: RaterKind;
  /** The judge's share before its first plan; null where the screen alone rates. */
  readonly firstJudgeShare: number | null;
  readonly cohorts: readonly CohortFacet[];
  /** Severity, 1 to 5, of every watched dimension. */
  readonly severities: ReadonlyMap<string, number>;
  readonly falseAlarmsPerYear: number;
  readonly deploymentsPerYear: number;
  readonly toleratedRatio: number;
  readonly shiftThatMatters: number;
  readonly coverageFloor: number;
};

type LiveDetector = Omit<StoredDetector, 'state'> & { readonly state: CellState };

/**
 * Takes every closed batch, in order, into the detector of every cell in which a version runs beside LKG, and writes what it
 * concludes where that has changed. Reads ratings, traffic, certifications; writes detector, detector_step, finding and its
 * watermark, together. Safe to repeat and to kill: a batch enters a detector once.
 */
export async function detectDue(deps: DetectDeps): Promise<Record<string, number>> {
  const counts = { hours: 0, steps: 0, findings: 0, drifted: 0 };
  const closed = await readWatermark(deps.db, 'measure');
  const start = (await readWatermark(deps.db, 'detect')) ?? (await trafficSpan(deps.db))?.first;
  if (closed === null || start === undefined) return counts;
  for (let from = start; from < closed; ) {
    const limit = new Date(Math.min(closed.getTime(), from.getTime() + day_ms));
    await ensurePartitions(deps.db, [from]);
    const done = await deps.db.transaction().execute(async (trx) => {
      await lockDetection(trx);
      const reached = await readWatermark(trx, 'detect');
      if (reached !== null && reached > from) return { to: reached, steps: 0, findings: [] as Finding[] };
      const result = await detectHours(deps, trx, from, limit);
      await writeWatermark(trx, 'detect', limit);
      return { to: limit, ...result };
    });
    counts.hours += (done.to.getTime() - from.getTime()) / hour_ms;
    counts.steps += done.steps;
    counts.findings += done.findings.length;
    counts.drifted += done.findings.filter((finding) => finding.verdict === 'drifted').length;
    from = done.to;
  }
  return counts;
}

async function detectHours(deps: DetectDeps, trx: Db, from: Date, to: Date): Promise<{ steps: number; findings: Finding[] }> {
  const lkg = await lastKnownGood(trx);
  if (lkg === null) return { steps: 0, findings: [] };
  const running = await countVersions(trx, from, to);
  if (!running.has(lkg.version) || running.size < 2) return { steps: 0, findings: [] };
  const phase = await readJudgePhase(trx, deps.firstJudgeShare, from);
  const traffic = await countCohorts(trx, from, to, deps.cohorts, phase);

  const shareOf = shareCells(deps.severities, deps.cohorts);
  const units = await readScoredUnits(trx, deps.rater, from, to);
  const detectors = new Map<string, LiveDetector>();
  for (const stored of await readDetectors(trx, deps.rater, lkg.version)) {
    detectors.set(keyOf(stored.cell), { ...stored, state: fromJson(stored.state) });
  }
  const priors = await readPriorRates(deps, trx, lkg.version, from);
  const trafficByHour = byHour(traffic);
  const unitsByHour = byHour(units);
  const steps: StoredStep[] = [];
  for (let at = from.getTime(); at < to.getTime(); at += hour_ms) {
    const hour = { at: new Date(at), traffic: trafficByHour.get(at) ?? [], units: keepOneRater(unitsByHour.get(at) ?? []) };
    steps.push(...takeHour(deps, detectors, priors, shareOf, lkg.version, hour));
  }
  const stepped = new Set(steps.map((step) => keyOf(step.cell)));
  await appendSteps(trx, deps.rater, steps);
  const changed = [...detectors].filter(([key]) => stepped.has(key)).map(([, detector]) => detector);
  await writeDetectors(
    trx,
    deps.rater,
    changed.map((detector) => ({ ...detector, state: toJson(detector.state) })),
  );
  const findings = await writeFindings(deps, trx, detectors, stepped, shareOf);
  return { steps: steps.length, findings };
}

type Hour = { readonly at: Date; readonly traffic: readonly CohortTraffic[]; readonly units: readonly BatchUnit[] };

/** One closed hour into every cell that has live and baseline traffic in it. Changes `detectors`. */
function takeHour(
  deps: DetectDeps,
  detectors: Map<string, LiveDetector>,
  priors: ReadonlyMap<string, number>,
  shareOf: ShareOf,
  baseline: string,
  hour: Hour,
): StoredStep[] {
  const unitsOf = groupUnits(hour.units);
  const steps: StoredStep[] = [];
  const nLive = new Set(hour.traffic.map((row) => row.version).filter((version) => version !== baseline)).size;
  const ofBaseline = new Map(hour.traffic.filter((row) => row.version === baseline).map((row) => [cohortKey(row), row]));
  for (const live of hour.traffic) {
    const other = ofBaseline.get(cohortKey(live));
    if (live.version === baseline || other === undefined) continue;
    const cohort = { facet: live.facet, value: live.value };
    for (const dimension of deps.severities.keys()) {
      const liveUnits = unitsOf.get(`${live.version} ${dimension}`) ?? [];
      const baselineUnits = unitsOf.get(`${baseline} ${dimension}`) ?? [];
      const liveResponded = responseShare(liveUnits);
      const baselineResponded = responseShare(baselineUnits);
      // Nobody looked at one arm in this hour: no evidence, no spend.
      if (liveResponded === 0 || baselineResponded === 0) continue;
      const cell: Cell = { version: live.version, dimension: DimensionId.parse(dimension), cohort };
      const key = keyOf(cell);
      const headStart = headStartDays(deps.deploymentsPerYear);
      const detector: LiveDetector = detectors.get(key) ?? {
        cell,
        baseline,
        startedAt: hour.at,
        lastBatchAt: hour.at,
        state: newCellState(priors.get(priorKey(dimension, cohort)) ?? priors.get(priorKey(dimension, null)) ?? 0.05, headStart),
        latchedAt: null,
      };
      const threshold = alarmThreshold({
        alphaTotal: deps.falseAlarmsPerYear,
        share: shareOf(dimension, cohort),
        headStartDays: headStart,
        deploymentsPerYear: deps.deploymentsPerYear,
      });
      const next = stepCell(detector.state, {
        live: { ...sumArm(liveUnits, cohort, 'live', liveResponded), ...designOf(live, liveResponded) },
        baseline: { ...sumArm(baselineUnits, cohort, 'baseline', baselineResponded), ...designOf(other, baselineResponded) },
        r0: deps.toleratedRatio,
        startMass: start_mass_a_day / 24 / nLive,
        threshold,
      });
      if (next === null) continue;
      const latchedAt = detector.latchedAt ?? (next.step.crossed ? hour.at : null);
      detectors.set(key, { ...detector, state: next.state, lastBatchAt: hour.at, latchedAt });
      steps.push({ cell, baseline, batchAt: hour.at, step: next.step });
    }
  }
  return steps;
}

function designOf(row: CohortTraffic, responded: number) {
  return { n: row.n, nu: row.nu * responded, maxUserWeight: row.maxUserWeight / responded };
}

/** Concludes every stepped cell, and writes down what has changed, and each day how large it is by now. */
async function writeFindings(
  deps: DetectDeps,
  trx: Db,
  detectors: ReadonlyMap<string, LiveDetector>,
  stepped: ReadonlySet<string>,
  shareOf: ShareOf,
): Promise<Finding[]> {
  const before = new Map((await latestFindings(trx)).map((finding) => [`${keyOf(finding.cell)} ${finding.baseline}`, finding]));
  const findings: Finding[] = [];
  for (const [key, detector] of detectors) {
    if (!stepped.has(key)) continue;
    const { cell, baseline, state, lastBatchAt, startedAt } = detector;
    const conclusion = conclude({
      state,
      latched: detector.latchedAt !== null,
      logValue: detector.latchedAt === null ? logValue(state.detector) : (state.peakLogValue ?? logValue(state.detector)),
      threshold: alarmThreshold({
        alphaTotal: deps.falseAlarmsPerYear,
        share: shareOf(cell.dimension, cell.cohort),
        headStartDays: headStartDays(deps.deploymentsPerYear),
        deploymentsPerYear: deps.deploymentsPerYear,
      }),
      hours: (lastBatchAt.getTime() - startedAt.getTime()) / hour_ms + 1,
      shiftThatMatters: deps.shiftThatMatters,
      coverageFloor: deps.coverageFloor,
      standardisedLive: standardiseLive(cell, detectors.values()),
    });
    const last = before.get(`${key} ${baseline}`);
    if (last !== undefined && !isNews(last, conclusion, lastBatchAt)) continue;
    const onset = conclusion.verdict === 'drifted' ? await findOnset(deps, trx, cell, baseline) : null;
    findings.push({ ...conclusion, cell, baseline, onset, at: new Date(lastBatchAt.getTime() + hour_ms) });
  }
  await appendFindings(trx, findings);
  return findings;
}

function isNews(last: Finding, now: Conclusion, batchAt: Date): boolean {
  return last.verdict !== now.verdict || last.cause !== now.cause || last.at.getTime() + day_ms <= batchAt.getTime() + hour_ms;
}

async function findOnset(deps: DetectDeps, trx: Db, cell: Cell, baseline: string): Promise<Finding['onset']> {
  const steps = await readSteps(trx, deps.rater, cell, baseline);
  const logFactors = steps.map(({ step }) => (step as CellStep).logF);
  return onsetFrom(
    locateOnset(logFactors, { supportRatio: support_ratio }),
    steps.map((step) => step.batchAt),
  );
}

/** LKG's own rate per cohort over the last weeks: where the detector's centre starts. */
async function readPriorRates(deps: DetectDeps, trx: Db, baseline: string, before: Date): Promise<Map<string, number>> {
  const points = await readRatePoints(trx, deps.rater, 'day', new Date(before.getTime() - history_days * day_ms), before);
  const sums = new Map<string, { harm: number; weight: number }>();
  for (const point of points) {
    if (point.cell.version !== baseline) continue;
    const { cohort, dimension } = point.cell;
    const key = priorKey(dimension, cohort.facet === 'all' ? null : cohort);
    const sum = sums.get(key) ?? { harm: 0, weight: 0 };
    sums.set(key, { harm: sum.harm + point.sumWeightedHarm, weight: sum.weight + point.sumWeights });
  }
  const usable = [...sums].filter(([, { weight }]) => weight > 0);
  return new Map(usable.map(([key, { harm, weight }]) => [key, harm / weight]));
}

function priorKey(dimension: string, cohort: { facet: string; value: string } | null): string {
  return cohort === null || cohort.facet === 'all' ? dimension : `${dimension} ${cohort.facet} ${cohort.value}`;
}

function keyOf({ version, dimension, cohort }: Cell): string {
  return [version, dimension, cohort.facet, cohort.value].join('\u001f');
}

function cohortKey({ facet, value }: { facet: string; value: string }): string {
  return `${facet}\u001f${value}`;
}

function groupUnits(units: readonly BatchUnit[]): Map<string, BatchUnit[]> {
  const groups = new Map<string, BatchUnit[]>();
  for (const unit of units) {
    const key = `${unit.version} ${unit.dimension}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [unit]);
    else group.push(unit);
  }
  return groups;
}

function byHour<T extends { readonly batchAt: Date }>(rows: readonly T[]): Map<number, T[]> {
  const hours = new Map<number, T[]>();
  for (const row of rows) {
    const at = row.batchAt.getTime();
    const hour = hours.get(at);
    if (hour === undefined) hours.set(at, [row]);
    else hour.push(row);
  }
  return hours;
}
