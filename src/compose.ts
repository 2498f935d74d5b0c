import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { deriveKeys, keyFingerprint } from './2-sample/keys.ts';
import { conversationKey } from './2-sample/pseudonym.ts';
import { createRedactor } from './2-sample/redact.ts';
import { createSampler, type SamplerDeps } from './2-sample/run.ts';
import { createTranscriptVault } from './2-sample/transcript-vault.ts';
import { loadRubrics, type RubricSet } from './3-rate/load-rubrics.ts';
import type { RaterDeps } from './3-rate/run.ts';
import type { MeasureDeps } from './4-measure/run.ts';
import type { DetectDeps } from './5-detect/run.ts';
import { type RespondDeps, resolveAlert } from './6-respond/run.ts';
import type { RollbackDeps } from './6-respond/run-rollback.ts';
import { createKeyFile, readKeyFile } from './clients/key-file.ts';
import { createOpenAiJudge } from './clients/openai-judge.ts';
import { createOtel } from './clients/otel.ts';
import { createSignedWebhook } from './clients/signed-webhook.ts';
import { systemClock } from './clients/system-clock.ts';
import type { Config } from './config.ts';
import { type Database, openDatabase } from './db/database.ts';
import { readMeta, writeMetaOnce } from './db/meta.ts';
import type { Clock } from './domain/clock.ts';
import { ConfigError, KeyError } from './domain/errors.ts';
import type { Intake } from './domain/intake.ts';
import type { RaterKind } from './domain/rating.ts';
import type { Telemetry } from './domain/telemetry.ts';
import type { Webhook } from './domain/webhook.ts';

/** Version of the sampling design: raise it when inclusion changes meaning, so that every coin is drawn afresh. */
const sampling_design = 'poisson-1';
const webhook_timeout_ms = 10_000;

/** Everything that runs, built once from one validated configuration. Stages get their dependencies from here only. */
export type App = {
  readonly config: Config;
  readonly clock: Clock;
  readonly database: Database;
  readonly log: Logger;
  readonly telemetry: Telemetry;
  readonly rubrics: RubricSet;
  /** Whose verdicts rates and alarms rest on: the judge where there is one. */
  readonly rater: RaterKind;
  readonly intake: Intake;
  /** The stored name of a producer's conversation. */
  readonly unitOf: (conversationId: string) => string;
  readonly sampler: SamplerDeps;
  readonly raters: RaterDeps;
  readonly measure: MeasureDeps;
  readonly detect: DetectDeps;
  readonly respond: RespondDeps;
  readonly rollback: RollbackDeps;
  close(): Promise<void>;
};

export type ComposeOptions = {
  readonly config: Config;
  readonly log: Logger;
  readonly clock?: Clock;
  /** Another database than the configured one: tests. */
  readonly database?: Database;
  /** Ports to use in place of the network: tests and the demo. */
  readonly webhooks?: { readonly alert?: Webhook; readonly rollback?: Webhook };
};

export async function compose(options: ComposeOptions): Promise<App> {
  const { config, log } = options;
  const clock = options.clock ?? systemClock;
  const rubrics = watched(await loadRubrics(join(packageRoot(), 'rubrics')), config.dimensions);
  const database =
    options.database ??
    (await openDatabase(
      config.databaseUrl === undefined
        ? { kind: 'folder', dataDir: config.dataDir }
        : { kind: 'server', url: config.databaseUrl },
    ));
  try {
    return await build(options, clock, rubrics, database);
  } catch (error) {
    log.debug({ code: (error as { code?: string }).code }, 'start failed');
    await database.close();
    throw error;
  }
}

async function build(options: ComposeOptions, clock: Clock, rubrics: RubricSet, database: Database): Promise<App> {
  const { config, log } = options;
  const { db } = database;
  const master = await openMasterKey(config, database);
  const keys = deriveKeys(master);
  const vault = createTranscriptVault(keys.vault);
  const redactor = createRedactor();
  const telemetry = createOtel();
  const rater: RaterKind = config.judge === undefined ? 'screen' : 'judge';
  const dimensions = rubrics.rubrics.map((rubric) => rubric.dimension);
  // Where the judge sees every sample, the screen has nothing to add.
  const screened = rater === 'screen' || config.sampling.judge_share < 1;

  const sampler: SamplerDeps = {
    db,
    clock,
    keys,
    vault,
    redactor,
    design: sampling_design,
    firstRate: config.sampling.first_rate,
    judgeShare: config.judge === undefined ? 1 : config.sampling.judge_share,
    cap: config.sampling.cap,
    epochDays: config.sampling.epoch_days,
    consent: { requireConsent: config.sampling.require_consent, excludedProducts: config.sampling.excluded_products },
    due: ({ judged }) => {
      const raters: RaterKind[] = [
        ...(screened ? (['screen'] as const) : []),
        ...(judged && rater === 'judge' ? (['judge'] as const) : []),
      ];
      return raters.flatMap((each) => dimensions.map((dimension) => ({ dimension, rater: each })));
    },
  };
  const post = (kind: 'alert' | 'rollback', url: string | undefined): Webhook | null => {
    const given = options.webhooks?.[kind];
    if (given !== undefined) return given;
    if (url === undefined || config.webhookSecret === undefined) return null;
    return createSignedWebhook({ url, secret: config.webhookSecret, timeoutMs: webhook_timeout_ms, now: () => clock.now() });
  };
  const alertPort = post('alert', config.respond.alert_webhook);
  const respond: RespondDeps = {
    db,
    clock,
    rubricOf: (dimension) => rubrics.get(dimension),
    falseAlarmsPerYear: config.detect.false_alarms_per_year,
    simulated: config.judge?.simulated ?? false,
    alertWebhook: alertPort === null ? null : { url: config.respond.alert_webhook ?? 'given', port: alertPort },
  };
  return {
    config,
    clock,
    database,
    log,
    telemetry,
    rubrics,
    rater,
    intake: createSampler(sampler),
    unitOf: (id) => conversationKey(keys.pseudonym, id),
    sampler,
    raters: {
      db,
      clock,
      vault,
      rubrics,
      redactText: (text) => redactor.redactText(text),
      telemetry,
      worker: `${hostname()}:${process.pid}`,
      judge:
        config.judge === undefined || config.openai.apiKey === null
          ? null
          : {
              port: createOpenAiJudge({
                baseUrl: config.openai.baseUrl,
                apiKey: config.openai.apiKey,
                model: config.judge.model,
                temperature: config.judge.temperature,
                timeoutMs: config.judge.timeout_ms,
              }),
              concurrency: config.judge.concurrency,
              maxAttempts: config.judge.max_attempts,
            },
    },
    measure: {
      db,
      clock,
      rater,
      cohorts: config.cohorts,
      graceMinutes: config.batches.grace_minutes,
      closeAfterHours: config.batches.close_after_hours,
    },
    detect: {
      db,
      rater,
      cohorts: config.cohorts,
      severities: new Map(rubrics.rubrics.map((rubric) => [rubric.dimension, rubric.severity])),
      falseAlarmsPerYear: config.detect.false_alarms_per_year,
      deploymentsPerYear: config.detect.deployments_per_year,
      toleratedRatio: config.detect.tolerated_ratio,
      shiftThatMatters: config.detect.shift_that_matters,
      coverageFloor: config.detect.coverage_floor,
    },
    respond,
    rollback: {
      db,
      clock,
      rater,
      people: config.people.map((person) => person.name),
      recoveryRatio: config.respond.recovery_ratio,
      verifyDays: config.respond.verify_days,
      rollbackWebhook: post('rollback', config.respond.rollback_webhook),
      resolveAlert: (id, by) => resolveAlert(respond, id, by),
    },
    close: () => database.close(),
  };
}

/** Narrows the rubrics to the configured dimensions. */
function watched(all: RubricSet, dimensions: readonly string[] | undefined): RubricSet {
  if (dimensions === undefined) return all;
  const missing = dimensions.filter((dimension) => all.get(dimension) === undefined);
  if (missing.length > 0) {
    const known = all.rubrics.map((rubric) => rubric.dimension).join(', ');
    throw new ConfigError(`dimensions: there is no rubric for ${missing.join(', ')}; choose from ${known}.`);
  }
  return { ...all, rubrics: all.rubrics.filter((rubric) => dimensions.includes(rubric.dimension)) };
}

/** The master key, checked against what the database was written with before anything is opened or written with it. */
async function openMasterKey(config: Config, database: Database): Promise<Buffer> {
  const path = keyFileOf(config);
  const written = await readMeta(database.db, 'key_fingerprint');
  if (written === null && config.keyFile === undefined) createKeyFile(path);
  const master = readKeyFile(path);
  const fingerprint = keyFingerprint(master);
  const bound = written ?? (await writeMetaOnce(database.db, 'key_fingerprint', fingerprint));
  if (bound !== fingerprint) {
    throw new KeyError(
      `The key in ${path} (fingerprint ${fingerprint}) is not the one this database was written with (${bound}): put that key back, or use another --data-dir.`,
    );
  }
  return master;
}

export function keyFileOf(config: Pick<Config, 'keyFile' | 'dataDir'>): string {
  return config.keyFile ?? join(config.dataDir, 'keys', 'master.key');
}

/** The folder of package.json, from source and from the build alike. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}
