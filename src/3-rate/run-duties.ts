import { noteRaterFindings } from '../db/rater-findings.ts';
import { noteRaters, readRaters } from '../db/rater-revisions.ts';
import type { RaterKind } from '../domain/rating.ts';
import { type Bridge, openBridges } from './bridge.ts';
import type { RaterDeps } from './run.ts';
import { type Assignment, type Duties, dutiesOf, seatOf } from './seats.ts';

export type Roster = { readonly judge: Duties; readonly second: Duties; readonly bridges: readonly Bridge[] };

/**
 * Who rates what today: the judges by the configuration; beside them, on part of the samples, whoever served before where a
 * rater has just changed, else the second judge. Notes who is at work, and a change of rater as a finding with cause `judge`.
 * Reads and writes rater_revision and rater_finding. Safe to repeat.
 */
export async function takeRoster(deps: RaterDeps): Promise<Roster> {
  const now = deps.clock.now();
  const judge = judgeDuties(deps);
  const known = await readRaters(deps.db);
  const fresh = [...judge.values()].filter(({ revision }) => !known.some((rater) => rater.revision === revision));
  await deps.db.transaction().execute(async (trx) => {
    await noteRaters(trx, atWork(judge, 'judge'), now);
    const changes = fresh.flatMap(({ rubric: { dimension }, revision }) => {
      const before = known.filter((rater) => rater.dimension === dimension && rater.rater === 'judge').at(-1);
      return before === undefined ? [] : [{ dimension, revision, before }];
    });
    await noteRaterFindings(
      trx,
      changes.map(({ dimension, revision, before }) => ({
        id: `changed ${revision}`,
        at: now,
        dimension,
        rater: 'judge',
        kind: 'revision changed',
        body: { cause: 'judge', from: before.revision, to: revision, from_model: before.model, since: now.toISOString() },
      })),
    );
  });
  const raters = fresh.length === 0 ? known : await readRaters(deps.db);
  const current = new Map([...judge].map(([dimension, { revision }]) => [dimension, revision]));
  const bridges = openBridges(raters, current, now, deps.bridgeDays);
  const second = dutiesOf(secondAssignments(deps, judge, bridges), deps.policy);
  await noteRaters(deps.db, atWork(second, 'second'), now);
  return { judge, second, bridges };
}

/** The judges' duties as the configuration has them; nothing is read or written. */
export function judgeDuties(deps: Pick<RaterDeps, 'rubrics' | 'judges' | 'policy'>): Duties {
  const assignments = deps.rubrics.rubrics.flatMap((rubric): Assignment[] => {
    const seat = seatOf(deps.judges, rubric.dimension);
    return seat === undefined ? [] : [{ seat, rubric, frame: deps.rubrics.frameOf(rubric) }];
  });
  return dutiesOf(assignments, deps.policy);
}

/** The share of judged samples that a second rater sees too: more while a rater takes over from another. */
export async function secondShareNow(
  deps: RaterDeps,
  shares: { readonly bridge: number; readonly usual: number },
): Promise<number> {
  const current = new Map([...judgeDuties(deps)].map(([dimension, { revision }]) => [dimension, revision]));
  const bridges = openBridges(await readRaters(deps.db), current, deps.clock.now(), deps.bridgeDays);
  return bridges.length > 0 ? Math.max(shares.bridge, shares.usual) : shares.usual;
}

function secondAssignments(deps: RaterDeps, judge: Duties, bridges: readonly Bridge[]): Assignment[] {
  const replaced = new Map(bridges.map((bridge) => [bridge.dimension, bridge.from]));
  return [...judge].flatMap(([dimension, duty]): Assignment[] => {
    const before = replaced.get(dimension);
    const rubric = before === undefined ? undefined : deps.rubrics.version(dimension, before.rubricVersion);
    if (before !== undefined && rubric !== undefined) {
      const temperature = Number(before.parameters.temperature ?? 0);
      return [{ seat: deps.seatWith(duty.seat, before.model, temperature), rubric, frame: deps.rubrics.frameOf(rubric) }];
    }
    return deps.secondJudge === null ? [] : [{ seat: deps.secondJudge, rubric: duty.rubric, frame: duty.frame }];
  });
}

function atWork(duties: Duties, rater: RaterKind) {
  return [...duties.values()].map(({ rubric, seat, revision, company }) => ({
    revision,
    dimension: rubric.dimension,
    rater,
    rubricVersion: rubric.version,
    model: seat.port.identity.model,
    parameters: {
      temperature: seat.port.identity.temperature,
      together: company.map(({ dimension, version }) => `${dimension}.v${version}`),
      windows: { ...seat.windows },
    },
  }));
}
