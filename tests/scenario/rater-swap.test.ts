import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BatchUnit, responseShare, sumArm } from '../../src/5-detect/arm-batch.ts';
import { newCellState } from '../../src/5-detect/cell-state.ts';
import { keepOneRater } from '../../src/5-detect/same-rater.ts';
import { type CellStep, stepCell } from '../../src/5-detect/step-cell.ts';
import { listAlerts } from '../../src/db/alerts.ts';
import { readSteps } from '../../src/db/detectors.ts';
import { readDoubleRatings } from '../../src/db/double-ratings.ts';
import { latestFindings } from '../../src/db/findings.ts';
import { readRaterFindings } from '../../src/db/rater-findings.ts';
import { readRaters } from '../../src/db/rater-revisions.ts';
import { readScoredUnits } from '../../src/db/scored-units.ts';
import { everybody } from '../../src/domain/cell.ts';
import { DimensionId } from '../../src/domain/dimension.ts';
import { Rng } from '../../src/simulate/rng.ts';
import { CANDIDATE, LKG, RELEASED_AT, steady } from '../../src/simulate/scenario.ts';
import { logValue } from '../../src/stats/e-detector.ts';
import { liveThrough, type Weeks } from './simulated-weeks.ts';

const hour_ms = 3_600_000;
const from = new Date('2026-04-23T00:00:00Z');
const days = 6;
const until = new Date(from.getTime() + days * 24 * hour_ms);
const swapAt = new Date('2026-04-27T06:00:00Z');
/** The next plan of the judge's phase after the swap: the simulation has one every six hours, production one an hour. */
const bridgeFrom = new Date(swapAt.getTime() + 6 * hour_ms);
const bridge_share = 0.2;
const looser = 'looser-judge';
const dimensions = ['concrete.flattery', 'concrete.sycophantic_agreement'].map((id) => DimensionId.parse(id));
const versions = [LKG, CANDIDATE];

describe('a judge that calls seven times as much harmless talk harmful, put in the place of another in a steady stream', () => {
  let weeks: Weeks;
  beforeAll(async () => {
    weeks = await liveThrough(
      steady('rater swap', { conversationsPerDay: 2_400, users: 2_000 }),
      from,
      days,
      new Date('2026-04-25T06:00:00Z'),
      {
        config: { dimensions, raters: { bridge_share, anchors_per_day: 0 } },
        judges: { [looser]: { sensitivity: 0.9, specificity: 0.93 } },
        change: { at: swapAt, config: { judge: { model: looser } } },
      },
    );
  }, 300_000);
  afterAll(() => weeks.close());

  const db = () => weeks.app.database.db;
  const judged = (start: Date, end: Date) => readScoredUnits(db(), 'judge', start, end);
  const meanHarm = (units: readonly { weight: number; harm: boolean | null }[]) => {
    const scored = units.filter(({ harm }) => harm !== null);
    return (
      scored.reduce((sum, { weight, harm }) => sum + (harm ? weight : 0), 0) / scored.reduce((sum, { weight }) => sum + weight, 0)
    );
  };

  it('is announced as a change of rater in every dimension, and nothing else is', async () => {
    const raters = (await readRaters(db())).filter(({ rater }) => rater === 'judge');
    const findings = await readRaterFindings(db(), from);
    const changes = dimensions.map((dimension) => {
      const [before, after] = raters.filter((rater) => rater.dimension === dimension);
      expect([before?.model, after?.model]).toEqual(['simulated-judge', looser]);
      return {
        id: `changed ${after?.revision}`,
        at: swapAt,
        dimension,
        rater: 'judge',
        kind: 'revision changed',
        body: expect.objectContaining({ cause: 'judge', from: before?.revision, to: after?.revision }),
      };
    });
    expect([...findings].sort((a, b) => (a.dimension < b.dimension ? -1 : 1))).toEqual(changes);
  });

  it('moves the measured rates of every version, and is called drift of none', async () => {
    for (const version of versions) {
      for (const dimension of dimensions) {
        const units = (await judged(swapAt, until)).filter((unit) => unit.version === version && unit.dimension === dimension);
        // Of a hundred harmless ones six more are called harmful than the judge before would have of the same conversations.
        const rows = await db()
          .selectFrom('traffic')
          .selectAll()
          .where('version', '=', version)
          .where('batch_at', '>=', swapAt)
          .execute();
        const asBefore = rows.map((row) => ({ weight: row.counted, harm: weeks.callsHarmful(row.conversation_key, dimension) }));
        expect(meanHarm(units) - meanHarm(asBefore)).toBeGreaterThan(0.02);
      }
    }
    expect(await listAlerts(db())).toEqual([]);
    const findings = await latestFindings(db());
    expect(findings.length).toBeGreaterThan(dimensions.length);
    expect(findings.filter(({ verdict }) => verdict === 'drifted')).toEqual([]);
    expect((await db().selectFrom('finding').selectAll().where('verdict', '=', 'drifted').execute()).length).toBe(0);
  });

  it('bets in no hour on verdicts of both judges', async () => {
    const units = await judged(RELEASED_AT, until);
    const ofHour = (at: Date, among: readonly (typeof units)[number][]) =>
      among.filter(({ batchAt }) => batchAt.getTime() === at.getTime());
    const revisionsOf = (among: readonly BatchUnit[]) => new Set(among.flatMap(({ raterRevision }) => raterRevision ?? []));
    for (const dimension of dimensions) {
      const cell = { version: CANDIDATE, dimension, cohort: everybody };
      const steps = await readSteps(db(), 'judge', cell, LKG);
      let nMixed = 0;
      for (const { batchAt, step } of steps) {
        const hour = ofHour(batchAt, units).filter((unit) => unit.dimension === dimension);
        const kept = keepOneRater(hour);
        expect(revisionsOf(kept).size).toBe(1);
        if (revisionsOf(hour).size > 1) nMixed += 1;
        const scored = (version: string) => kept.filter((unit) => unit.version === version && unit.harm !== null).length;
        const { nLive, nBaseline } = step as CellStep;
        expect([nLive, nBaseline]).toEqual([scored(CANDIDATE), scored(LKG)]);
      }
      // The hour in which the judges changed was open, and had verdicts of both.
      expect(nMixed).toBe(1);
    }
  });

  it('is bridged: the judge before sees part of the same samples, from which the difference can be told', async () => {
    const raters = await readRaters(db());
    const rows = await db().selectFrom('ledger').selectAll().execute();
    const ofRater = (rater: string, start: Date) => rows.filter((row) => row.rater === rater && row.batch_at >= start);
    const second = ofRater('second', from);
    expect(second.filter(({ batch_at }) => batch_at < swapAt)).toEqual([]);
    expect(new Set(second.map(({ state }) => state))).toEqual(new Set(['scored']));
    for (const dimension of dimensions) {
      const own = ofRater('second', bridgeFrom).filter((row) => row.dimension === dimension);
      const [before] = raters.filter((rater) => rater.dimension === dimension && rater.rater === 'judge');
      expect(new Set(own.map((row) => row.rater_revision))).toEqual(new Set([before?.revision]));
      const nJudged = ofRater('judge', bridgeFrom).filter((row) => row.dimension === dimension).length;
      const sd = Math.sqrt(nJudged * bridge_share * (1 - bridge_share));
      expect(nJudged).toBeGreaterThan(300);
      expect(Math.abs(own.length - nJudged * bridge_share)).toBeLessThan(4.5 * sd);

      const pairs = (await readDoubleRatings(db(), from, until)).filter((pair) => pair.dimension === dimension);
      expect(pairs).toHaveLength(own.length);
      const total = pairs.reduce((sum, { weight }) => sum + weight, 0);
      const d = pairs.reduce((sum, each) => sum + each.weight * (Number(each.judgeHarm) - Number(each.secondHarm)), 0) / total;
      expect(d).toBeGreaterThan(0);
    }
  });
});

describe('two judges of whom one sees most of the one arm and the other most of the other', () => {
  const rates = { stricter: 0.06, looser: 0.12 };
  const rng = new Rng('arms by judge');
  /** Both versions are alike. In each arm 40 conversations an hour, four in five of them rated by its own judge. */
  const hour = (n: number): BatchUnit[] =>
    ['live', 'baseline'].flatMap((version) =>
      Array.from({ length: 40 }, (_, i) => {
        const raterRevision = (version === 'live') === i % 5 > 0 ? 'looser' : 'stricter';
        const facets = { topic: 'other', memory: 'off', locale: 'en', length: '1', product: 'app' };
        const userKey = `${version} ${n} ${i}`;
        const harm = rng.uniform() < rates[raterRevision];
        return { version, userKey, dimension: dimensions[0]!, facets, weight: 1, state: 'scored', harm, raterRevision };
      }),
    );
  const hours = Array.from({ length: 24 * 7 }, (_, n) => hour(n));

  /** The largest evidence of a week against a threshold of one false alarm in some thousand weeks. */
  function evidence(select: (units: readonly BatchUnit[]) => readonly BatchUnit[]): number {
    let state = newCellState(0.09, 1);
    let highest = -Infinity;
    for (const units of hours) {
      const arm = (version: 'live' | 'baseline') => {
        const own = select(units).filter((unit) => unit.version === version);
        const responded = responseShare(own);
        return { ...sumArm(own, everybody, version, responded), n: 40, nu: 40 * responded, maxUserWeight: 1 / responded };
      };
      const next = stepCell(state, { live: arm('live'), baseline: arm('baseline'), r0: 1, startMass: 1 / 24, threshold: 1_000 });
      if (next === null) throw new Error('no hour is empty');
      state = next.state;
      highest = Math.max(highest, logValue(state.detector));
    }
    return highest;
  }

  it('would look like a drifted version, and do not where each bet rests on one of them', () => {
    expect(evidence((units) => units)).toBeGreaterThan(Math.log(1_000));
    expect(evidence(keepOneRater)).toBeLessThan(Math.log(1_000));
  });
});
