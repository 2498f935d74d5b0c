import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { parseLine } from '../1-ingest/parse-line.ts';
import { splitLines } from '../1-ingest/split-lines.ts';
import { renderHeadline } from '../6-respond/render-message.ts';
import { createLog } from '../clients/log.ts';
import { createManualClock } from '../clients/system-clock.ts';
import { type App, compose } from '../compose.ts';
import { finishConfig } from '../config.ts';
import { listAlerts } from '../db/alerts.ts';
import { latestFindings } from '../db/findings.ts';
import { lastKnownGood, listVersions } from '../db/versions.ts';
import type { Alert } from '../domain/alert.ts';
import type { Conversation } from '../domain/conversation.ts';
import { DimensionId } from '../domain/dimension.ts';
import { InputError } from '../domain/errors.ts';
import type { Finding } from '../domain/finding.ts';
import { type JudgeServer, startJudgeServer } from '../simulate/judge-server.ts';
import { recordedAnswer } from '../simulate/recorded-judge.ts';
import { certifyVersion } from './commands/versions.ts';
import { minute, print } from './print.ts';
import { besides, type Labels, parseJson, readLabels } from './recorded-labels.ts';
import { tick } from './tick.ts';

const hour_ms = 3_600_000;
const max_line_bytes = 16 * 1024 * 1024;
const certified_over_days = 28;
/** Hours after the last conversation in which the last batches close. */
const hours_to_settle = 3;

const Truth = z.object({
  baseline: z.string(),
  candidate: z.string(),
  dimension: DimensionId,
  changed_at: z.iso.datetime(),
  expected: z.enum(['drifted', 'steady', 'improved']),
  note: z.string(),
});
type Truth = z.infer<typeof Truth>;

export type BacktestOptions = {
  readonly files: readonly string[];
  readonly judge: string;
  readonly baseline: string | null;
  readonly folder: string;
  readonly json: boolean;
  /** Returns the result and prints nothing. */
  readonly quiet?: boolean;
};

export type BacktestResult = {
  readonly baseline: string | null;
  readonly conversations: number;
  readonly verdicts: readonly {
    readonly version: string;
    readonly dimension: string;
    readonly finding: Finding;
    readonly delay_hours: number | null;
  }[];
  readonly alerts: readonly Alert[];
  /** Alerts that the truth says should not be; null where no truth is known. */
  readonly false_alarms: number | null;
  readonly as_expected: boolean | null;
};

/**
 * Replays history through the real intake and the real jobs, hour by hour on a simulated clock. The baseline is certified as
 * last known good in the hour before another version first appears, with the rates it had until then.
 * @throws InputError naming file, line and remedy when a file is missing, out of order or not labelled.
 */
export async function runBacktest(options: BacktestOptions): Promise<BacktestResult> {
  const truth = await readTruth(options.files);
  const baseline = options.baseline ?? truth?.baseline ?? null;
  const labels =
    options.judge === 'recorded' ? await readLabels(options.files.map((file) => besides(file, '.labels.jsonl'))) : null;
  const history = mergeInTime(options.files);
  const first = await history.next();
  if (first.done === true)
    throw new InputError(`${options.files.join(', ')}: no conversation in it, so there is nothing to replay.`);

  const byUnit = new Map<string, ReadonlyMap<DimensionId, string>>();
  const server = labels === null ? null : await startJudgeServer({ answer: recordedAnswer(byUnit), seed: 'recorded' });
  const clock = createManualClock(floorHour(new Date(first.value.at)));
  const app = await compose({ config: configure(options, labels, server), log: createLog('error'), clock });
  try {
    if (labels !== null) for (const [id, ratings] of labels) byUnit.set(app.unitOf(id), ratings);
    const conversations = await replay(app, clock, first.value, history, baseline);
    const result = await readResult(app, conversations, truth);
    if (options.quiet === true) return result;
    if (options.json) print(JSON.stringify(result, null, 2));
    else print(describe(result, truth));
    return result;
  } finally {
    await app.close();
    await server?.close();
  }
}

function configure(options: BacktestOptions, labels: Labels | null, server: JudgeServer | null) {
  const dimensions = labels === null ? undefined : [...new Set([...labels.values()].flatMap((ratings) => [...ratings.keys()]))];
  const environment =
    server === null
      ? { ...process.env, OPENAI_BASE_URL: options.judge, DATABASE_URL: undefined }
      : { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'recorded' };
  const raw = {
    judge: { model: labels === null ? (process.env.LONGWATCH_JUDGE_MODEL ?? 'judge') : 'recorded-labels', concurrency: 16 },
    // History is rated whole; a cluster may be a scenario that comes back many times a day, which no cap should thin.
    sampling: {
      first_rate: 1,
      conversations_per_day: 1_000_000,
      new_version_per_day: 1_000_000,
      needed_shift: 1.01,
      cap: { free: 1_000 },
    },
    ...(dimensions === undefined ? {} : { dimensions }),
    cohorts: [],
  };
  return finishConfig(raw, 'the backtest', environment, options.folder);
}

async function replay(
  app: App,
  clock: ReturnType<typeof createManualClock>,
  first: Conversation,
  rest: AsyncGenerator<Conversation>,
  baseline: string | null,
): Promise<number> {
  let conversations = 0;
  let pending: Conversation[] = [first];
  let hour = floorHour(new Date(first.at));
  const seen = new Set([first.version]);
  const closeHour = async () => {
    clock.set(new Date(hour.getTime() + hour_ms));
    await app.intake.take(pending);
    conversations += pending.length;
    pending = [];
    await tick(app);
    hour = new Date(hour.getTime() + hour_ms);
  };
  for await (const conversation of rest) {
    while (new Date(conversation.at).getTime() >= hour.getTime() + hour_ms) await closeHour();
    if (
      baseline !== null &&
      !seen.has(conversation.version) &&
      seen.has(baseline) &&
      (await lastKnownGood(app.database.db)) === null
    ) {
      await certifyVersion(app, baseline, 'the backtest', certified_over_days);
    }
    seen.add(conversation.version);
    pending.push(conversation);
  }
  for (let i = 0; i <= hours_to_settle; i += 1) await closeHour();
  return conversations;
}

async function readResult(app: App, conversations: number, truth: Truth | null): Promise<BacktestResult> {
  const { db } = app.database;
  const alerts = (await listAlerts(db)).reverse();
  const lkg = await lastKnownGood(db);
  const pooled = (await latestFindings(db)).filter(({ cell }) => cell.cohort.facet === 'all');
  const versions = await listVersions(db);
  const verdicts = pooled.map((finding) => {
    const { version, dimension } = finding.cell;
    const alert = alerts.find((each) => each.version === version && each.dimension === dimension);
    const began = truth?.changed_at ?? versions.find((each) => each.version === version)?.firstSeenAt.toISOString();
    const delay = alert === undefined || began === undefined ? null : (Date.parse(alert.fired_at) - Date.parse(began)) / hour_ms;
    return { version, dimension, finding, delay_hours: delay };
  });
  const wrong = (alert: Alert) =>
    truth !== null && (truth.expected !== 'drifted' || alert.version !== truth.candidate || alert.fired_at < truth.changed_at);
  const found = verdicts.find(({ version, dimension }) => version === truth?.candidate && dimension === truth.dimension)?.finding;
  return {
    baseline: lkg?.version ?? null,
    conversations,
    verdicts,
    alerts,
    false_alarms: truth === null ? null : alerts.filter(wrong).length,
    as_expected: truth === null ? null : found !== undefined && meets(found, truth.expected),
  };
}

function meets(finding: Finding, expected: Truth['expected']): boolean {
  switch (expected) {
    case 'drifted':
      return finding.verdict === 'drifted';
    case 'steady':
      return finding.verdict === 'steady';
    case 'improved':
      return finding.verdict === 'steady' && finding.ratio !== null && finding.ratio.high < 1;
  }
}

function describe(result: BacktestResult, truth: Truth | null): string {
  const lines = [`${result.conversations.toLocaleString('en')} conversations replayed; baseline ${result.baseline ?? 'none'}.`];
  for (const alert of result.alerts) lines.push(`${minute(new Date(alert.fired_at))}  ${renderHeadline(alert)}`);
  for (const { version, dimension, finding, delay_hours } of result.verdicts) {
    const ratio = finding.ratio;
    const size = ratio === null ? '' : `  ratio ${ratio.value.toFixed(2)} (${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)})`;
    const delay = delay_hours === null ? '' : `  after ${(delay_hours / 24).toFixed(1)} days`;
    lines.push(`${finding.verdict.toUpperCase()}  ${dimension}  ${version}${size}${delay}  (${finding.because})`);
  }
  if (truth !== null) {
    lines.push(
      `Expected: ${truth.expected}${result.as_expected === true ? ', and so it is' : ', which this is NOT'}. False alarms: ${result.false_alarms}. ${truth.note}`,
    );
  }
  return lines.join('\n');
}

async function readTruth(files: readonly string[]): Promise<Truth | null> {
  const [file] = files;
  if (files.length !== 1 || file === undefined) return null;
  const path = besides(file, '.truth.json');
  if (!existsSync(path)) return null;
  const parsed = Truth.safeParse(parseJson(await readFile(path, 'utf8')));
  if (!parsed.success)
    throw new InputError(`${path}: ${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}.`);
  return parsed.data;
}

/** Several files as one history. Each must be in time order; holds one conversation of each in memory. */
async function* mergeInTime(files: readonly string[]): AsyncGenerator<Conversation, void> {
  const heads: { source: AsyncGenerator<Conversation, void>; next: Conversation }[] = [];
  for (const file of files) {
    const source = readHistory(file);
    const head = await source.next();
    if (head.done !== true) heads.push({ source, next: head.value });
  }
  while (heads.length > 0) {
    heads.sort((a, b) => Date.parse(a.next.at) - Date.parse(b.next.at));
    const [head] = heads;
    if (head === undefined) return;
    yield head.next;
    const following = await head.source.next();
    if (following.done === true) heads.shift();
    else head.next = following.value;
  }
}

async function* readHistory(file: string): AsyncGenerator<Conversation, void> {
  if (!existsSync(file)) throw new InputError(`${file} cannot be read: check the path.`);
  const raw = createReadStream(file);
  const bytes = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  let last = '';
  for await (const { number, text } of splitLines(bytes, max_line_bytes)) {
    const parsed = parseLine(text ?? '', new Date());
    if (!parsed.ok) throw new InputError(`${file} line ${number}: ${parsed.field}: ${parsed.reason}.`);
    // Counts from an edge have no conversation to replay.
    if (parsed.kind === 'seen') continue;
    if (Date.parse(parsed.conversation.at) < Date.parse(last || parsed.conversation.at)) {
      throw new InputError(
        `${file} line ${number}: at: the clock goes back (${parsed.conversation.at} after ${last}); sort the file by "at" first.`,
      );
    }
    last = parsed.conversation.at;
    yield parsed.conversation;
  }
}

function floorHour(at: Date): Date {
  return new Date(Math.floor(at.getTime() / hour_ms) * hour_ms);
}
