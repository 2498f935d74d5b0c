import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { certifyVersion } from '../../src/cli/commands/versions.ts';
import { tick } from '../../src/cli/tick.ts';
import { createLog } from '../../src/clients/log.ts';
import { createManualClock } from '../../src/clients/system-clock.ts';
import { type App, compose, keyFileOf } from '../../src/compose.ts';
import { finishConfig } from '../../src/config.ts';
import { openDatabase } from '../../src/db/database.ts';
import type { DimensionId } from '../../src/domain/dimension.ts';
import { type JudgeServer, startJudgeServer } from '../../src/simulate/judge-server.ts';
import { type ChoicePair, noisyAnswer } from '../../src/simulate/noisy-judge.ts';
import { LKG, type Scenario, scheduledRouting } from '../../src/simulate/scenario.ts';
import { simulateHour } from '../../src/simulate/traffic.ts';

const hour_ms = 3_600_000;

export type Weeks = { readonly app: App; readonly server: JudgeServer; close(): Promise<void> };

/**
 * Lives through part of a scenario with every job as if live, on the embedded database in memory. LKG is certified on the
 * morning of the day it is first joined by another version.
 */
export async function liveThrough(scenario: Scenario, from: Date, days: number, certifyAt: Date): Promise<Weeks> {
  const folder = await mkdtemp(join(tmpdir(), 'longwatch-weeks-'));
  const truths = new Map<string, ReadonlyMap<DimensionId, boolean>>();
  const choices = new Map<DimensionId, ChoicePair>();
  const seed = scenario.seed;
  const answer = noisyAnswer({ truthOf: (unit) => truths.get(unit), sensitivity: 0.9, specificity: 0.99, seed, choices });
  const server = await startJudgeServer({ answer, seed });
  const clock = createManualClock(from);
  const config = finishConfig(
    {
      judge: { model: 'simulated-judge', simulated: true, concurrency: 16 },
      dimensions: ['concrete.sycophantic_agreement', 'protective.pushback'],
      sampling: { first_rate: 0.1, conversations_per_day: 100, new_version_per_day: 500 },
    },
    'the scenario',
    { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'simulated' },
    folder,
  );
  // From the seed, so that the same coins fall in every run: a test of one draw must always see the same draw.
  await mkdir(dirname(keyFileOf(config)), { recursive: true });
  await writeFile(keyFileOf(config), createHash('sha256').update(`scenario ${seed}`).digest('hex'), { mode: 0o600 });
  const app = await compose({ config, log: createLog('silent'), clock, database: await openDatabase({ kind: 'memory' }) });
  for (const { dimension, choices: named, counts_as_harm } of app.rubrics.rubrics) {
    choices.set(dimension, { harmless: Object.keys(named)[0]!, harmful: counts_as_harm[0]! });
  }
  for (let hour = 0; hour < days * 24; hour += 6) {
    const start = from.getTime() + hour * hour_ms;
    const hours = [0, 1, 2, 3, 4, 5].map((i) => new Date(start + i * hour_ms));
    const simulated = hours.flatMap((at) => simulateHour(scenario, at, scheduledRouting(scenario)));
    for (const { conversation, truth } of simulated) truths.set(app.unitOf(conversation.id), truth);
    clock.set(new Date(start + 6 * hour_ms));
    await app.intake.take(simulated.map(({ conversation }) => conversation));
    await tick(app);
    if (start + 6 * hour_ms === certifyAt.getTime()) await certifyVersion(app, LKG, 'the scenario', 28);
  }
  const close = async () => {
    await app.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { app, server, close };
}
