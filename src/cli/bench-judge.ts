import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { rateDue } from '../3-rate/run.ts';
import { createLog } from '../clients/log.ts';
import { createManualClock } from '../clients/system-clock.ts';
import { type App, compose } from '../compose.ts';
import { finishConfig } from '../config.ts';
import { openDatabase } from '../db/database.ts';
import { countLedger } from '../db/ledger.ts';
import type { Conversation } from '../domain/conversation.ts';
import { startJudgeServer } from '../simulate/judge-server.ts';
import { columns, printResult } from './print.ts';

const least_utilisation = 0.95;
const rounds = 30;
const day = new Date('2026-04-06T10:00:00Z');

/**
 * `npm run bench:judge [-- --concurrency 64 --latency-ms 1000 --calls N --json]`: how near rating comes to keeping every slot busy,
 * against a judge server of fixed latency in a thread of its own. All of it is in the measured time: claiming, opening and
 * sealing texts, the client, the books, and settling in the embedded database, which works in the same thread. The ideal is
 * calls x latency / concurrency; exit 1 where that is under 95 % of the time it took. Two rounds go before, unmeasured. What
 * else the machine does is measured too: compare runs on a quiet one.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      concurrency: { type: 'string', default: '64' },
      'latency-ms': { type: 'string', default: '1000' },
      calls: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [concurrency, latencyMs] = [Number(values.concurrency), Number(values['latency-ms'])];
  const nCalls = Number(values.calls ?? rounds * concurrency);
  await using server = await startServerThread(latencyMs);
  await using bench = await openApp({ url: server.url, concurrency, latencyMs });
  // Opens the connections and lets the compiler see the code: a worker runs for hours.
  await bench.rate(2 * concurrency);
  const { answered, wallMs } = await bench.rate(nCalls);

  const idealMs = (nCalls * latencyMs) / concurrency;
  const utilisation = idealMs / wallMs;
  const isEnough = answered === nCalls && utilisation >= least_utilisation;
  const result = {
    calls: nCalls,
    answered,
    concurrency,
    latency_ms: latencyMs,
    wall_ms: Math.round(wallMs),
    ideal_ms: Math.round(idealMs),
    utilisation: Math.round(utilisation * 10_000) / 10_000,
    least_utilisation,
    enough: isEnough,
  };
  printResult(values.json, result, () =>
    [
      columns([
        ['calls', `${nCalls}, ${answered} answered`],
        ['at a time', `${concurrency}, each ${latencyMs} ms`],
        ['wall', `${(wallMs / 1_000).toFixed(2)} s`],
        ['ideal', `${(idealMs / 1_000).toFixed(2)} s`],
      ]),
      `${(100 * utilisation).toFixed(1)} % of the ideal: ${isEnough ? 'enough' : 'NOT ENOUGH'} (all answered, at least ${100 * least_utilisation} %)`,
    ].join('\n'),
  );
  return isEnough ? 0 : 1;
}

type Load = { readonly url: string; readonly concurrency: number; readonly latencyMs: number };

async function openApp({ url, concurrency, latencyMs }: Load) {
  const folder = await mkdtemp(join(tmpdir(), 'longwatch-bench-'));
  const config = finishConfig(
    {
      judge: { model: 'fixed-latency', concurrency, timeout_ms: 10_000 + 2 * latencyMs, simulated: true },
      dimensions: ['concrete.flattery', 'concrete.overcaution'],
      sampling: { first_rate: 1 },
    },
    'the bench',
    { OPENAI_BASE_URL: url, OPENAI_API_KEY: 'bench' },
    folder,
  );
  const database = await openDatabase({ kind: 'memory' });
  const app = await compose({ config, log: createLog('silent'), clock: createManualClock(day), database });
  let nTaken = 0;
  return {
    async rate(n: number): Promise<{ answered: number; wallMs: number }> {
      await app.intake.take(Array.from({ length: n }, () => conversation(nTaken++)));
      const before = await countScored(app);
      const began = performance.now();
      await rateDue(app.raters);
      const wallMs = performance.now() - began;
      return { answered: ((await countScored(app)) - before) / app.rubrics.rubrics.length, wallMs };
    },
    async [Symbol.asyncDispose]() {
      await app.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function countScored({ database: { db } }: App): Promise<number> {
  return (await countLedger(db)).reduce((sum, { state, n }) => sum + (state === 'scored' ? n : 0), 0);
}

function conversation(n: number): Conversation {
  return {
    id: `c-${n}`,
    user: `u-${n}`,
    version: 'v1',
    at: day.toISOString(),
    turns: [
      { role: 'user', content: `Here is draft ${n} of my speech. ${'It opens with a joke about the weather. '.repeat(10)}` },
      { role: 'assistant', content: `It reads well. ${'The second joke could go, since it says the same. '.repeat(10)}` },
    ],
  };
}
/** In a thread of its own, so that the server's work is not taken for the client's. */
async function startServerThread(latencyMs: number): Promise<{ readonly url: string } & AsyncDisposable> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { latencyMs } });
  const url = await new Promise<string>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return {
    url,
    async [Symbol.asyncDispose]() {
      await worker.terminate();
    },
  };
}

if (isMainThread) {
  process.exitCode = await main();
} else {
  const { latencyMs } = workerData as { readonly latencyMs: number };
  const { url } = await startJudgeServer({ answer: ({ choices }) => choices[0], latencyMs, seed: 'bench' });
  parentPort?.postMessage(url);
}
