import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { ConsentRules } from './2-sample/consent.ts';
import { createKeyRing } from './2-sample/keys/key-ring.ts';
import { createTranscriptVault } from './2-sample/keys/transcript-vault.ts';
import type { WorkingKeys } from './2-sample/keys/working-keys.ts';
import { conversationKey } from './2-sample/pseudonym.ts';
import { createRedactor } from './2-sample/redaction/redact.ts';
import { createSampler, type SamplerDeps } from './2-sample/run.ts';
import type { EraseDeps } from './2-sample/run-erase.ts';
import { hasKeys, openWorkingKeys, readCoinKeys } from './2-sample/run-keys.ts';
import type { RetainDeps } from './2-sample/run-retain.ts';
import type { KeyDeps } from './2-sample/run-rotation.ts';
import type { ShowDeps } from './2-sample/run-show-sample.ts';
import { loadRubrics, type RubricSet } from './3-rate/load-rubrics.ts';
import type { RaterDeps } from './3-rate/run.ts';
import type { MeasureDeps } from './4-measure/run.ts';
import type { DetectDeps } from './5-detect/run.ts';
import { type RespondDeps, resolveAlert } from './6-respond/run.ts';
import type { RollbackDeps } from './6-respond/run-rollback.ts';
import type { ReportDeps } from './7-report/run.ts';
import type { PrivateReportDeps } from './7-report/run-private.ts';
import { createKeyCommandSource } from './clients/key-command.ts';
import { createKeyFile, createKeyFileSource } from './clients/key-file.ts';
import { createOpenAiJudge } from './clients/openai-judge.ts';
import { createOtel } from './clients/otel.ts';
import { createPresidio } from './clients/presidio.ts';
import { createSignedWebhook } from './clients/signed-webhook.ts';
import { systemClock } from './clients/system-clock.ts';
import type { Config } from './config.ts';
import { type AuditLog, createAuditLog } from './db/audit-log.ts';
import { type Database, openDatabase } from './db/database.ts';
import { noteEpochDays } from './db/meta.ts';
import type { Clock } from './domain/clock.ts';
import type { EntityFinder } from './domain/entity-finder.ts';
import { ConfigError, KeyError } from './domain/errors.ts';
import type { Intake } from './domain/intake.ts';
import type { KeyRing } from './domain/key-ring.ts';
import type { RaterKind } from './domain/rating.ts';
import type { Telemetry } from './domain/telemetry.ts';
import type { Webhook } from './domain/webhook.ts';

/** Version of the sampling design: raise it when inclusion changes meaning, so that every coin is drawn afresh. */
const sampling_design = 'poisson-2';
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
  readonly audit: AuditLog;
  readonly keys: KeyDeps;
  readonly erase: EraseDeps;
  readonly retain: RetainDeps;
  readonly show: ShowDeps;
  readonly report: ReportDeps;
  /** Null where no privacy budget is configured. */
  readonly privateReport: PrivateReportDeps | null;
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
  readonly entityFinder?: EntityFinder;
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
  const { ring, keys } = await openKeys(config, database, clock);
  await noteEpochDays(db, config.sampling.epoch_days);
  const vault = createTranscriptVault(ring);
  const redactor = createRedactor();
  const telemetry = createOtel();
  const rater: RaterKind = config.judge === undefined ? 'screen' : 'judge';
  const dimensions = rubrics.rubrics.map((rubric) => rubric.dimension);
  // Where the judge sees every sample, the screen has nothing to add.
  const screened = rater === 'screen' || config.sampling.judge_share < 1;

  const sampler: SamplerDeps = {
    db,
    clock,
    pseudonymKey: keys.pseudonym,
    readCoins: (trx) => readCoinKeys(trx, ring),
    vault,
    redactor,
    entityFinder: options.entityFinder ?? entityFinderOf(config.redaction),
    design: {
      name: sampling_design,
      firstRate: config.sampling.first_rate,
      judgeShare: config.judge === undefined ? 1 : config.sampling.judge_share,
      cap: config.sampling.cap,
      panelShare: config.sampling.panel_share,
    },
    epochDays: config.sampling.epoch_days,
    transcriptDays: config.retention.transcript_days,
    verdictDays: config.retention.verdict_days,
    consent: consentRules(config),
    due: ({ judged, crossSection }) => {
      // The panel alone is screened and not judged: its people are the same tomorrow, so that no rate rests on them.
      const raters: RaterKind[] = [
        ...(screened || !crossSection ? (['screen'] as const) : []),
        ...(judged && crossSection && rater === 'judge' ? (['judge'] as const) : []),
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
  const audit = createAuditLog(keys.audit);
  const simulated = config.judge?.simulated ?? false;
  const redactText = (text: string) => redactor.redactText(text);
  const erase: EraseDeps = { db, clock, audit, receiptKey: keys.receipt, pseudonymKey: keys.pseudonym };
  const { epoch_days: epochDays } = config.sampling;
  const { min_users: minUsers, differential_privacy: budget } = config.disclosure;
  const disclosure = { minUsers, epochDays };
  const respond: RespondDeps = {
    db,
    clock,
    audit,
    rater,
    disclosure,
    rubricOf: (dimension) => rubrics.get(dimension),
    falseAlarmsPerYear: config.detect.false_alarms_per_year,
    simulated,
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
      redactText,
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
      audit,
      rater,
      people: config.people.map((person) => person.name),
      recoveryRatio: config.respond.recovery_ratio,
      verifyDays: config.respond.verify_days,
      rollbackWebhook: post('rollback', config.respond.rollback_webhook),
      resolveAlert: (id, by) => resolveAlert(respond, id, by),
    },
    audit,
    keys: { db, clock, ring, audit },
    erase,
    retain: { ...erase, retention: config.retention },
    show: { db, clock, vault, audit, redactText, rationaleDays: config.retention.rationale_days },
    report: { db, clock, rater, simulated, disclosure, keptDays: config.retention.rate_point_days },
    privateReport:
      budget === undefined
        ? null
        : {
            db,
            clock,
            audit,
            rater,
            simulated,
            dimensions,
            epochDays,
            verdictDays: config.retention.verdict_days,
            epsilonPerReport: budget.epsilon_per_report,
            epsilonPerYear: budget.epsilon_per_year,
            random: (n) => randomInt(n),
          },
    close: () => database.close(),
  };
}

/** Who is never sampled, beside everyone who said no. */
function consentRules({ sampling }: Config): ConsentRules {
  return {
    requireConsent: sampling.require_consent,
    excludedProducts: sampling.excluded_products,
    excludedTenants: sampling.excluded_tenants,
    excludedRegions: sampling.excluded_regions,
    excludeMinors: sampling.exclude_minors,
  };
}

function entityFinderOf(redaction: Config['redaction']): EntityFinder | null {
  if (redaction.presidio_url === undefined) return null;
  return createPresidio({
    url: redaction.presidio_url,
    timeoutMs: redaction.presidio_timeout_ms,
    minScore: redaction.presidio_min_score,
    languages: redaction.presidio_languages,
  });
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

/** The keys, checked against what the database was written with before anything is opened or written with them. */
export async function openKeys(
  config: Pick<Config, 'keyFile' | 'keyCommand' | 'dataDir'>,
  { db }: Pick<Database, 'db'>,
  clock: Clock,
): Promise<{ ring: KeyRing; keys: WorkingKeys }> {
  const { keyFile, keyCommand } = config;
  if (keyFile !== undefined && keyCommand !== undefined) {
    throw new KeyError(
      'LONGWATCH_KEY_FILE and LONGWATCH_KEY_COMMAND are both set: unset the one that does not hold the master keys.',
    );
  }
  const path = keyFileOf(config);
  if (keyFile === undefined && keyCommand === undefined && !(await hasKeys(db))) createKeyFile(path);
  const source = keyCommand === undefined ? createKeyFileSource(path) : createKeyCommandSource(keyCommand);
  const ring = createKeyRing(source, () => clock.now());
  return { ring, keys: await openWorkingKeys(db, ring, clock.now()) };
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
