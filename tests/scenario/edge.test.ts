import { execFile } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { keepHistory, longwatch, temporaryFolder } from './command.ts';

const root = new URL('../..', import.meta.url).pathname;

/** A producer of its own, which knows of Longwatch the sampler and an export. */
const producer = `
  import { readFileSync } from 'node:fs';
  import { createEdgeSampler } from 'longwatch/sampler';
  const [edge, file] = process.argv.slice(1);
  const sampler = createEdgeSampler(JSON.parse(readFileSync(edge, 'utf8')));
  for (const line of readFileSync(file, 'utf8').trim().split('\\n')) {
    const conversation = JSON.parse(line);
    const decision = sampler.decide(conversation);
    if (decision.taken) console.log(JSON.stringify({ ...conversation, sampling: decision.sampling }));
  }
  for (const record of sampler.drain()) console.log(JSON.stringify(record));
`;

test('what an edge sampler decides with an export, the server takes, and counts all the rest', async () => {
  using folder = temporaryFolder();
  const data = join(folder.path, 'data');
  keepHistory(data);
  const run = (args: readonly string[], stdin?: string) =>
    longwatch([...args, '--data-dir', data], stdin === undefined ? {} : { stdin });
  const edge = join(folder.path, 'edge.json');
  const exported = await run(['sampler', 'export', '--name', 'edge-1', '--by', 'Robin', '--out', edge]);
  expect(exported, exported.stderr).toMatchObject({ code: 0 });
  expect(statSync(edge).mode & 0o777).toBe(0o600);

  const traffic = join(folder.path, 'traffic.jsonl');
  const conversations = Array.from({ length: 400 }, (_, i) => ({
    id: `c-${i}`,
    user: `u-${i % 150}`,
    version: 'atlas-1',
    at: `2026-04-0${1 + (i % 3)}T10:00:00Z`,
    turns: [{ role: 'user', content: `Why do kestrels hover, ${i}?` }],
  }));
  writeFileSync(traffic, conversations.map((each) => JSON.stringify(each)).join('\n'));
  const options = { cwd: root, env: { PATH: process.env.PATH } };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', producer, edge, traffic], options);
  const sent = stdout.trim().split('\n').length;
  // At the first rate of a tenth: what was not drawn never left.
  expect(sent).toBeLessThan(100);
  const ingested = await run(['ingest', '-', '--json'], stdout);
  const { fresh, sampled, rejected, countedAtEdge } = JSON.parse(ingested.stdout) as Record<string, number>;
  expect({ rejected, countedAtEdge }).toEqual({ rejected: 0, countedAtEdge: 400 });
  expect(fresh).toBe(sampled);
  expect(fresh).toBeGreaterThan(15);
  const audit = await run(['audit', 'list', '--json']);
  expect(audit.stdout).toContain('export coin key');
}, 60_000);
