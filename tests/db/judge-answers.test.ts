import { expect, it } from 'vitest';
import { dropAnswers, type KeptAnswer, keepAnswers, readAnswers } from '../../src/db/judge-answers.ts';
import { removeSample } from '../../src/db/samples.ts';
import { appFor, conversation, eachDatabase, hour, type TestApp } from './test-database.ts';

const worker = 'a worker';

const lease = ({ database: { db } }: TestApp) =>
  db.updateTable('ledger').set({ lease_by: worker }).where('rater', '=', 'judge').execute();

/** An application with so many samples, leased to the worker, and what may be kept of each. */
async function sampled(app: TestApp, n: number) {
  const taken = Array.from({ length: n }, () => conversation());
  await app.intake.take(taken);
  await lease(app);
  return taken.map(({ id }) => ({
    conversationKey: app.unitOf(id),
    batchAt: hour(0),
    answer: (call: string, part: number, text = `${call} ${part}`): KeptAnswer => ({
      conversationKey: app.unitOf(id),
      batchAt: hour(0),
      call,
      part,
      sealed: Buffer.from(text),
    }),
  }));
}
const keep = ({ database: { db } }: TestApp, answers: readonly KeptAnswer[]) =>
  db.transaction().execute((trx) => keepAnswers(trx, answers, worker, hour(1)));
const textsOf = (answers: readonly KeptAnswer[]) => answers.map(({ sealed }) => sealed.toString()).sort();

eachDatabase('answers kept', (open) => {
  it('are found again, byte for byte, with the samples asked for and no others', async () => {
    const app = await appFor(await open());
    const [one, other, unanswered] = await sampled(app, 3);
    if (one === undefined || other === undefined || unanswered === undefined) throw new Error('no samples');
    const answers = [one.answer('a', 0), one.answer('a', 1), one.answer('b', 0), other.answer('a', 0)];
    await keep(app, answers);
    const { db } = app.database;
    expect(await readAnswers(db, [one])).toEqual(expect.arrayContaining(answers.slice(0, 3)));
    expect(textsOf(await readAnswers(db, [one]))).toEqual(['a 0', 'a 1', 'b 0']);
    expect(await readAnswers(db, [other])).toEqual([other.answer('a', 0)]);
    expect(await readAnswers(db, [one, other])).toHaveLength(4);
    expect(await readAnswers(db, [unanswered])).toEqual([]);
    expect(await readAnswers(db, [])).toEqual([]);
    // A conversation is told by its batch, too.
    expect(await readAnswers(db, [{ ...one, batchAt: hour(1) }])).toEqual([]);
  });

  it('stay as they were first given', async () => {
    const app = await appFor(await open());
    const [one] = await sampled(app, 1);
    if (one === undefined) throw new Error('no sample');
    await keep(app, [one.answer('a', 0, 'first')]);
    await keep(app, [one.answer('a', 0, 'second'), one.answer('a', 1)]);
    expect(textsOf(await readAnswers(app.database.db, [one]))).toEqual(['a 1', 'first']);
  });

  it('go with the question they answer', async () => {
    const app = await appFor(await open());
    const [one, other] = await sampled(app, 2);
    if (one === undefined || other === undefined) throw new Error('no samples');
    await keep(app, [one.answer('a', 0), one.answer('a', 1), one.answer('b', 0), other.answer('a', 0)]);
    const { db } = app.database;
    await dropAnswers(db, [{ ...one, call: 'a' }]);
    expect(textsOf(await readAnswers(db, [one, other]))).toEqual(['a 0', 'b 0']);
    await dropAnswers(db, []);
    await dropAnswers(db, [{ ...one, call: 'never asked' }]);
    expect(await readAnswers(db, [one, other])).toHaveLength(2);
  });

  it('are not kept of samples that are gone', async () => {
    const app = await appFor(await open());
    const [gone, stays] = await sampled(app, 2);
    if (gone === undefined || stays === undefined) throw new Error('no samples');
    await keep(app, [gone.answer('a', 0)]);
    await removeSample(app.database.db, gone.conversationKey, gone.batchAt);
    await keep(app, [gone.answer('a', 1), stays.answer('a', 1)]);
    await keep(app, []);
    expect(await readAnswers(app.database.db, [gone, stays])).toEqual([stays.answer('a', 1)]);
  });

  it('are gone where the conversation has grown: they are about a shorter one', async () => {
    const app = await appFor(await open());
    const short = conversation();
    await app.intake.take([short]);
    await lease(app);
    const unit = { conversationKey: app.unitOf(short.id), batchAt: hour(0) };
    const answer = { ...unit, call: 'a', part: 0, sealed: Buffer.from('of the shorter one') };
    await keep(app, [answer]);
    expect(await readAnswers(app.database.db, [unit])).toEqual([answer]);
    const more = { role: 'user' as const, content: 'And in the rain?' };
    expect((await app.intake.take([{ ...short, turns: [...short.turns, more] }])).counts).toMatchObject({ grown: 1 });
    expect(await readAnswers(app.database.db, [unit])).toEqual([]);
    // An answer that comes only now is still about the shorter one: the lease is gone, and with it the right to keep anything.
    await keep(app, [answer]);
    expect(await readAnswers(app.database.db, [unit])).toEqual([]);
  });
});
