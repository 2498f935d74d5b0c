import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { eraseUser } from '../../src/2-sample/run-erase.ts';
import { rateDue } from '../../src/3-rate/run.ts';
import { createFakeBatchJudge, type FakeBatchJudgeConfig } from '../../src/clients/fake-batch-judge.ts';
import { type BatchItem, type BatchJudge, DiscardError } from '../../src/domain/batch-judge.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import type { JudgeAnswer } from '../../src/domain/judge.ts';
import { type BatchServerOptions, startBatchServer } from '../../src/simulate/batch-server.ts';
import { forwardCompletion } from '../../src/simulate/forward-completion.ts';
import { startJudgeServer } from '../../src/simulate/judge-server.ts';
import {
  type AppOverrides,
  agreement,
  appFor,
  conversation,
  eachDatabase,
  flattery,
  hour,
  type TestApp,
  temporaryFolder,
} from './test-database.ts';

type Open = Parameters<Parameters<typeof eachDatabase>[1]>[0];
type Port = Pick<BatchJudge, 'submit' | 'results' | 'discard'>;

const minute_ms = 60_000;
/** A worker that died holds a batch no longer than this. */
const batch_lease_minutes = 20;
const judge = { model: 'batch-judge', mode: 'batch', max_attempts: 3 };
/** A batch may take a day. */
const batches = { close_after_hours: 30 };

const many = (n: number) => Array.from({ length: n }, () => conversation());
const harmless = ({ request }: BatchItem): JudgeAnswer[] =>
  request.rubrics.map(({ dimension, choices }) => ({
    dimension,
    choice: Object.keys(choices)[0] ?? '',
    confidence: 0.9,
    evidence: [],
    rationale: '',
  }));

/** An application whose judge is asked in batches, and what was submitted: every list of items, submissions repeated included. */
async function batchApp(open: Open, fake: Partial<FakeBatchJudgeConfig> = {}, over: Partial<Port> = {}, config: object = {}) {
  const port = createFakeBatchJudge({ answer: harmless, ...fake });
  const submitted: (readonly BatchItem[])[] = [];
  const batchJudge: BatchJudge = {
    ...port,
    submit(id, items) {
      submitted.push(items);
      return port.submit(id, items);
    },
    ...over,
  };
  const app = await appFor(await open(), { batchJudge, config: { batches, judge: { ...judge, ...config } } });
  return { app, port, submitted };
}

const later = (app: TestApp, minutes: number) => app.clock.set(new Date(app.clock.now().getTime() + minutes * minute_ms));
async function tick(app: TestApp, times = 1): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    await rateDue(app.raters);
    later(app, 1);
  }
}
const ledgerOf = ({ database: { db } }: TestApp) => db.selectFrom('ledger').selectAll().where('rater', '=', 'judge').execute();
const statesOf = async (app: TestApp) => [...new Set((await ledgerOf(app)).map(({ state }) => state))].sort();
const inTable = async ({ database: { db } }: TestApp, table: string) =>
  Number((await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}`.execute(db)).rows[0]?.n);
/** The judge's ratings as `<conversation> <dimension>`, sorted. */
async function ratedBy({ database: { db } }: TestApp): Promise<string[]> {
  const rows = await db.selectFrom('rating').selectAll().where('rater', '=', 'judge').execute();
  return rows.map((row) => `${row.conversation_key} ${row.dimension}`).sort();
}
const everyRating = (app: TestApp, taken: readonly Conversation[]) =>
  taken.flatMap(({ id }) => [`${app.unitOf(id)} ${flattery}`, `${app.unitOf(id)} ${agreement}`]).sort();
const callsBooked = async ({ database: { db } }: TestApp) =>
  (await sql<{ n: number }>`select coalesce(sum(n_calls), 0)::int as n from rater_spend`.execute(db)).rows[0]?.n;
const unitsOf = (items: readonly BatchItem[] | undefined) => (items ?? []).map(({ request }) => request.unit).sort();

/** Some 6,000 characters in twelve turns: several windows of 2,000. */
const long = () =>
  conversation({
    turns: Array.from({ length: 12 }, (_, i) => ({
      role: i % 2 === 0 ? ('user' as const) : ('assistant' as const),
      content: `${i % 2 === 0 ? 'I asked about the garden fence.' : 'The fence could be of larch or of oak.'} `.repeat(14),
    })),
  });

eachDatabase('a judge asked in batches', (open) => {
  it('is given all that is due at once, is waited for, and settles each rating once', async () => {
    const { app, port, submitted } = await batchApp(open, { pollsRunning: 2 });
    const taken = many(6);
    await app.intake.take(taken);
    await tick(app);
    expect(submitted.map(unitsOf)).toEqual([taken.map(({ id }) => app.unitOf(id)).sort()]);
    const [batch] = await app.database.db.selectFrom('judge_batch').selectAll().execute();
    expect(batch).toMatchObject({ state: 'submitted', remote_id: `fake-${batch?.id}` });
    const leases = new Set((await ledgerOf(app)).map(({ lease_by }) => lease_by));
    expect(leases).toEqual(new Set([`batch ${batch?.id}`]));
    // Opaque at the endpoint: no pseudonym of ours.
    for (const { customId, request } of submitted.flat()) expect(customId).not.toContain(request.unit);

    // Still running: whatever is taken in meanwhile waits for the next batch.
    const more = many(2);
    await app.intake.take(more);
    await tick(app, 2);
    expect([await statesOf(app), await ratedBy(app), port.created()]).toEqual([['due'], [], 1]);

    await tick(app);
    expect(await ratedBy(app)).toEqual(everyRating(app, taken));
    expect([port.created(), port.kept(), await inTable(app, 'judge_batch'), await inTable(app, 'judge_batch_item')]).toEqual([
      1, 0, 0, 0,
    ]);
    expect(await callsBooked(app)).toBe(6);

    later(app, 60);
    await tick(app, 5);
    expect(await ratedBy(app)).toEqual(everyRating(app, [...taken, ...more]));
    expect([port.created(), port.kept(), submitted[1]?.length, await callsBooked(app)]).toEqual([2, 0, 2, 8]);
    expect(new Set((await ledgerOf(app)).map(({ state, lease_by, attempts }) => `${state} ${lease_by} ${attempts}`))).toEqual(
      new Set(['scored null 1']),
    );
    // Nobody was asked singly.
    expect(app.judge.calls()).toBe(0);
  });

  it('is given one batch an hour, however soon it answers and whenever something comes in', async () => {
    const { app, port, submitted } = await batchApp(open, { pollsRunning: 0 });
    const taken = many(30);
    for (const each of taken) {
      await app.intake.take([each]);
      await tick(app, 2);
    }
    await tick(app, 3);
    expect(submitted.map((items) => items.length)).toEqual([1, 29]);
    expect([await ratedBy(app), port.kept(), await callsBooked(app)]).toEqual([everyRating(app, taken), 0, 30]);
  });

  it('settles what an expired batch has answered, and asks the rest again in the next, an hour later', async () => {
    const missed = new Set<string>();
    const { app, port, submitted } = await batchApp(open, {
      endsAs: 'expired',
      answer: (item) => (missed.has(item.request.unit) ? null : harmless(item)),
    });
    const taken = many(10);
    for (const { id } of taken.slice(0, 4)) missed.add(app.unitOf(id));
    await app.intake.take(taken);
    await tick(app, 3);
    expect(await ratedBy(app)).toEqual(everyRating(app, taken.slice(4)));
    const waiting = (await ledgerOf(app)).filter(({ state }) => state === 'due');
    expect(waiting.map(({ lease_by, attempts }) => [lease_by, attempts])).toEqual(Array(8).fill([null, 1]));
    expect(port.kept()).toBe(0);
    later(app, 50);
    await tick(app, 3);
    expect(port.created()).toBe(1);

    const again = [...missed].sort();
    missed.clear();
    await tick(app, 9);
    expect(submitted.slice(1).map(unitsOf)).toEqual([again]);
    expect(await ratedBy(app)).toEqual(everyRating(app, taken));
    expect([port.created(), port.kept(), await callsBooked(app)]).toEqual([2, 0, 14]);
  });

  it('keeps the answered windows of a long conversation and asks only for the missing one', async () => {
    let isMissing = true;
    const { app, submitted } = await batchApp(
      open,
      { answer: (item) => (isMissing && item.request.window?.index === 1 ? null : harmless(item)) },
      {},
      { window_chars: 2_000 },
    );
    const taken = [long(), conversation()];
    await app.intake.take(taken);
    await tick(app, 3);
    const count = (submitted[0]?.length ?? 0) - 1;
    expect(count).toBeGreaterThan(2);
    expect(await ratedBy(app)).toEqual(everyRating(app, taken.slice(1)));
    expect(await inTable(app, 'judge_answer')).toBe(count - 1);

    isMissing = false;
    later(app, 60);
    await tick(app, 3);
    expect(submitted.slice(1).map((items) => items.map(({ request: { unit, window } }) => [unit, window]))).toEqual([
      [[app.unitOf(taken[0]!.id), { index: 1, count }]],
    ]);
    expect(await ratedBy(app)).toEqual(everyRating(app, taken));
    expect([await inTable(app, 'judge_answer'), await callsBooked(app)]).toEqual([0, count + 2]);
  });

  it('that refuses what it is given is asked again, until the attempts are used up', async () => {
    let refusals = 0;
    const submit: Port['submit'] = async () => {
      refusals += 1;
      return { outcome: 'refused', reason: 'file_too_large' };
    };
    const { app, port } = await batchApp(open, {}, { submit });
    await app.intake.take(many(3));
    for (const attempts of [1, 2]) {
      await tick(app, 2);
      expect((await ledgerOf(app)).map((row) => `${row.state} ${row.attempts} ${row.lease_by}`)).toEqual(
        Array(6).fill(`due ${attempts} null`),
      );
      later(app, 60);
    }
    await tick(app, 2);
    expect(await statesOf(app)).toEqual(['failed']);
    later(app, 60);
    await tick(app, 2);
    // Nobody was asked, and nothing is booked.
    expect([refusals, port.created(), await callsBooked(app), await inTable(app, 'judge_batch')]).toEqual([3, 0, 0, 0]);
  });

  it('that cannot take a batch now gets the same one again', async () => {
    let busy = true;
    const { app, port } = await batchApp(open, {}, {});
    const [seat] = app.raters.judges;
    const batch: BatchJudge = {
      ...port,
      submit: async (id, items) => (busy ? { outcome: 'retry', reason: 'throttled', afterMs: null } : port.submit(id, items)),
    };
    const raters = { ...app.raters, judges: [{ ...seat!, batch }] };
    const taken = many(3);
    await app.intake.take(taken);
    await rateDue(raters);
    const [first] = await app.database.db.selectFrom('judge_batch').selectAll().execute();
    expect(first).toMatchObject({ state: 'new', remote_id: null, lease_until: null });
    busy = false;
    await rateDue(raters);
    const [second] = await app.database.db.selectFrom('judge_batch').selectAll().execute();
    expect(second).toMatchObject({ id: first?.id, state: 'submitted' });
    await tick(app, 2);
    expect(await ratedBy(app)).toEqual(everyRating(app, taken));
    expect(new Set((await ledgerOf(app)).map(({ attempts }) => attempts))).toEqual(new Set([1]));
  });

  const kills: readonly (readonly [string, (port: Port, once: () => void) => Partial<Port>])[] = [
    [
      'between claiming and submitting',
      (port, once) => ({
        async submit(id, items) {
          once();
          return port.submit(id, items);
        },
      }),
    ],
    [
      'between submitting and noting it down',
      (port, once) => ({
        async submit(id, items) {
          const submission = await port.submit(id, items);
          once();
          return submission;
        },
      }),
    ],
    [
      'between reading and settling',
      (port, once) => ({
        async results(remoteId, items) {
          const reading = await port.results(remoteId, items);
          once();
          return reading;
        },
      }),
    ],
    [
      'between settling and deleting the files',
      (port, once) => ({
        async discard(remoteId) {
          once();
          return port.discard(remoteId);
        },
      }),
    ],
  ];
  it.each(kills)('pays once and rates once when its worker is killed %s', async (_, killed) => {
    const port = createFakeBatchJudge({ answer: harmless });
    let isDead = false;
    const once = () => {
      if (isDead) return;
      isDead = true;
      throw new Error('killed');
    };
    const app = await appFor(await open(), { batchJudge: { ...port, ...killed(port, once) }, config: { batches, judge } });
    const taken = many(4);
    await app.intake.take(taken);
    const deaths: unknown[] = [];
    for (let i = 0; i < 5; i += 1) await tick(app).catch((error: unknown) => deaths.push(error));
    expect(deaths).toEqual([new Error('killed')]);
    later(app, batch_lease_minutes);
    await tick(app, 4);
    expect(await ratedBy(app)).toEqual(everyRating(app, taken));
    expect([port.created(), port.kept(), await inTable(app, 'judge_batch'), await callsBooked(app)]).toEqual([1, 0, 0, 4]);
    expect(new Set((await ledgerOf(app)).map(({ attempts, lease_by }) => `${attempts} ${lease_by}`))).toEqual(
      new Set(['1 null']),
    );
  });

  it('whose files cannot be deleted yet has them deleted later, and nothing is rated again', async () => {
    const port = createFakeBatchJudge({ answer: harmless });
    let left = 2;
    const discard: Port['discard'] = async (remoteId) => {
      left -= 1;
      if (left >= 0) throw new DiscardError('Not yet.');
      await port.discard(remoteId);
    };
    const { app } = await batchApp(open, {}, { ...port, discard });
    const taken = many(2);
    await app.intake.take(taken);
    await tick(app, 3);
    expect([await ratedBy(app), port.kept()]).toEqual([everyRating(app, taken), 1]);
    await tick(app, 2);
    expect([await ratedBy(app), port.kept(), await inTable(app, 'judge_batch')]).toEqual([everyRating(app, taken), 0, 0]);
    expect(port.created()).toBe(1);
  });

  it('rates nobody who was erased while their batch was out', async () => {
    const { app, port } = await batchApp(open);
    const taken = many(3);
    await app.intake.take(taken);
    await tick(app);
    expect(await inTable(app, 'judge_batch_item')).toBe(3);
    await eraseUser(app.erase, taken[0]!.user, { by: 'Robin', reason: 'request' });
    expect(await inTable(app, 'judge_batch_item')).toBe(2);
    await tick(app, 3);
    expect(await ratedBy(app)).toEqual(everyRating(app, taken.slice(1)));
    expect([port.kept(), await inTable(app, 'judge_batch'), await inTable(app, 'ledger')]).toEqual([0, 0, 4]);
  });

  it('has its files deleted even where everybody in the batch was erased', async () => {
    const { app, port } = await batchApp(open);
    const [only] = many(1);
    await app.intake.take([only!]);
    await tick(app);
    await eraseUser(app.erase, only!.user, { by: 'Robin', reason: 'request' });
    await tick(app, 3);
    expect([await ratedBy(app), port.kept(), await inTable(app, 'judge_batch')]).toEqual([[], 0, 0]);
  });

  it('that was replaced while its batch was out gives back its samples to whoever rates them now, and its files are deleted', async () => {
    const port = createFakeBatchJudge({ answer: harmless, pollsRunning: 50 });
    const database = await open();
    const dataDir = await temporaryFolder();
    const appWith = (model: string, startsAt = hour(0)) =>
      appFor(database, { batchJudge: port, dataDir, startsAt, config: { batches, judge: { ...judge, model } } });
    const before = await appWith('before');
    const taken = many(3);
    await before.intake.take(taken);
    await tick(before);
    expect([port.created(), port.kept()]).toEqual([1, 1]);

    const after = await appWith('after', new Date(hour(0).getTime() + 5 * minute_ms));
    await tick(after);
    await tick(after, 60);
    expect(await ratedBy(after)).toEqual(everyRating(after, taken));
    expect([port.created(), port.kept(), await inTable(after, 'judge_batch')]).toEqual([2, 0, 0]);
    expect(new Set((await ledgerOf(after)).map(({ attempts }) => attempts))).toEqual(new Set([1]));
  });

  it('is asked no more than its budget, and what is beyond says so', async () => {
    const { app, port, submitted } = await batchApp(open, {}, {}, { budget: { calls_per_day: 5 } });
    await app.intake.take(many(8));
    await tick(app, 3);
    expect(submitted.map((items) => items.length)).toEqual([5]);
    const states = (await ledgerOf(app)).map(({ state }) => state).sort();
    expect(states).toEqual([...Array(6).fill('over_budget'), ...Array(10).fill('scored')]);
    expect([port.created(), await callsBooked(app)]).toEqual([1, 5]);
  });
});

/** An application whose judge is asked in batches over HTTP, as an endpoint would be. */
async function overHttp(open: Open, options: Partial<BatchServerOptions> = {}, overrides: AppOverrides = {}) {
  const answers = await startJudgeServer({ answer: ({ choices }) => choices[0], seed: 'batches' });
  onTestFinished(answers.close);
  const at = Date.parse('2026-04-06T00:00:00Z');
  const complete = forwardCompletion(answers.url);
  const server = await startBatchServer({ complete, now: () => at, advanceOnPoll: true, apiKey: 'test-key', ...options });
  onTestFinished(server.close);
  const app = await appFor(await open(), { endpoint: server.url, config: { batches, judge }, ...overrides });
  return { app, server, answers };
}

eachDatabase('a judge asked in batches over HTTP', (open) => {
  it('settles each rating once and leaves no file behind', async () => {
    const { app, server, answers } = await overHttp(open);
    const taken = many(5);
    await app.intake.take(taken);
    await tick(app, 6);
    expect(await ratedBy(app)).toEqual(everyRating(app, taken));
    expect([server.flow.batches().length, server.flow.files().length, answers.calls()]).toEqual([1, 0, 5]);
    expect([await inTable(app, 'judge_batch'), await callsBooked(app)]).toEqual([0, 5]);
    const { rows } = await sql<{ n: number }>`select sum(n_input_tokens)::int as n from rater_spend`.execute(app.database.db);
    expect(rows[0]?.n).toBeGreaterThan(0);
  });

  it('asks again for what an expired batch had no time for', async () => {
    const { app, server, answers } = await overHttp(open, { end: { status: 'expired', answered: 3 } });
    const taken = many(5);
    await app.intake.take(taken);
    await tick(app, 6);
    expect(await ratedBy(app)).toHaveLength(6);
    later(app, 60);
    await tick(app, 6);
    expect(await ratedBy(app)).toEqual(everyRating(app, taken));
    expect([server.flow.batches().length, server.flow.files().length, answers.calls()]).toEqual([2, 0, 5]);
  });

  it('finds its batch again where the answer to its creation was lost', async () => {
    const lost: BatchServerOptions['fault'] = ({ call, n }) => (call === 'POST /v1/batches' && n === 1 ? 'lost' : undefined);
    const { app, server, answers } = await overHttp(open, { fault: lost });
    const taken = many(3);
    await app.intake.take(taken);
    await tick(app, 8);
    expect(await ratedBy(app)).toEqual(everyRating(app, taken));
    expect([server.flow.batches().length, server.flow.files().length, answers.calls()]).toEqual([1, 0, 3]);
  });
});
