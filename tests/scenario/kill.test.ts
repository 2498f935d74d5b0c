import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scheduledRouting, steady } from '../../src/simulate/scenario.ts';
import { simulateHour } from '../../src/simulate/traffic.ts';
import { type Ended, keepHistory, longwatch, temporaryFolder } from './command.ts';

const hour_ms = 3_600_000;
const until = '2026-04-30T00:00:00Z';

/** Three simulated days as a producer would send them. */
function writeTraffic(file: string): void {
  const scenario = steady('kill', { conversationsPerDay: 500, users: 300 });
  const start = new Date('2026-04-24T00:00:00Z').getTime();
  const hours = Array.from({ length: 72 }, (_, i) => new Date(start + i * hour_ms));
  const lines = hours.flatMap((hour) => simulateHour(scenario, hour, scheduledRouting(scenario)));
  writeFileSync(file, lines.map(({ conversation }) => `${JSON.stringify(conversation)}\n`).join(''));
}

const steps = (file: string) => [
  ['ingest', file],
  ...['rate', 'measure', 'detect', 'respond'].map((job) => ['job', 'run', job, '--until', until]),
];

async function summary(run: (args: readonly string[]) => Promise<Ended>) {
  const report = await run(['report', 'weekly', '--week', '2026-W17', '--format', 'json']);
  const status = await run(['status', '--json']);
  const { rows, coverage: weekly } = JSON.parse(report.stdout) as { rows: unknown; coverage: unknown };
  const { coverage, versions } = JSON.parse(status.stdout) as { coverage: unknown; versions: unknown };
  return { rows, weekly, coverage, versions };
}

test('whatever is killed whenever: the end is the same as if nothing had been', async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'traffic.jsonl');
  const key = join(folder.path, 'shared.key');
  writeTraffic(file);
  writeFileSync(key, 'c0'.repeat(32));
  for (const data of ['calm', 'rough']) keepHistory(join(folder.path, data));
  const runIn = (data: string) => (args: readonly string[], killAfter_ms?: number) =>
    longwatch([...args, '--data-dir', join(folder.path, data)], {
      env: { LONGWATCH_KEY_FILE: key },
      ...(killAfter_ms === undefined ? {} : { killAfter_ms }),
    });

  const calm = runIn('calm');
  for (const step of steps(file)) expect(await calm(step)).toMatchObject({ code: 0 });

  const rough = runIn('rough');
  let killed = 0;
  for (const step of steps(file)) {
    // Later each time: in the start, in the work, in the last of it. The first run must at least have made the database.
    for (const after_ms of [2_500, 3_500, 4_500]) if ((await rough(step, after_ms)).code === null) killed += 1;
    const ended = await rough(step);
    expect(ended.code, ended.stderr).toBe(0);
  }
  expect(killed).toBeGreaterThan(2);
  expect(await summary(rough)).toEqual(await summary(calm));
}, 400_000);
