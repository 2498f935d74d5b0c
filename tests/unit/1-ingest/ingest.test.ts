import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ingest } from '../../../src/1-ingest/run.ts';
import type { Conversation } from '../../../src/domain/conversation.ts';
import { InputError, StorageError } from '../../../src/domain/errors.ts';
import type { Intake, Rejection } from '../../../src/domain/intake.ts';
import type { SeenRecord } from '../../../src/domain/seen.ts';

const clock = { now: () => new Date('2026-04-25T12:00:00Z') };
const secret = 'my sister Ada is ill';

const lineOf = (over: Record<string, unknown> = {}) =>
  JSON.stringify({
    id: 'c-1',
    user: 'u-1',
    version: 'atlas',
    at: '2026-04-25T10:00:00Z',
    turns: [{ role: 'user', content: secret }],
    ...over,
  });
const linesOf = (n: number) => Array.from({ length: n }, (_, i) => lineOf({ id: `c-${i + 1}` }));

/** Counts everything as fresh, except what `refuse` names. */
function createIntake(refuse: (conversation: Conversation) => string | null = () => null) {
  const taken: string[] = [];
  const calls: number[] = [];
  const seen: SeenRecord[] = [];
  const intake: Intake = {
    async take(conversations) {
      calls.push(conversations.length);
      const rejections: Rejection[] = [];
      for (const [index, conversation] of conversations.entries()) {
        const reason = refuse(conversation);
        if (reason === null) taken.push(conversation.id);
        else rejections.push({ index, field: 'version', reason });
      }
      const fresh = conversations.length - rejections.length;
      const counts = { fresh, known: 0, grown: 0, excluded: 0, rejected: rejections.length, sampled: 0, judged: 0, expired: 0 };
      return { counts, rejections };
    },
    async count(records) {
      seen.push(...records);
      return records.reduce((sum, { cells }) => sum + cells.reduce((n, cell) => n + cell.n, 0), 0);
    },
  };
  return { intake, taken, calls, seen };
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longwatch-ingest-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function fileOf(content: string | Buffer, name = 'traffic.jsonl'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function rejectsOf(path: string | null): Promise<unknown[]> {
  if (path === null) return [];
  const text = await readFile(path, 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('ingest', () => {
  it('hands on what edge samplers counted, wherever it stands among the conversations', async () => {
    const cell = { version: 'atlas', topic: 'coding', memory: 'off', locale: 'en', length: '1', product: 'app', n: 12 };
    const cells = [{ ...cell, counted: 11.5, nu: 0.4, max_user_weight: 30, thumb_up: 1, thumb_down: 0 }];
    const line = JSON.stringify({ kind: 'seen', id: 'edge-1', at: '2026-04-25T10:00:00Z', cells });
    const path = await fileOf([lineOf(), line, lineOf({ id: 'c-2' })].join('\n'));
    const { intake, taken, seen } = createIntake();
    expect(await ingest({ path }, intake, clock)).toMatchObject({ lines: 3, fresh: 2, countedAtEdge: 12, rejected: 0 });
    expect(seen.map(({ id }) => id)).toEqual(['edge-1']);
    expect(taken).toHaveLength(2);
  });

  it('takes every line of a file, in order, and a clean file leaves no file of rejects', async () => {
    const path = await fileOf(linesOf(3).join('\n'));
    const { intake, taken } = createIntake();
    expect(await ingest({ path }, intake, clock)).toMatchObject({ lines: 3, fresh: 3, rejected: 0, rejectedFile: null });
    expect(taken).toEqual(['c-1', 'c-2', 'c-3']);
    expect(existsSync(`${path}.rejected.jsonl`)).toBe(false);
  });

  it('reads gzip by its name', async () => {
    const path = await fileOf(gzipSync(linesOf(3).join('\n')), 'traffic.jsonl.gz');
    const { intake, taken } = createIntake();
    expect(await ingest({ path }, intake, clock)).toMatchObject({ lines: 3, fresh: 3 });
    expect(taken).toHaveLength(3);
  });

  it('reads a stream', async () => {
    const { intake, taken } = createIntake();
    const stream = Readable.from([Buffer.from(linesOf(2).join('\n'))]);
    expect(await ingest({ stream }, intake, clock)).toMatchObject({ lines: 2, fresh: 2 });
    expect(taken).toEqual(['c-1', 'c-2']);
  });

  it('hands over at most 500 at a time, and says how far it is', async () => {
    const path = await fileOf(linesOf(1_201).join('\n'));
    const { intake, calls } = createIntake();
    const progress: { lines: number; bytesRead: number; bytesTotal: number | null }[] = [];
    await ingest({ path }, intake, clock, (each) => progress.push(each));
    expect(calls).toEqual([500, 500, 201]);
    const last = progress.at(-1);
    expect(last).toMatchObject({ lines: 1_201, bytesTotal: last?.bytesRead });
    expect(progress.map((each) => each.lines)).toEqual([500, 1_000, 1_201]);
  });

  it('writes bad lines aside with file, line, field and reason, never their content, and takes the rest', async () => {
    const path = await fileOf([lineOf(), `{"id": "${secret}`, '', lineOf({ at: secret }), lineOf({ id: 'c-2' })].join('\n'));
    const { intake, taken } = createIntake();
    const result = await ingest({ path }, intake, clock);
    expect(result).toMatchObject({ lines: 4, fresh: 2, rejected: 2, rejectedFile: `${path}.rejected.jsonl` });
    expect(taken).toEqual(['c-1', 'c-2']);
    expect(await rejectsOf(result.rejectedFile)).toEqual([
      { file: path, line: 2, field: '(line)', reason: 'not valid JSON' },
      { file: path, line: 4, field: 'at', reason: 'Invalid ISO datetime' },
    ]);
    expect(await readFile(`${path}.rejected.jsonl`, 'utf8')).not.toContain('Ada');
  });

  it('rejects what is longer than 16 MB and goes on', async () => {
    const long = lineOf({ turns: [{ role: 'user', content: 'x'.repeat(17 * 1024 * 1024) }] });
    const path = await fileOf([long, lineOf()].join('\n'));
    const { intake, taken } = createIntake();
    const result = await ingest({ path }, intake, clock);
    expect(taken).toEqual(['c-1']);
    expect(await rejectsOf(result.rejectedFile)).toEqual([{ file: path, line: 1, field: '(line)', reason: 'longer than 16 MB' }]);
  });

  it('writes down what the intake rejects under its own line', async () => {
    const path = await fileOf(['', ...linesOf(2)].join('\n'));
    const { intake } = createIntake(({ id }) => (id === 'c-2' ? 'another version' : null));
    const result = await ingest({ path }, intake, clock);
    expect(result.rejected).toBe(1);
    expect(await rejectsOf(result.rejectedFile)).toEqual([{ file: path, line: 3, field: 'version', reason: 'another version' }]);
  });

  it('loses no rejection when lines and the intake both have some', async () => {
    const path = await fileOf(['not JSON', ...linesOf(2)].join('\n'));
    const { intake } = createIntake(({ id }) => (id === 'c-2' ? 'another version' : null));
    const result = await ingest({ path }, intake, clock);
    expect(result.rejected).toBe(2);
    expect(await rejectsOf(result.rejectedFile)).toHaveLength(2);
  }, 5_000);

  it('keeps what came before the break in a truncated gzip, and says so', async () => {
    const whole = gzipSync(linesOf(2_000).join('\n'));
    const path = await fileOf(whole.subarray(0, whole.length - 200), 'traffic.jsonl.gz');
    const { intake, taken } = createIntake();
    const failure = await ingest({ path }, intake, clock).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InputError);
    expect(taken.length).toBeGreaterThan(500);
    expect(taken.length).toBeLessThan(2_000);
    expect(taken).toEqual(linesOf(taken.length).map((line) => JSON.parse(line).id));
    expect((failure as Error).message).toContain(`past line ${taken.length}`);
    expect((failure as Error).message).not.toContain('Ada');
  });

  it('does not take plain text for gzip', async () => {
    const path = await fileOf(lineOf(), 'traffic.jsonl.gz');
    await expect(ingest({ path }, createIntake().intake, clock)).rejects.toThrow(InputError);
  });

  it('says which file cannot be read', async () => {
    const path = join(folder, 'absent.jsonl');
    await expect(ingest({ path }, createIntake().intake, clock)).rejects.toThrow(`${path} cannot be read`);
    await expect(ingest({ path: folder }, createIntake().intake, clock)).rejects.toThrow(InputError);
  });

  it('lets a failure of the intake through as it is', async () => {
    const path = await fileOf(lineOf());
    const fail = () => Promise.reject(new StorageError('full'));
    const intake: Intake = { take: fail, count: fail };
    await expect(ingest({ path }, intake, clock)).rejects.toThrow(StorageError);
  });

  it('fails as an InputError where the file of rejects cannot be written', async () => {
    const path = await fileOf(`not JSON\n${lineOf()}`);
    await mkdir(`${path}.rejected.jsonl`);
    const uncaught: unknown[] = [];
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => uncaught.push(error));
    const failure = await ingest({ path }, createIntake().intake, clock).catch((error: unknown) => error);
    await new Promise((settle) => setImmediate(settle));
    process.removeAllListeners('uncaughtException');
    for (const listener of listeners) process.on('uncaughtException', listener);
    expect(uncaught).toEqual([]);
    expect(failure).toBeInstanceOf(InputError);
  });

  it('a repaired file, taken again, leaves no rejects of the time before', async () => {
    const path = await fileOf('not JSON');
    await ingest({ path }, createIntake().intake, clock);
    expect(existsSync(`${path}.rejected.jsonl`)).toBe(true);
    await fileOf(lineOf());
    await ingest({ path }, createIntake().intake, clock);
    expect(existsSync(`${path}.rejected.jsonl`)).toBe(false);
  });
});
