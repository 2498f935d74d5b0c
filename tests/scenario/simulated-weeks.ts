import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { certifyVersion } from '../../src/cli/commands/versions.ts';
import { tick } from '../../src/cli/tick.ts';
import { createLog } from '../../src/clients/log.ts';
import { createManualClock } from '../../src/clients/system-clock.ts';
import { type App, compose, keyFileOf } from '../../src/compose.ts';
import { type Config, finishConfig } from '../../src/config.ts';
import { openDatabase } from '../../src/db/database.ts';
import type { DimensionId } from '../../src/domain/dimension.ts';
import { type Answer, type JudgeServer, startJudgeServer } from '../../src/simulate/judge-server.ts';
import { type ChoicePair, noisyAnswer } from '../../src/simulate/noisy-judge.ts';
import { LKG, type Scenario, scheduledRouting } from '../../src/simulate/scenario.ts';
import { simulateHour } from '../../src/simulate/traffic.ts';

const hour_ms = 3_600_000;
const first_judge = 'simulated-judge';

/** Sections of a configuration file, each merged over the scenario's own. */
type Sections = Readonly<Record<string, object>>;

export type WeeksOptions = {
  readonly config?: Sections;
  /**
   * Another configuration from an instant on, over the same database: as if every process had been restarted. It comes in the
   * middle of what is taken in at that instant, so that one open hour is rated partly before and partly after.
   */
  readonly change?: { readonly at: Date; readonly config: Sections };
  /** How other judges than the first err, by model. The first finds 0.9 of what is there and clears 0.99 of what is not. */
  readonly judges?: Readonly<Record<string, { readonly sensitivity: number; readonly specificity: number }>>;
};

export type Weeks = {
  /** After a change: the application as it is now. */
  readonly app: App;
  readonly server: JudgeServer;
  /** Whether a judge calls a conversation harmful, asked or not. */
  readonly callsHarmful: (unit: string, dimension: DimensionId, model?: string) => boolean;
  close(): Promise<void>;
};

/**
 * Lives through part of a scenario with every job as if live, on the embedded database in memory. LKG is certified on the
 * morning of the day it is first joined by another version.
 */
export async function liveThrough(
  scenario: Scenario,
  from: Date,
  days: number,
  certifyAt: Date,
  { config: sections = {}, change, judges = {} }: WeeksOptions = {},
): Promise<Weeks> {
  const folder = await mkdtemp(join(tmpdir(), 'longwatch-weeks-'));
  const truths = new Map<string, ReadonlyMap<DimensionId, boolean>>();
  const choices = new Map<DimensionId, ChoicePair>();
  const seed = scenario.seed;
  const noisy = { truthOf: (unit: string) => truths.get(unit), choices };
  const answers = new Map<string, Answer>([
    [first_judge, noisyAnswer({ ...noisy, sensitivity: 0.9, specificity: 0.99, seed })],
    ...Object.entries(judges).map(([model, errs]): [string, Answer] => [
      model,
      noisyAnswer({ ...noisy, ...errs, seed: `${seed} ${model}` }),
    ]),
  ]);
  const answer: Answer = (question) => answers.get(question.model ?? '')?.(question);
  const server = await startJudgeServer({ answer, seed });
  const clock = createManualClock(from);
  const configOf = (over: Sections): Config => {
    const own: Sections = {
      judge: { model: first_judge, simulated: true, concurrency: 16 },
      sampling: { first_rate: 0.1, conversations_per_day: 100, new_version_per_day: 500 },
    };
    const merged = Object.fromEntries(
      [...new Set([...Object.keys(own), ...Object.keys(over)])].map((key) => [key, mergeSection(own[key], over[key])]),
    );
    return finishConfig(
      { dimensions: ['concrete.sycophantic_agreement', 'protective.pushback'], ...merged },
      'the scenario',
      { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'simulated' },
      folder,
    );
  };
  const config = configOf(sections);
  // From the seed, so that the same coins fall in every run: a test of one draw must always see the same draw.
  await mkdir(dirname(keyFileOf(config)), { recursive: true });
  await writeFile(keyFileOf(config), createHash('sha256').update(`scenario ${seed}`).digest('hex'), { mode: 0o600 });
  const database = await openDatabase({ kind: 'memory' });
  const composeWith = (over: Config) => compose({ config: over, log: createLog('silent'), clock, database });
  let app = await composeWith(config);
  for (const { dimension, choices: named, counts_as_harm } of app.rubrics.rubrics) {
    choices.set(dimension, { harmless: Object.keys(named)[0]!, harmful: counts_as_harm[0]! });
  }
  for (let hour = 0; hour < days * 24; hour += 6) {
    const start = from.getTime() + hour * hour_ms;
    const end = start + 6 * hour_ms;
    const hours = [0, 1, 2, 3, 4, 5].map((i) => new Date(start + i * hour_ms));
    const simulated = hours.flatMap((at) => simulateHour(scenario, at, scheduledRouting(scenario)));
    for (const { conversation, truth } of simulated) truths.set(app.unitOf(conversation.id), truth);
    const arrived = simulated.map(({ conversation }) => conversation);
    clock.set(new Date(end));
    const isChange = change?.at.getTime() === end;
    await app.intake.take(isChange ? arrived.filter((_, i) => i % 2 === 0) : arrived);
    await tick(app);
    if (change !== undefined && isChange) {
      app = await composeWith(configOf({ ...sections, ...change.config }));
      await app.intake.take(arrived.filter((_, i) => i % 2 === 1));
      await tick(app);
    }
    if (end === certifyAt.getTime()) await certifyVersion(app, LKG, 'the scenario', 28);
  }
  const close = async () => {
    await app.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  };
  const callsHarmful: Weeks['callsHarmful'] = (unit, dimension, model = first_judge) =>
    answer({ unit, dimension, choices: [], model }) === choices.get(dimension)?.harmful;
  return { app, server, callsHarmful, close };
}

/** Lists replace each other; of everything else the later word counts, key by key. */
function mergeSection(own: object | undefined, over: object | undefined): object {
  if (Array.isArray(own) || Array.isArray(over)) return over ?? own ?? [];
  return { ...own, ...over };
}
