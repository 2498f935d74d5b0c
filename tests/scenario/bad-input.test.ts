import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ended, keepHistory, longwatch, temporaryFolder } from './command.ts';

const folder = temporaryFolder();
const data = join(folder.path, 'data');
afterAll(() => folder[Symbol.dispose]());

const line = (fields: object) =>
  JSON.stringify({
    id: 'c-1',
    user: 'u-1',
    version: 'v-1',
    at: '2026-01-05T10:00:00Z',
    turns: [
      { role: 'user', content: 'Is the sky green?' },
      { role: 'assistant', content: 'No, on a clear day it is blue.' },
    ],
    ...fields,
  });

beforeAll(async () => {
  keepHistory(data);
  const made = await longwatch(['ingest', '-', '--data-dir', data], { stdin: `${line({})}\n` });
  expect(made, made.stderr).toMatchObject({ code: 0 });
});

/** One clear sentence on standard error, and no stack. */
function expectOneSentence(ended: Ended, code: number, ...words: string[]): void {
  expect(ended.code, ended.stderr).toBe(code);
  const lines = ended.stderr.trim().split('\n');
  for (const word of words) expect(ended.stderr).toContain(word);
  expect(lines).toHaveLength(1);
  expect(ended.stderr).not.toMatch(/\n\s+at /);
}

describe('a malformed line', () => {
  test('is written aside with file, line, field and reason, never with its content, and stops nothing', async () => {
    const file = join(folder.path, 'mixed.jsonl');
    const secret = 'my secret is under the mat';
    writeFileSync(
      file,
      [
        line({ id: 'c-2' }),
        '{"not json',
        line({ id: 'c-3', turns: [{ role: 'robot', content: secret }] }),
        line({ id: 'c-4', at: 'yesterday' }),
        line({ id: 'c-5' }),
      ].join('\n'),
    );
    const ended = await longwatch(['ingest', file, '--data-dir', data, '--json']);
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({ lines: 5, fresh: 2, rejected: 3 });
    const rejected = readFileSync(`${file}.rejected.jsonl`, 'utf8');
    const rows = rejected
      .trim()
      .split('\n')
      .map((row) => JSON.parse(row) as { file: string; line: number; field: string; reason: string });
    expect(rows.map((row) => [row.line, row.field])).toEqual([
      [2, '(line)'],
      [3, 'turns.0.role'],
      [4, 'at'],
    ]);
    expect(rows.every((row) => row.file === file && row.reason.length > 0)).toBe(true);
    expect(rejected).not.toContain(secret);
  });

  test('does not come back when the same file is read again: nothing else changes', async () => {
    const ended = await longwatch(['ingest', join(folder.path, 'mixed.jsonl'), '--data-dir', data, '--json']);
    expect(JSON.parse(ended.stdout)).toMatchObject({ fresh: 0, known: 2, rejected: 3 });
  });
});

describe('the configuration', () => {
  test.each([
    ['an unknown key', 'sampling:\n  convresations_per_day: 5\n', ['unknown key "convresations_per_day"', 'sampling']],
    ['a wrong type', 'detect:\n  coverage_floor: high\n', ['detect.coverage_floor']],
    ['an impossible value', 'sampling:\n  judge_share: 1.5\n', ['sampling.judge_share']],
    ['a repeated key', 'people: []\npeople: []\n', ['not valid YAML']],
  ])('with %s is refused with its path', async (_name, yaml, words) => {
    const file = join(folder.path, 'bad.yaml');
    writeFileSync(file, yaml);
    expectOneSentence(await longwatch(['status', '--data-dir', data, '--config', file]), 1, file, ...words);
  });

  test('with a judge but no key for it stops the job that would ask it', async () => {
    const file = join(folder.path, 'judge.yaml');
    writeFileSync(file, 'judge:\n  model: some-model\n');
    const ended = await longwatch(['job', 'run', 'rate', '--data-dir', data, '--config', file]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('OPENAI_API_KEY');
    expect((await longwatch(['status', '--data-dir', data, '--config', file])).code).toBe(0);
  });

  test('that is not there is named', async () => {
    const file = join(folder.path, 'nowhere.yaml');
    expectOneSentence(await longwatch(['status', '--data-dir', data, '--config', file]), 1, file, 'longwatch init');
  });
});

describe('a request that cannot be met', () => {
  test('an unknown version is not certified, and those known are named', async () => {
    expectOneSentence(await longwatch(['versions', 'certify', 'v-9', '--by', 'Kim', '--data-dir', data]), 1, 'v-9', 'v-1');
  });

  test('an unknown alert, rollback or job is named with where to look', async () => {
    expectOneSentence(await longwatch(['alerts', 'show', 'al-0', '--data-dir', data]), 1, 'al-0', 'alerts list');
    expectOneSentence(await longwatch(['rollback', 'approve', 'rb-0', '--by', 'Kim', '--data-dir', data]), 1, 'rb-0');
    expectOneSentence(await longwatch(['job', 'run', 'mesure', '--data-dir', data]), 1, 'mesure', 'measure');
  });

  test('a file that is not there is named', async () => {
    expectOneSentence(
      await longwatch(['ingest', join(folder.path, 'no.jsonl'), '--data-dir', data]),
      1,
      'no.jsonl',
      'check the path',
    );
  });

  test.each([[['ingset']], [['ingest']], [['versions', 'certify', 'v-1']], [['report', 'weekly', '--format', 'pdf']]])(
    'wrong usage %j exits 2',
    async (args) => {
      const ended = await longwatch([...args, '--data-dir', data]);
      expect(ended.code).toBe(2);
      expect(ended.stdout).toBe('');
    },
  );
});

describe('the clock', () => {
  test('that stands before work already done stops the job and changes nothing', async () => {
    const before = await longwatch(['job', 'run', 'measure', '--data-dir', data]);
    expect(before.code, before.stderr).toBe(0);
    const ended = await longwatch(['job', 'run', 'measure', '--until', '2026-01-05T11:00:00Z', '--data-dir', data]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('The clock went back');
    const after = await longwatch(['status', '--data-dir', data, '--json']);
    expect(JSON.parse(after.stdout)).toMatchObject({ versions: [{ version: 'v-1' }] });
  });
});

describe('the data folder', () => {
  test('that cannot be written is named', async () => {
    const file = join(folder.path, 'a-file');
    writeFileSync(file, '');
    expectOneSentence(await longwatch(['status', '--data-dir', join(file, 'inside')]), 1, 'cannot be written', '--data-dir');
  });

  test('that a live process holds is not touched', async () => {
    const held = join(folder.path, 'held');
    mkdirSync(held);
    writeFileSync(join(held, 'longwatch.lock'), `${process.pid}\n`);
    expectOneSentence(
      await longwatch(['status', '--data-dir', held]),
      1,
      'in use by process',
      String(process.pid),
      'DATABASE_URL',
    );
  });

  test('opened with another key is refused before anything is read or written', async () => {
    const keyFile = join(folder.path, 'other.key');
    writeFileSync(keyFile, 'ab'.repeat(32));
    expectOneSentence(
      await longwatch(['status', '--data-dir', data], { env: { LONGWATCH_KEY_FILE: keyFile } }),
      1,
      'not the one',
      keyFile,
    );
    expect((await longwatch(['status', '--data-dir', data])).code).toBe(0);
  });
});

test('doctor says what is wrong with a folder that cannot be used, and exits 1', async () => {
  const keyFile = join(folder.path, 'short.key');
  writeFileSync(keyFile, 'abc');
  const ended = await longwatch(['doctor', '--data-dir', data], { env: { LONGWATCH_KEY_FILE: keyFile } });
  expect(ended.code).toBe(1);
  expect(ended.stdout).toContain('PROBLEM  key');
});
