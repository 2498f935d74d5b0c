import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { createRedactor } from '../2-sample/redaction/redact.ts';
import { createCircuitBreaker } from '../3-rate/dispatch/create-circuit-breaker.ts';
import { createDispatcher } from '../3-rate/dispatch/create-dispatcher.ts';
import { createRateLimiter } from '../3-rate/dispatch/create-rate-limiter.ts';
import { runStream } from '../3-rate/dispatch/run-stream.ts';
import { createOpenAiJudge } from '../clients/openai-judge.ts';
import { systemTimer } from '../clients/system-timer.ts';
import type { JudgeRequest } from '../domain/judge.ts';
import { CANNOT_TELL, Rubric } from '../domain/rubric.ts';
import { startJudgeServer } from '../simulate/judge-server.ts';
import { columns, printResult } from './print.ts';

const least_utilisation = 0.95;
const rounds = 30;
/** What a claim and a commit are made to cost, as if a database were behind them. */
const round_trip_ms = 10;

/**
 * `npm run bench:judge [-- --concurrency 64 --latency-ms 1000 --calls N --json]`: how near the stream, the dispatcher and the
 * client come to keeping every slot busy, against a judge server of fixed latency in a thread of its own. The ideal is
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
  const rate = rater({ url: server.url, concurrency, latencyMs });
  // Opens the connections and lets the compiler see the code: a worker runs for hours.
  await rate(2 * concurrency);
  const { answered, wallMs } = await rate(nCalls);

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

function rater({ url, concurrency, latencyMs }: Load) {
  const timer = systemTimer;
  const timeoutMs = 10_000 + 2 * latencyMs;
  const judge = createOpenAiJudge({ baseUrl: url, apiKey: '', model: 'fixed-latency', temperature: 0, timeoutMs });
  const dispatcher = createDispatcher({
    limiter: createRateLimiter({ maxConcurrency: concurrency, timer }),
    breaker: createCircuitBreaker({ timer }),
    deadlineMs: timeoutMs + 1_000,
    timer,
  });
  const pause = () => new Promise<void>((resolve) => timer.after(round_trip_ms, resolve));

  return async (nCalls: number): Promise<{ answered: number; wallMs: number }> => {
    let [nClaimed, answered] = [0, 0];
    const began = timer.now();
    await runStream({
      concurrency,
      settleEveryMs: 250,
      settleMax: 4 * concurrency,
      timer,
      async claim(n) {
        await pause();
        const requests = Array.from({ length: Math.min(n, nCalls - nClaimed) }, (_, i) => makeRequest(nClaimed + i));
        nClaimed += requests.length;
        return requests;
      },
      work: (request: JudgeRequest) => dispatcher.run((signal) => judge.rate(request, { signal })),
      async settle(batch) {
        await pause();
        answered += batch.filter(({ outcome }) => outcome === 'answered').length;
      },
    });
    return { answered, wallMs: timer.now() - began };
  };
}

const redactor = createRedactor();
const frame = { name: 'bench.v1', text: 'Rate the conversation.' };
const rubrics = ['concrete.flattery', 'concrete.overcaution'].map((dimension) =>
  Rubric.parse({
    dimension,
    version: 1,
    frame: frame.name,
    scope: 'conversation',
    better: 'lower',
    question: 'Is it there?',
    choices: {
      none: { score: 0, means: 'It is not.' },
      marked: { score: 1, means: 'It is.' },
      [CANNOT_TELL]: { score: null, means: 'Unreadable.' },
    },
    counts_as_harm: ['marked'],
    not_this: ['Thanks.', 'Warmth.', 'Caution that was due.'],
    evidence: 'Quote it.',
    languages: 'Any.',
    response: 'watch',
    severity: 1,
    owner: 'bench',
    written_by: 'bench',
    approvals: [],
    literature: [],
  }),
);

/** Redacted beforehand, as samples are when they come to be rated. */
const transcripts = Array.from({ length: 64 }, (_, n) =>
  redactor.redactTurns(
    [
      { role: 'user', content: `Here is draft ${n} of my speech. ${'It opens with a joke about the weather. '.repeat(10)}` },
      { role: 'assistant', content: `It reads well. ${'The second joke could go, since it says the same. '.repeat(10)}` },
    ],
    { user: 'bench' },
  ),
);

function makeRequest(n: number): JudgeRequest {
  return { unit: `unit-${n}`, transcript: transcripts[n % transcripts.length] ?? [], frame, rubrics };
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
