import { trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { type CompiledQuery, DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../../jobs/job.ts';
import { runJob } from '../../../jobs/run-job.ts';
import { createOtel } from '../../../src/clients/otel.ts';
import type { App } from '../../../src/compose.ts';
import { ClockError, StorageError } from '../../../src/domain/errors.ts';

const secret = 'my sister Ada is ill';
const now = new Date('2026-04-25T10:05:00Z');
const spans = new InMemorySpanExporter();
const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
trace.setGlobalTracerProvider(tracers);
beforeEach(() => spans.reset());
afterAll(async () => {
  await tracers.shutdown();
  trace.disable();
});

/** A database that only remembers what it was asked, and says that the job has worked up to `done`. */
function recordingDb(done: Date | null) {
  const queries: CompiledQuery[] = [];
  class Recorder extends DummyDriver {
    override async acquireConnection() {
      return {
        async executeQuery(query: CompiledQuery) {
          queries.push(query);
          return { rows: query.sql.startsWith('insert') ? [{ window_from: done }] : [] } as never;
        },
        // biome-ignore lint/correctness/useYield: nothing is streamed here
        async *streamQuery(): AsyncGenerator<never> {
          throw new Error('not used');
        },
      };
    }
  }
  const db = new Kysely({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new Recorder(),
      createIntrospector: (each) => new PostgresIntrospector(each),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  return { db, queries };
}

function appOf({ done = null as Date | null } = {}) {
  const { db, queries } = recordingDb(done);
  const logged: unknown[] = [];
  const note = (...said: unknown[]) => logged.push(said);
  const app = {
    database: { db },
    clock: { now: () => now },
    telemetry: createOtel(),
    log: { info: note, error: note },
  } as unknown as App;
  const written = () =>
    JSON.stringify([
      queries.map((query) => [query.sql, query.parameters]),
      logged,
      spans.getFinishedSpans().map((span) => [span.name, span.attributes, span.status, span.events]),
    ]);
  return { app, queries, written };
}

const jobOf = (run: Job['run'] = async () => ({ hours: 3 })): Job => ({
  name: 'measure',
  schedule: '* * * * *',
  describe: 'x',
  run,
});

describe('running a job', () => {
  it('writes its row before and after, with what it made, and one span', async () => {
    const { app, queries } = appOf();
    let begun = -1;
    const job = jobOf(async () => {
      begun = queries.length;
      return { hours: 3 };
    });
    expect(await runJob(app, job)).toEqual({ hours: 3 });
    expect(begun).toBe(1);
    expect(queries.map((query) => query.sql.split(' ').slice(0, 3).join(' '))).toEqual([
      'insert into "job_run"',
      'update "job_run" set',
    ]);
    expect(queries[1]?.parameters).toEqual(expect.arrayContaining(['ok', '{"hours":3}']));
    expect(spans.getFinishedSpans().map(({ name, attributes }) => ({ name, attributes }))).toEqual([
      { name: 'longwatch.job measure', attributes: { 'longwatch.job': 'measure' } },
    ]);
  });

  it.each([
    [
      'one of our own failures keeps its sentence',
      new StorageError('The disk is full: make room.'),
      'The disk is full: make room.',
    ],
    ['anybody else’s keeps its class only', new TypeError(secret, { cause: secret }), 'TypeError'],
    ['what is not an error keeps nothing', secret, 'error'],
  ])('%s', async (_fact, failure, kept) => {
    const { app, queries, written } = appOf();
    await expect(
      runJob(
        app,
        jobOf(() => Promise.reject(failure)),
      ),
    ).rejects.toBe(failure);
    expect(queries.at(-1)?.parameters).toEqual(expect.arrayContaining(['failed', kept]));
    expect(written()).not.toContain('Ada');
    expect(spans.getFinishedSpans()).toHaveLength(1);
  });

  it('does not run when the clock stands before what has been done, and says so', async () => {
    const { app, queries } = appOf({ done: new Date('2026-04-25T10:05:00.001Z') });
    let ran = false;
    const job = jobOf(async () => {
      ran = true;
      return {};
    });
    const failure = await runJob(app, job).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ClockError);
    expect((failure as Error).message).toMatch(/job measure .*2026-04-25T10:05:00\.001Z .*nothing was changed/);
    expect(ran).toBe(false);
    expect(queries.at(-1)?.parameters).toEqual(expect.arrayContaining(['failed']));
  });

  it('runs when it has worked up to this very moment', async () => {
    const { app } = appOf({ done: now });
    expect(await runJob(app, jobOf())).toEqual({ hours: 3 });
  });
});
