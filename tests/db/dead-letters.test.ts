import { expect, it } from 'vitest';
import { rateDue } from '../../src/3-rate/run.ts';
import { measureDue } from '../../src/4-measure/run.ts';
import { listDeadLetters, rerunDeadLetters } from '../../src/db/dead-letters.ts';
import { readWatermark } from '../../src/db/watermarks.ts';
import { agreement, appFor, conversation, eachDatabase, flattery, hour, type TestApp } from './test-database.ts';

const ledgerOf = (app: TestApp) => app.database.db.selectFrom('ledger').selectAll().where('rater', '=', 'judge').execute();
const openOf = async ({ database }: TestApp) => (await readWatermark(database.db, 'measure')) ?? new Date(0);
const listed = async (app: TestApp) => listDeadLetters(app.database.db, app.clock.now(), await openOf(app));
const rerun = async (app: TestApp, over: { reason?: string; dimension?: string } = {}) =>
  rerunDeadLetters(app.database.db, {
    rater: 'judge',
    reason: 'invalid_answer',
    dimension: null,
    now: app.clock.now(),
    open: await openOf(app),
    ...over,
  });

/** Conversations whose judge answered rubbish, one at each hour. */
async function deadAt(app: TestApp, ...hours: readonly number[]) {
  const taken = hours.map((n) => conversation({ at: hour(n).toISOString() }));
  app.judge.setFaults({ garbage: 1 });
  for (const [i, each] of taken.entries()) {
    app.clock.set(new Date(hour(hours[i]!).getTime() + 60_000));
    await app.intake.take([each]);
    await rateDue(app.raters);
  }
  app.judge.setFaults({});
  return taken;
}

eachDatabase('dead letters', (open) => {
  it('are listed by what ended them, and rated once they are made due again', async () => {
    const app = await appFor(await open());
    await deadAt(app, 0, 1);
    await app.intake.take([conversation()]);
    await rateDue(app.raters);

    const each = { rater: 'judge', reason: 'invalid_answer', n: 2, oldest: hour(0), newest: hour(1), nAlive: 2 };
    expect(await listed(app)).toEqual([
      { ...each, dimension: flattery },
      { ...each, dimension: agreement },
    ]);
    const asked = app.judge.calls();
    expect(await rerun(app)).toBe(4);
    expect(await rerun(app)).toBe(0);
    expect(await listed(app)).toEqual([]);
    expect((await ledgerOf(app)).filter(({ state }) => state === 'due').map(({ attempts }) => attempts)).toEqual([0, 0, 0, 0]);
    await rateDue(app.raters);
    expect(app.judge.calls()).toBe(asked + 2);
    expect((await ledgerOf(app)).every(({ state }) => state === 'scored')).toBe(true);
    // What is scored is no dead letter, by whatever name it is asked for.
    expect(await rerun(app, { reason: 'scored' })).toBe(0);
    expect(await rerun(app, { reason: 'due' })).toBe(0);
    expect(await app.database.db.selectFrom('rating').selectAll().where('rater', '=', 'judge').execute()).toHaveLength(6);
  });

  it('are made due again for one dimension and one reason alone where that is asked for', async () => {
    const app = await appFor(await open(), { config: { judge: { model: 'gives-up', max_attempts: 1 } } });
    await deadAt(app, 0);
    app.judge.setFaults({ failed: 1 });
    await app.intake.take([conversation()]);
    await rateDue(app.raters);
    const states = async () => (await ledgerOf(app)).map(({ dimension, state }) => `${dimension} ${state}`).sort();
    const dead = (await listed(app)).map(({ dimension, reason, n }) => `${n} ${dimension} ${reason}`);
    expect(dead).toEqual([
      `1 ${flattery} failed`,
      `1 ${agreement} failed`,
      `1 ${flattery} invalid_answer`,
      `1 ${agreement} invalid_answer`,
    ]);
    expect(await rerun(app, { reason: 'failed', dimension: flattery })).toBe(1);
    expect(await states()).toEqual([
      `${flattery} due`,
      `${flattery} invalid_answer`,
      `${agreement} failed`,
      `${agreement} invalid_answer`,
    ]);
  });

  it('of a closed hour are listed and stay as they are', async () => {
    const app = await appFor(await open());
    const [early] = await deadAt(app, 0);
    app.clock.set(hour(4));
    await measureDue(app.measure);
    expect(await openOf(app)).toEqual(hour(3));
    await deadAt(app, 5);
    const before = await app.database.db.selectFrom('rate_point').selectAll().orderBy('at').execute();
    expect((await listed(app)).map(({ n, nAlive }) => [n, nAlive])).toEqual([
      [2, 1],
      [2, 1],
    ]);
    expect(await rerun(app)).toBe(2);
    const due = (await ledgerOf(app)).filter(({ state }) => state === 'due').map(({ batch_at }) => batch_at);
    expect(due).toEqual([hour(5), hour(5)]);
    const closed = (await ledgerOf(app)).filter(({ conversation_key }) => conversation_key === app.unitOf(early!.id));
    expect(closed.map(({ state }) => state)).toEqual(['invalid_answer', 'invalid_answer']);
    expect(await app.database.db.selectFrom('rate_point').selectAll().orderBy('at').execute()).toEqual(before);
  });

  it('whose text has expired or is gone are listed and stay as they are', async () => {
    const app = await appFor(await open());
    const [expired, gone, alive] = await deadAt(app, 0, 0, 0);
    const { db } = app.database;
    const sampleOf = (id: string) => app.unitOf(id);
    await db
      .updateTable('sample')
      .set({ expires_at: app.clock.now() })
      .where('conversation_key', '=', sampleOf(expired!.id))
      .execute();
    await db.deleteFrom('sample').where('conversation_key', '=', sampleOf(gone!.id)).execute();
    expect((await listed(app)).map(({ n, nAlive }) => [n, nAlive])).toEqual([
      [3, 1],
      [3, 1],
    ]);
    expect(await rerun(app)).toBe(2);
    const due = (await ledgerOf(app)).filter(({ state }) => state === 'due');
    expect(new Set(due.map(({ conversation_key }) => conversation_key))).toEqual(new Set([app.unitOf(alive!.id)]));
  });
});
