import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';
import { createFakeWebhook, type FakeWebhook } from '../../src/clients/fake-webhook.ts';
import { createManualClock } from '../../src/clients/system-clock.ts';
import { type App, type ComposeOptions, compose } from '../../src/compose.ts';
import { finishConfig } from '../../src/config.ts';
import { type Database, type DatabaseLocation, openDatabase } from '../../src/db/database.ts';
import { type ColumnTypes, insertMany } from '../../src/db/insert-many.ts';
import { ensurePartitions } from '../../src/db/partitions.ts';
import type { Tables } from '../../src/db/schema.ts';
import { noteVersions } from '../../src/db/versions.ts';
import type { BatchJudge } from '../../src/domain/batch-judge.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import type { EntityFinder } from '../../src/domain/entity-finder.ts';
import { type Answer, type Faults, type JudgeServer, startJudgeServer } from '../../src/simulate/judge-server.ts';

const hour_ms = 3_600_000;
/** A Monday, so that days and weeks are easy to count: hour n of the tests is `hour(n)`. */
const monday = Date.UTC(2026, 3, 6);
export const hour = (n: number): Date => new Date(monday + n * hour_ms);

/** Two dimensions, so that a test rates little: flattery pages, sycophantic agreement proposes a rollback. */
export const flattery = 'concrete.flattery';
export const agreement = 'concrete.sycophantic_agreement';
/** Long enough to be told from anything else in a dump. */
export const secret = 'Only for these tests: 0123456789';

/** A migration that no Longwatch knows yet. */
export const newer_migration = '9999-from-the-future';

/** What a test may do with its database: `open` more connections to the same data, as another process would. */
export type TestDatabase = Database & {
  /** A second connection pool on the same data; the server only, because the embedded database has one session. */
  again(): Promise<Database>;
};
type Open = () => Promise<TestDatabase>;

/** Where this run finds a server; `.ci/with-postgres` makes one. */
const serverUrl = process.env.DATABASE_URL;
const no_server = 'on a server: skipped, DATABASE_URL is not set (run with .ci/with-postgres)';

/**
 * One contract, every database: the facts are tested on the embedded database, and again on a server where there is one.
 * Every test has its own data, removed when it ends.
 */
export function eachDatabase(name: string, facts: (open: Open) => void): void {
  onEmbedded(name, facts);
  onServer(name, facts);
}

/** One for each test file: starting the embedded database costs more than most tests, emptying it costs next to nothing. */
let shared: Promise<Database> | undefined;
let lent = false;
// At the top of whichever test file has imported this one: every suite in it shares the database.
afterAll(async () => {
  await (await shared)?.close();
});

/** For facts about the embedded database alone. */
function onEmbedded(name: string, facts: (open: Open) => void): void {
  describe(`${name}, embedded`, () => {
    // In a hook, so that the first test is not billed for it.
    beforeAll(async () => {
      shared ??= openDatabase({ kind: 'memory' });
      await shared;
    });
    facts(async () => {
      if (shared === undefined || lent) throw new Error('a test has one embedded database');
      lent = true;
      onTestFinished(() => {
        lent = false;
      });
      const { db } = await shared;
      await empty(db);
      return {
        db: asIfNew(db),
        kind: 'embedded',
        close: async () => undefined,
        again: () => Promise.reject(new Error('the embedded database has one session')),
      };
    });
  });
}

/** The same connection as another object: what a process remembers of its database begins anew. */
export function asIfNew(db: Kysely<Tables>): Kysely<Tables> {
  return db.withPlugin({ transformQuery: ({ node }) => node, transformResult: async ({ result }) => result });
}

/** As it was after the migrations: no partition, no row. */
async function empty(db: Kysely<Tables>): Promise<void> {
  const found = await sql<{ name: string; partition: boolean }>`
    select relname as name, relispartition as partition from pg_class
    where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and relname not like 'kysely%'`.execute(db);
  const ids = (partition: boolean) =>
    sql.join(found.rows.filter((row) => row.partition === partition).map(({ name }) => sql.id(name)));
  if (found.rows.some((row) => row.partition)) await sql`drop table ${ids(true)}`.execute(db);
  await sql`truncate ${ids(false)} restart identity`.execute(db);
  await sql`delete from kysely_migration where name = ${newer_migration}`.execute(db);
}

/** For facts that need real concurrency. */
export function onServer(name: string, facts: (open: Open, location: () => Promise<DatabaseLocation>) => void): void {
  if (serverUrl === undefined) {
    describe.skip(`${name}, ${no_server}`, () => facts(unreachable, unreachable));
    return;
  }
  const url = serverUrl;
  describe(`${name}, server`, () => {
    // A database for each suite and a schema for each test: advisory locks are one for a whole database, and test files run
    // side by side.
    const own = `suite_${crypto.randomUUID().replaceAll('-', '')}`;
    beforeAll(() => execute(url, `create database ${own}`));
    afterAll(() => execute(url, `drop database ${own} with (force)`));
    const ownUrl = Object.assign(new URL(url), { pathname: `/${own}` }).href;
    const location = () => freshSchema(ownUrl);
    facts(async () => {
      const place = await location();
      const again = async () => {
        const database = closingOnce(await openDatabase(place));
        onTestFinished(database.close);
        return database;
      };
      return { ...(await again()), again };
    }, location);
  });
}

const unreachable = (): Promise<never> => Promise.reject(new Error('this test needs DATABASE_URL'));

/** A schema that lives as long as the test. Callbacks run last first, so it goes after the connections that use it. */
async function freshSchema(url: string): Promise<DatabaseLocation & { kind: 'server' }> {
  const schema = `test_${crypto.randomUUID().replaceAll('-', '')}`;
  await execute(url, `create schema ${schema}`);
  onTestFinished(() => execute(url, `set client_min_messages = error; drop schema ${schema} cascade`));
  return { kind: 'server', url, schema };
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** An application closes its database, and so does the test that opened it. */
export function closingOnce(database: Database): Database {
  let closed: Promise<void> | undefined;
  return {
    ...database,
    close: () => {
      closed ??= database.close();
      return closed;
    },
  };
}

/** A folder that lives as long as the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'longwatch-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

let conversations = 0;
/** A conversation like any other, with an id and a user of its own. */
export function conversation(given: Partial<Conversation> = {}): Conversation {
  conversations += 1;
  return {
    id: `conversation-${conversations}`,
    user: `user-of-${conversations}`,
    version: 'atlas-1',
    at: hour(0).toISOString(),
    turns: [
      { role: 'user', content: 'Which knot holds a hammock best between two birches?' },
      { role: 'assistant', content: 'A bowline at each end holds well and comes undone easily afterwards.' },
    ],
    product: 'app',
    locale: 'en-GB',
    memory: false,
    consent: 'granted',
    ...given,
  };
}

export type TestApp = App & {
  readonly clock: ReturnType<typeof createManualClock>;
  readonly alerts: FakeWebhook;
  readonly rollbacks: FakeWebhook;
  readonly judge: JudgeServer;
  /** Every line logged so far. */
  readonly logged: string[];
};

export type AppOverrides = {
  /** Merged over the tests' configuration file, section by section. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly dataDir?: string;
  readonly startsAt?: Date;
  readonly answer?: Answer;
  readonly faults?: Faults;
  /** Is shown every request to the judge, word for word. */
  readonly onJudgeRequest?: (body: string) => void;
  readonly entityFinder?: EntityFinder;
  readonly breaker?: NonNullable<ComposeOptions['breaker']>;
  readonly batchJudge?: BatchJudge;
  /** Another endpoint than the judge server's. */
  readonly endpoint?: string;
};

/** The whole application on a database: everything real but the clock, the webhooks and the model behind the judge's endpoint. */
export async function appFor(database: Database, overrides: AppOverrides = {}): Promise<TestApp> {
  const { answer = ({ choices }) => choices[0], faults, onJudgeRequest, startsAt = hour(0) } = overrides;
  const judge = await startJudgeServer({
    answer,
    seed: 'tests',
    retryAfterMs: 10,
    ...(faults === undefined ? {} : { faults }),
    ...(onJudgeRequest === undefined ? {} : { onRequest: onJudgeRequest }),
  });
  onTestFinished(judge.close);
  const dataDir = overrides.dataDir ?? (await temporaryFolder());
  const config = finishConfig(
    {
      judge: { model: 'test-judge', concurrency: 4, timeout_ms: 5_000 },
      sampling: { first_rate: 1 },
      dimensions: [flattery, agreement],
      cohorts: [],
      ...overrides.config,
    },
    'the tests',
    { OPENAI_BASE_URL: overrides.endpoint ?? judge.url, OPENAI_API_KEY: 'test-key', LONGWATCH_WEBHOOK_SECRET: secret },
    dataDir,
  );
  const clock = createManualClock(startsAt);
  const alerts = createFakeWebhook();
  const rollbacks = createFakeWebhook();
  const logged: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => logged.push(line) });
  const { entityFinder, breaker, batchJudge } = overrides;
  const ports = {
    webhooks: { alert: alerts, rollback: rollbacks },
    ...(entityFinder === undefined ? {} : { entityFinder }),
    ...(breaker === undefined ? {} : { breaker }),
    ...(batchJudge === undefined ? {} : { batchJudge }),
  };
  const app = await compose({ config, log, clock, database, ...ports });
  onTestFinished(app.close);
  return { ...app, clock, alerts, rollbacks, judge, logged };
}

/** Every row of every table as text: what a thief of the database would read. */
export async function dump(database: Database): Promise<Map<string, string[]>> {
  const names = await sql<{ name: string }>`
    select c.relname as name from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1`.execute(
    database.db,
  );
  const tables = new Map<string, string[]>();
  for (const { name } of names.rows) {
    const rows = await sql<{ row: string }>`select t::text as row from ${sql.table(name)} t order by 1`.execute(database.db);
    tables.set(
      name,
      rows.rows.map(({ row }) => row),
    );
  }
  return tables;
}

/** One version's hour of traffic, every conversation sampled for sure and every one rated: `harmful` of the `n` as harm. */
export type RatedHour = {
  readonly at: Date;
  readonly version: string;
  readonly dimension: string;
  readonly n: number;
  readonly harmful: number;
  readonly topic?: string;
  /** Anything but `scored` leaves the rows without a verdict. */
  readonly state?: string;
  readonly pi?: number;
  readonly users?: readonly string[];
};

const traffic_columns = {
  conversation_key: 'text',
  batch_at: 'timestamptz',
  at: 'timestamptz',
  version: 'text',
  user_key: 'text',
  n_turns: 'int',
  topic: 'text',
  memory: 'text',
  locale: 'text',
  length: 'text',
  product: 'text',
  pi: 'float8',
  thumb: 'text',
  seconds: 'float8',
} as const satisfies ColumnTypes;
const ledger_columns = {
  conversation_key: 'text',
  batch_at: 'timestamptz',
  dimension: 'text',
  rater: 'text',
  state: 'text',
  attempts: 'int',
  next_attempt_at: 'timestamptz',
  rater_revision: 'text',
  updated_at: 'timestamptz',
} as const satisfies ColumnTypes;
const rating_columns = {
  conversation_key: 'text',
  batch_at: 'timestamptz',
  dimension: 'text',
  rater: 'text',
  rater_revision: 'text',
  choice: 'text',
  score: 'float8',
  harm: 'boolean',
  confidence: 'float8',
  rated_at: 'timestamptz',
} as const satisfies ColumnTypes;

/** Writes hours as the stages before measuring would have left them: stages meet only in tables. */
export async function writeRatedHours(database: Database, hours: readonly RatedHour[]): Promise<void> {
  const { db } = database;
  await ensurePartitions(
    db,
    hours.map(({ at }) => at),
  );
  const units = hours.flatMap((batch) =>
    Array.from({ length: batch.n }, (_, i) => ({ ...batch, key: crypto.randomUUID(), harm: i < batch.harmful, i })),
  );
  const insert = <C extends ColumnTypes>(table: keyof Tables, columns: C, rows: Readonly<Record<keyof C, unknown>>[]) =>
    insertMany(db, table, columns, rows);
  await insert(
    'traffic',
    traffic_columns,
    units.map(({ key, at, version, topic = 'other', pi = 1, users, i }) => ({
      conversation_key: key,
      batch_at: at,
      at,
      version,
      user_key: users?.[i] ?? `user ${key}`,
      n_turns: 2,
      topic,
      memory: 'off',
      locale: 'en',
      length: '1',
      product: 'app',
      pi,
      thumb: null,
      seconds: null,
    })),
  );
  await insert(
    'ledger',
    ledger_columns,
    units.map(({ key, at, dimension, state = 'scored' }) => ({
      conversation_key: key,
      batch_at: at,
      dimension,
      rater: 'judge',
      state,
      attempts: 1,
      next_attempt_at: at,
      rater_revision: 'revision-1',
      updated_at: at,
    })),
  );
  await insert(
    'rating',
    rating_columns,
    units
      .filter(({ state = 'scored' }) => state === 'scored')
      .map(({ key, at, dimension, harm }) => ({
        conversation_key: key,
        batch_at: at,
        dimension,
        rater: 'judge',
        rater_revision: 'revision-1',
        choice: harm ? 'harmful' : 'harmless',
        score: harm ? 1 : 0,
        harm,
        confidence: 0.9,
        rated_at: at,
      })),
  );
  for (const { version, at } of hours) await noteVersions(db, new Map([[version, { first: at, last: at }]]));
}
