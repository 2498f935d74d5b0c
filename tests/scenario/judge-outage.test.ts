import { sql } from 'kysely';
import { expect, it, vi } from 'vitest';
import { rateDue } from '../../src/3-rate/run.ts';
import type { JudgeSeat } from '../../src/3-rate/seats.ts';
import { unscoredReasons } from '../../src/domain/rating.ts';
import type { Answer } from '../../src/simulate/judge-server.ts';
import { agreement, appFor, conversation, eachDatabase, flattery, type TestApp } from '../db/test-database.ts';

const minute_ms = 60_000;
const n_samples = 400;
const worker_lease_minutes = 20;
/** An open circuit is left alone for real milliseconds, so that the simulated hour takes seconds. */
const breaker = { maxInARow: 12, maxShare: 0.5, window: 40, firstOpenMs: 20, longestOpenMs: 2_000 };
/** Much concurrency, so that the few calls that a throttled endpoint is left with still are some; and a long time-out, which
 * only the simulated time-outs reach even on a busy machine. */
const judge = { model: 'flaky', concurrency: 64, timeout_ms: 3_000, max_attempts: 5 };
const faulty = { throttled: 0.3, garbage: 0.1, hang: 0.05 };

const later = (app: TestApp, minutes: number) => app.clock.set(new Date(app.clock.now().getTime() + minutes * minute_ms));
const many = (n: number) => Array.from({ length: n }, () => conversation());
const ledgerOf = (app: TestApp) => app.database.db.selectFrom('ledger').selectAll().where('rater', '=', 'judge').execute();

/** A judge that finds nothing, and a count of the useful answers it gave, by sample and dimension. */
function counting(): { answer: Answer; useful: Map<string, number> } {
  const useful = new Map<string, number>();
  const answer: Answer = ({ unit, dimension, choices }) => {
    const key = `${unit} ${dimension}`;
    useful.set(key, (useful.get(key) ?? 0) + 1);
    return choices[0];
  };
  return { answer, useful };
}

async function rateUntilSettled(app: TestApp, ticks: number): Promise<void> {
  for (let i = 0; i < ticks; i += 1) {
    await rateDue(app.raters);
    if ((await ledgerOf(app)).every(({ state }) => state !== 'due')) return;
    later(app, 1);
  }
}

async function callsBooked({ database: { db } }: TestApp): Promise<number> {
  const { rows } = await sql<{ n: number }>`select coalesce(sum(n_calls), 0)::int as n from rater_spend`.execute(db);
  return rows[0]?.n ?? 0;
}

/** Every (sample, dimension) is scored or has a reason, none twice; what is scored was answered usefully, once, and the rest never. */
async function expectAllAccountedFor(app: TestApp, ids: readonly string[], useful: ReadonlyMap<string, number>) {
  const rows = await ledgerOf(app);
  const named = (each: { conversation_key: string; dimension: string }) => `${each.conversation_key} ${each.dimension}`;
  const due = ids.flatMap((id) => [flattery, agreement].map((dimension) => `${app.unitOf(id)} ${dimension}`));
  expect(rows.map(named).sort()).toEqual(due.sort());
  const states = new Map(rows.map((row) => [named(row), row.state]));
  const known: readonly string[] = ['scored', ...unscoredReasons];
  expect([...new Set(states.values())].filter((state) => !known.includes(state))).toEqual([]);
  const ratings = await app.database.db.selectFrom('rating').selectAll().where('rater', '=', 'judge').execute();
  const scored = due.filter((each) => states.get(each) === 'scored');
  expect(ratings.map(named).sort()).toEqual(scored);
  expect(due.filter((each) => useful.get(each) !== (states.get(each) === 'scored' ? 1 : undefined))).toEqual([]);
  return rows;
}

eachDatabase('an hour without a judge, and then a bad one', (open) => {
  it('loses nothing, rates nothing twice, spends nothing twice, and leaves the endpoint alone while it is down', async () => {
    const { answer, useful } = counting();
    const app = await appFor(await open(), { config: { judge }, breaker, answer, faults: { failed: 1 } });
    const taken = many(n_samples);
    await app.intake.take(taken);

    for (let minute = 0; minute < 60; minute += 1) {
      await rateDue(app.raters);
      later(app, 1);
    }
    const inOutage = app.judge.calls();
    // What was under way when the circuit opened, and then a probe now and then (some 80 calls), where every minute had slots
    // for 64 and every sample was waiting.
    expect(inOutage).toBeGreaterThanOrEqual(breaker.maxInARow);
    expect(inOutage).toBeLessThanOrEqual(judge.concurrency + breaker.maxInARow + 60);
    expect(useful.size).toBe(0);
    const waiting = await ledgerOf(app);
    expect(new Set(waiting.map(({ state }) => state))).toEqual(new Set(['due']));
    // Not asking is no attempt: calls made and attempts counted are the same thing.
    expect(waiting.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(inOutage * 2);
    expect(await callsBooked(app)).toBe(inOutage);

    app.judge.setFaults(faulty);
    await vi.waitFor(() => expect(app.raters.judges.map(({ dispatcher }) => dispatcher.blocked())).toEqual([null]), {
      timeout: 10_000,
    });
    await rateUntilSettled(app, 240);

    const ids = taken.map(({ id }) => id);
    const rows = await expectAllAccountedFor(app, ids, useful);
    // Of each sample a tenth of its answered calls is garbage, 0.1 / 0.65; failing five times in a row is rare.
    const share = (state: string) => rows.filter((row) => row.state === state).length / rows.length;
    const sd = Math.sqrt((0.154 * 0.846) / n_samples);
    expect(Math.abs(share('invalid_answer') - 0.154)).toBeLessThan(4.5 * sd);
    expect(share('scored') + share('invalid_answer')).toBeGreaterThan(0.98);
    expect(await callsBooked(app)).toBe(app.judge.calls());
    // A row is asked at least once; attempts are what the endpoint saw, row by row.
    expect(Math.min(...rows.map(({ attempts }) => attempts))).toBeGreaterThanOrEqual(1);
    expect(rows.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(app.judge.calls() * 2);
  }, 300_000);

  it('goes on with what a killed worker had in hand, once its lease has run out', async () => {
    const { answer, useful } = counting();
    const app = await appFor(await open(), { config: { judge }, breaker, answer, faults: faulty });
    const taken = many(150);
    await app.intake.take(taken);

    let thrown = 0;
    let asked = 0;
    const dying = (seat: JudgeSeat): JudgeSeat => ({
      ...seat,
      port: {
        ...seat.port,
        rate(request, options) {
          asked += 1;
          if (asked <= 60) return seat.port.rate(request, options);
          thrown += 1;
          throw new Error('killed');
        },
      },
    });
    const first = { ...app.raters, worker: 'first', judges: app.raters.judges.map(dying) };
    await expect(rateDue(first)).rejects.toThrow('killed');
    expect(thrown).toBeGreaterThan(0);
    const held = (await ledgerOf(app)).filter(({ lease_by }) => lease_by === 'first');
    expect(held.length).toBeGreaterThan(0);
    // Nobody takes what another may still be asking about.
    const second = { ...app, raters: { ...app.raters, worker: 'second' } };
    later(app, worker_lease_minutes - 1);
    await rateDue(second.raters);
    expect((await ledgerOf(app)).filter(({ lease_by }) => lease_by === 'first')).toHaveLength(held.length);

    later(app, 2);
    await rateUntilSettled(second, 240);
    await expectAllAccountedFor(
      app,
      taken.map(({ id }) => id),
      useful,
    );
    // A call that was booked and then died may have been made: the books say at most that much too much.
    expect(await callsBooked(app)).toBe(app.judge.calls() + thrown);
  }, 300_000);
});
