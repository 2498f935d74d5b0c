import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { ingest } from '../../src/1-ingest/run.ts';
import { showSample } from '../../src/2-sample/run-show-sample.ts';
import { tick } from '../../src/cli/tick.ts';
import { type DatabaseLocation, openDatabase } from '../../src/db/database.ts';
import { certify } from '../../src/db/versions.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import {
  agreement,
  appFor,
  closingOnce,
  dump,
  flattery,
  hour,
  onServer,
  type TestApp,
  temporaryFolder,
} from '../db/test-database.ts';
import { type Canary, type CanaryKind, plantCanaries, plantedTurns } from './canaries.ts';
import { createSearch } from './find-in-bytes.ts';

const spans = new InMemorySpanExporter();
const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
trace.setGlobalTracerProvider(tracers);
afterAll(async () => {
  await tracers.shutdown();
  trace.disable();
});

const a_conversation = 4;
const versions = ['atlas-1', 'atlas-2'] as const;
/**
 * What the recognisers are stated to miss: people whom neither a list nor the words around them give away. Everything of a
 * fixed form must be found.
 */
const most_names_missed = 0.01;

/** Not among the planted ones, or redaction would know a quarter of them for certain. */
const userOf = (i: number) => `member.${1_000 + i}@people.example.org`;
const planted = plantCanaries('canaries');
const searched: readonly Canary[] = [
  ...planted,
  ...Array.from({ length: 500 }, (_, i) => ({ kind: 'email' as const, value: userOf(i) })),
];

describe('2,000 planted identifiers', () => {
  it('are distinct', () => {
    expect(new Set(planted.map(({ value }) => value)).size).toBe(2_000);
  });

  it('can be found where they are, so that what is not found is not there', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'leak.bin'), Buffer.concat([Buffer.alloc(70_000), Buffer.from(planted[7]?.value ?? '')]));
    await writeFile(join(folder, 'hex.txt'), Buffer.from(planted[8]?.value ?? '').toString('hex'));
    expect([...(await findInFolder(folder, planted))].sort()).toEqual([planted[7]?.value, planted[8]?.value].sort());
  });

  it('reach no table, no byte of the data folder, no log, span, alert, report or judge', { timeout: 300_000 }, async () => {
    const dataDir = await temporaryFolder();
    const told = await runEverything({ kind: 'folder', dataDir }, dataDir);
    // Closed, so that the embedded database has written all it has.
    await told.app.close();
    report({ ...told.found, 'the data folder': await findInFolder(dataDir, searched) });
  });
});

onServer('2,000 planted identifiers', (_open, location) => {
  it('reach no table, log, span, alert, report or judge', { timeout: 300_000 }, async () => {
    const dataDir = await temporaryFolder();
    const told = await runEverything(await location(), dataDir);
    await told.app.close();
    report({ ...told.found, 'the data folder': await findInFolder(dataDir, searched) });
  });
});

/** Every route in, every job, and what was found in each place. */
async function runEverything(where: DatabaseLocation, dataDir: string) {
  spans.reset();
  const asked: string[] = [];
  const database = closingOnce(await openDatabase(where));
  onTestFinished(database.close);
  const conversations = makeConversations();
  const versionOf = new Map<string, string>();
  const app = await appFor(database, {
    dataDir,
    config: {
      retention: { transcript_days: 30 },
      sampling: { first_rate: 1, conversations_per_day: 100_000, needed_shift: 1.01, panel_share: 0.1 },
      batches: { grace_minutes: 0, close_after_hours: 24 },
    },
    // The new version does harm throughout, so that there is an alert to leak through.
    answer: ({ unit, choices }) => (versionOf.get(unit) === 'atlas-2' ? choices.at(-2) : choices[0]),
    onJudgeRequest: (body) => asked.push(body),
  });
  for (const { id, version } of conversations) versionOf.set(app.unitOf(id), version);
  await certifyFirst(app);
  await takeByEveryRoute(app, conversations);
  for (const at of [13, 14, 24 * 7 + 2]) {
    app.clock.set(hour(at));
    await tick(app);
  }
  // Somebody looks at one, and gives a reason that names a person.
  const complaint = planted.find(({ kind }) => kind === 'email')?.value;
  const { conversation_key } = await database.db
    .selectFrom('sample')
    .select('conversation_key')
    .limit(1)
    .executeTakeFirstOrThrow();
  const shown = await showSample(app.show, conversation_key, { by: 'Robin', because: `a complaint of ${complaint}` });
  expect(await app.audit.verify(database.db)).toMatchObject({ problem: null });
  expect(asked.length).toBeGreaterThan(400);
  expect(app.alerts.received.length).toBeGreaterThan(0);
  const reports = await readdir(join(dataDir, 'reports'));
  expect(reports).toContain('2026-W15.md');
  const ended = spans.getFinishedSpans().map(({ name, attributes, events, status }) => ({ name, attributes, events, status }));
  expect(ended.length).toBeGreaterThan(20);
  const places = {
    'a table': [...(await dump(database)).values()].flat().join('\n'),
    'the log': app.logged.join('\n'),
    'a span': JSON.stringify(ended),
    'an alert': JSON.stringify([app.alerts.received, app.rollbacks.received]),
    'a judge request': asked.join('\n'),
    'what a person is shown': JSON.stringify(shown),
  };
  const found: Record<string, ReadonlySet<string>> = {};
  const search = createSearch(forms(searched));
  for (const [place, text] of Object.entries(places)) found[place] = search(Buffer.from(text));
  return { app, found };
}

/** Five hundred conversations with four identifiers each; ids and users are identifiers as well. */
function makeConversations(): Conversation[] {
  const shuffled = planted.map((canary, i) => ({ canary, at: (i * 7919) % planted.length })).sort((a, b) => a.at - b.at);
  return Array.from({ length: planted.length / a_conversation }, (_, i) => {
    const canaries = shuffled.slice(i * a_conversation, (i + 1) * a_conversation).map(({ canary }) => canary);
    return {
      id: `thread of ${canaries[0]?.value}`,
      user: userOf(i),
      version: versions[i % 2] as string,
      at: hour(Math.floor(i / 2) % 6).toISOString(),
      turns: plantedTurns(canaries, `conversation ${i}`),
      consent: 'granted' as const,
      locale: 'en-US',
    };
  });
}

/** A file, a zipped file, standard input and the port itself; a bad line in each file, for what is written of rejects. */
async function takeByEveryRoute(app: TestApp, conversations: readonly Conversation[]): Promise<void> {
  app.clock.set(hour(12));
  // Beside the data folder's database, where an operator might leave it: what is rejected is noted in this folder.
  const inbox = await temporaryFolder();
  const quarter = (n: number) => conversations.filter((_, i) => i % 4 === n);
  const lines = (n: number) =>
    [
      ...quarter(n).map((each) => JSON.stringify(each)),
      JSON.stringify({ ...quarter(n)[0], id: 'bad', at: quarter(n)[0]?.user }),
    ].join('\n');
  const plain = join(inbox, 'plain.jsonl');
  const zipped = join(inbox, 'zipped.jsonl.gz');
  await writeFile(plain, lines(0));
  await writeFile(zipped, gzipSync(lines(1)));
  const results = [await ingest({ path: plain }, app.intake, app.clock), await ingest({ path: zipped }, app.intake, app.clock)];
  const stream = new PassThrough();
  stream.end(
    quarter(2)
      .map((each) => JSON.stringify(each))
      .join('\n'),
  );
  results.push(await ingest({ stream }, app.intake, app.clock));
  expect(results.map(({ fresh, sampled, rejected }) => [fresh, sampled, rejected])).toEqual([
    [125, 125, 1],
    [125, 125, 1],
    [125, 125, 0],
  ]);
  expect((await app.intake.take(quarter(3))).counts).toMatchObject({ fresh: 125, sampled: 125 });
  await mkdir(join(app.config.dataDir, 'rejects'));
  for (const { rejectedFile } of results) {
    if (rejectedFile !== null) await writeFile(join(app.config.dataDir, 'rejects', 'noted.jsonl'), await readFile(rejectedFile));
  }
}

async function certifyFirst({ database }: TestApp): Promise<void> {
  await certify(database.db, {
    id: 'certification-1',
    version: versions[0],
    dimensions: [flattery, agreement],
    from: hour(-48),
    to: hour(0),
    rates: [],
    by: 'Robin',
    at: hour(0),
  });
}

/** As they were, and as bytes look in a dump. */
function forms(canaries: readonly Canary[]): Map<string, string> {
  return new Map(
    canaries.flatMap(({ value }) => [
      [value, value],
      [Buffer.from(value).toString('hex'), value],
      [Buffer.from(value).toString('base64').replace(/=+$/, ''), value],
      [JSON.stringify(value).slice(1, -1), value],
    ]),
  );
}

async function findInFolder(folder: string, canaries: readonly Canary[]): Promise<Set<string>> {
  const search = createSearch(forms(canaries));
  const found = new Set<string>();
  for (const name of await readdir(folder, { recursive: true })) {
    const path = join(folder, name);
    if (!(await stat(path)).isFile()) continue;
    for (const value of search(await readFile(path))) found.add(value);
  }
  return found;
}

/** Nothing of a fixed form anywhere; of names, few, and counted. */
function report(found: Readonly<Record<string, ReadonlySet<string>>>): void {
  const kindOf = new Map(searched.map(({ kind, value }) => [value, kind]));
  const missed = new Map<CanaryKind, Set<string>>();
  const leaks: string[] = [];
  for (const [place, values] of Object.entries(found)) {
    for (const value of values) {
      const kind = kindOf.get(value) ?? 'name';
      missed.set(kind, (missed.get(kind) ?? new Set()).add(value));
      // Only the judge may see a missed name: it is shown redacted text, and everything at rest is sealed.
      if (kind !== 'name' || place !== 'a judge request') leaks.push(`${kind} in ${place}: ${value}`);
    }
  }
  expect(leaks).toEqual([]);
  expect((missed.get('name')?.size ?? 0) / 500).toBeLessThanOrEqual(most_names_missed);
}
