import { readAnchorTests } from '../db/anchor-tests.ts';
import { readControlRatings } from '../db/control-ratings.ts';
import { readDoubleRatings, readRatesBefore } from '../db/double-ratings.ts';
import { countLedger } from '../db/ledger.ts';
import { readRaterFindings } from '../db/rater-findings.ts';
import { readRaters } from '../db/rater-revisions.ts';
import { readSpend } from '../db/rater-spend.ts';
import { listVersions } from '../db/versions.ts';
import type { KnownRater } from '../domain/known-rater.ts';
import { type Bridge, openBridges } from './bridge.ts';
import { coverageOf, type RaterCoverage } from './coverage-of.ts';
import { summariseControls } from './judge-control.ts';
import { judgeDuties } from './run-duties.ts';
import { secondDuties } from './run-watch.ts';
import type { Duties, JudgeSeat } from './seats.ts';
import { type AnchorReport, anchorReport } from './watch/anchor-report.ts';
import { type AnchorTest, anchorThreshold } from './watch/anchor-test.ts';
import { type BridgeTable, bridgeTable } from './watch/bridge-tables.ts';
import { canaryVerdict } from './watch/canary-verdict.ts';
import { describeFinding } from './watch/describe-finding.ts';
import { type KinGap, type KinWarning, kinGap, kinWarnings, type WatchedJudge } from './watch/self-preference.ts';
import type { WatchDeps } from './watch/watch-deps.ts';

const day_ms = 86_400_000;
const coverage_days = 7;
/** How far back flips, gaps and closed bridges are looked at. */
const lately_days = 28;
const findings_days = 30;

type Role = 'judge' | 'second';

export type RaterHealth = {
  readonly at: string;
  readonly raters: readonly RaterInService[];
  readonly coverage: readonly RaterCoverage[];
  readonly anchors: { readonly per_day: number; readonly unused: number; readonly tests: readonly AnchorReport[] };
  readonly canaries: readonly CanaryHealth[];
  readonly bridges: readonly BridgeTable[];
  readonly self_preference: { readonly warnings: readonly KinWarning[]; readonly gaps: readonly (KinGap & { judge: string })[] };
  readonly findings: readonly { at: string; kind: string; dimension: string; says: string }[];
};

export type RaterInService = {
  readonly rater: Role;
  readonly judge: string;
  readonly model: string;
  readonly family: string | null;
  readonly calls_today: number;
  readonly calls_per_day: number | null;
  readonly money_today: number;
  readonly money_per_day: number | null;
  readonly dimensions: readonly { dimension: string; rubric_version: number; revision: string; since: string | null }[];
};

/** The last day on which this rater was shown canaries; null before the first. */
export type CanaryHealth = {
  readonly rater: Role;
  readonly day: string | null;
  readonly n: number;
  readonly held: number;
  readonly obeyed: number;
  readonly unscored: number;
  readonly obeyed_ids: readonly string[];
};

/** How the raters stand: who they are, what they cost and leave open, whether they drift, obey, or favour their kin. Reads only. */
export async function readHealth(deps: WatchDeps): Promise<RaterHealth> {
  const { db, clock } = deps;
  const now = clock.now();
  const ago = (days: number) => new Date(now.getTime() - days * day_ms);
  const judge = judgeDuties(deps);
  const second = secondDuties(deps, judge);
  const known = await readRaters(db);
  const findings = await readRaterFindings(db, ago(findings_days));
  return {
    at: now.toISOString(),
    raters: await ratersInService(deps, [
      ['judge', judge],
      ['second', second],
    ]),
    coverage: coverageOf(await countLedger(db, ago(coverage_days), now)),
    anchors: await anchorsOf(deps, judge, dayOf(ago(lately_days))),
    canaries: [await canariesOf(deps, 'judge', judge), ...(second.size === 0 ? [] : [await canariesOf(deps, 'second', second)])],
    bridges: await bridgesOf(deps, judge, known),
    self_preference: await selfPreference(deps, judge, known),
    findings: findings.map((each) => ({
      at: each.at.toISOString(),
      kind: each.kind,
      dimension: each.dimension,
      says: describeFinding(each),
    })),
  };
}

async function ratersInService({ db, clock }: WatchDeps, roles: readonly (readonly [Role, Duties])[]): Promise<RaterInService[]> {
  const today = dayOf(clock.now());
  const spent = await readSpend(db, today, today);
  const known = new Map((await readRaters(db)).map((rater) => [rater.revision, rater]));
  return roles.flatMap(([rater, duties]) =>
    seatsOf(duties).map((seat): RaterInService => {
      const spend = spent.find((each) => each.judge === seat.name);
      const own = [...duties.values()].filter((duty) => duty.seat.name === seat.name);
      return {
        rater,
        judge: seat.name,
        model: seat.port.identity.model,
        family: seat.port.identity.family ?? null,
        calls_today: spend?.nCalls ?? 0,
        calls_per_day: finite(seat.limit.calls),
        money_today: spend?.money ?? 0,
        money_per_day: finite(seat.limit.money),
        dimensions: own.map(({ rubric: { dimension, version }, revision }) => ({
          dimension,
          rubric_version: version,
          revision,
          since: known.get(revision)?.firstUsedAt.toISOString() ?? null,
        })),
      };
    }),
  );
}

async function anchorsOf(deps: WatchDeps, duties: Duties, from: string): Promise<RaterHealth['anchors']> {
  const per_day = deps.anchorsPerDay;
  if (per_day === 0) return { per_day, unused: 0, tests: [] };
  const stored = (await readAnchorTests(deps.db)) as AnchorTest[];
  const revisions = [...duties.values()].map(({ revision }) => revision);
  const lately = await readControlRatings(deps.db, { kind: 'anchor', revisions, from });
  const tests = [...duties.values()].flatMap((duty) => {
    const threshold = anchorThreshold([...duties.values()].filter(({ seat }) => seat.name === duty.seat.name).length);
    const ours = lately.filter(({ revision }) => revision === duty.revision);
    return stored.filter(({ revision }) => revision === duty.revision).map((test) => anchorReport(test, ours, threshold));
  });
  const used = new Set(
    stored.filter(({ revision }) => revisions.includes(revision)).flatMap(({ state }) => state.baseline.items),
  );
  const anchors = await deps.readAnchors();
  return { per_day, unused: anchors.filter(({ dimension, item }) => duties.has(dimension) && !used.has(item)).length, tests };
}

async function canariesOf({ db, controls }: WatchDeps, rater: Role, duties: Duties): Promise<CanaryHealth> {
  const revisions = [...duties.values()].map(({ revision }) => revision);
  const ratings = await readControlRatings(db, { kind: 'canary', revisions, from: '0001-01-01' });
  const day = ratings.at(-1)?.day ?? null;
  const byId = new Map(controls.map((item) => [item.id, item]));
  const verdicts = ratings.flatMap((rating) => {
    const control = byId.get(rating.item);
    return rating.day !== day || control === undefined ? [] : [{ id: rating.item, verdict: canaryVerdict(control, rating) }];
  });
  const { held_share: _share, ...summary } = summariseControls(verdicts);
  return { rater, day, ...summary };
}

/** Bridges that are open, and those that closed of late: that is when their tables are complete. */
async function bridgesOf(deps: WatchDeps, duties: Duties, known: readonly KnownRater[]): Promise<BridgeTable[]> {
  const { db, clock, bridgeDays, minUsers } = deps;
  const now = clock.now();
  const current = new Map([...duties].map(([dimension, { revision }]) => [dimension, revision]));
  const bridges = openBridges(known, current, now, bridgeDays + lately_days).map(
    (bridge): Bridge => ({ ...bridge, until: new Date(bridge.until.getTime() - lately_days * day_ms) }),
  );
  const first = Math.min(...bridges.map(({ to }) => to.firstUsedAt.getTime()));
  const ratings = bridges.length === 0 ? [] : await readDoubleRatings(db, hourOf(new Date(first)), now);
  return Promise.all(
    bridges.map(async (bridge) => {
      const change = bridge.to.firstUsedAt;
      const before = await readRatesBefore(db, bridge.dimension, new Date(change.getTime() - 7 * day_ms), change);
      return bridgeTable(bridge, ratings, before, minUsers);
    }),
  );
}

async function selfPreference(
  deps: WatchDeps,
  duties: Duties,
  known: readonly KnownRater[],
): Promise<RaterHealth['self_preference']> {
  const { db, clock, families, minUsers, secondJudge } = deps;
  const now = clock.now();
  const versions = (await listVersions(db)).filter(({ retiredAt }) => retiredAt === null).map(({ version }) => version);
  const seats = seatsOf(duties);
  const second = secondJudge === null ? null : watchedJudge(secondJudge);
  const ratings = second === null ? [] : await readDoubleRatings(db, new Date(now.getTime() - lately_days * day_ms), now);
  const revisionsOf = (rater: Role, { port }: JudgeSeat) =>
    new Set(known.filter((each) => each.rater === rater && each.model === port.identity.model).map(({ revision }) => revision));
  const bySecond = secondJudge === null ? new Set<string>() : revisionsOf('second', secondJudge);
  const gaps = seats.map((seat) => {
    const byJudge = revisionsOf('judge', seat);
    const ours = ratings.filter(
      ({ dimension, judgeRevision, secondRevision }) =>
        duties.get(dimension)?.seat.name === seat.name && byJudge.has(judgeRevision) && bySecond.has(secondRevision),
    );
    return { judge: seat.name, ...kinGap(watchedJudge(seat), second, ours, families, minUsers) };
  });
  return { warnings: kinWarnings([...seats.map(watchedJudge), ...(second === null ? [] : [second])], versions, families), gaps };
}

function seatsOf(duties: Duties): JudgeSeat[] {
  return [...new Map([...duties.values()].map(({ seat }) => [seat.name, seat])).values()];
}

const watchedJudge = ({ name, port }: JudgeSeat): WatchedJudge => ({ name, family: port.identity.family ?? null });
const finite = (limit: number) => (Number.isFinite(limit) ? limit : null);
const dayOf = (at: Date) => at.toISOString().slice(0, 10);
const hourOf = (at: Date) => new Date(Math.floor(at.getTime() / 3_600_000) * 3_600_000);
