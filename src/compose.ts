import { randomInt } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
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
import type { PlanJudgeDeps } from './2-sample/run-plan-judge.ts';
import type { RetainDeps } from './2-sample/run-retain.ts';
import type { KeyDeps } from './2-sample/run-rotation.ts';
import type { ShowDeps } from './2-sample/run-show-sample.ts';
import { detectInjection } from './3-rate/injection/detect-injection.ts';
import { loadControls } from './3-rate/load-controls.ts';
import { loadRubricLibrary } from './3-rate/load-rubrics.ts';
import { callsPerSample } from './3-rate/plan-calls.ts';
import { liveRubrics } from './3-rate/rubrics/live-rubrics.ts';
import type { RubricLibrary } from './3-rate/rubrics/rubric-library.ts';
import { createRubricSet, type RubricSet } from './3-rate/rubrics/rubric-set.ts';
import type { RaterDeps } from './3-rate/run.ts';
import { judgeDuties, secondShareNow } from './3-rate/run-duties.ts';
import { readAnchors } from './3-rate/run-read-anchors.ts';
import { screenIdentity, screenScores } from './3-rate/screen.ts';
import type { JudgeSeat } from './3-rate/seats.ts';
import type { WatchDeps } from './3-rate/watch/watch-deps.ts';
import type { MeasureDeps } from './4-measure/run.ts';
import type { DetectDeps } from './5-detect/run.ts';
import { type RespondDeps, resolveAlert } from './6-respond/run.ts';
import type { RollbackDeps } from './6-respond/run-rollback.ts';
import type { ReportDeps } from './7-report/run.ts';
import type { PrivateReportDeps } from './7-report/run-private.ts';
import { createKeyCommandSource } from './clients/key-command.ts';
import { createKeyFile, createKeyFileSource } from './clients/key-file.ts';
import { createOtel } from './clients/otel.ts';
import { createPresidio } from './clients/presidio.ts';
import { createSignedWebhook } from './clients/signed-webhook.ts';
import { systemClock } from './clients/system-clock.ts';
import { systemTimer } from './clients/system-timer.ts';
import { composeJudges, type JudgeOverrides } from './compose-judges.ts';
import type { Config } from './config.ts';
import { type AuditLog, createAuditLog } from './db/audit-log.ts';
import { type Database, openDatabase } from './db/database.ts';
import { noteEpochDays } from './db/meta.ts';
import { listApprovals } from './db/rubric-approvals.ts';
import type { Clock } from './domain/clock.ts';
import type { ControlItem } from './domain/control-item.ts';
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
  /** Every rubric there is, and those in force and watched. */
  readonly library: RubricLibrary;
  readonly rubrics: RubricSet;
  /** Whose verdicts rates and alarms rest on: the judge where there is one. */
  readonly rater: RaterKind;
  readonly intake: Intake;
  /** The stored name of a producer's conversation. */
  readonly unitOf: (conversationId: string) => string;
  readonly sampler: SamplerDeps;
  readonly raters: RaterDeps;
  /** Environment variables with keys of judges that are not set: until they are, no judge rates. */
  readonly missingJudgeKeys: readonly string[];
  readonly watch: WatchDeps;
  /** Null where the screen rates alone. */
  readonly planJudge: PlanJudgeDeps | null;
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

export type ComposeOptions = JudgeOverrides & {
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
  const library = await loadRubricLibrary(rubricsFolder());
  const controls = await loadControls(rubricsFolder());
  const policy = readPolicy(config.rubrics.policy_file);
  const database =
    options.database ??
    (await openDatabase(
      config.databaseUrl === undefined
        ? { kind: 'folder', dataDir: config.dataDir }
        : { kind: 'server', url: config.databaseUrl },
    ));
  try {
    const rules = config.rubrics.approvals;
    const live = liveRubrics(library, rules, rules.length === 0 ? [] : await listApprovals(database.db), config.people);
    const rubrics = watched(live, library, config.dimensions, policy);
    return await build(options, clock, { library, rubrics, policy, controls }, database);
  } catch (error) {
    log.debug({ code: (error as { code?: string }).code }, 'start failed');
    await database.close();
    throw error;
  }
}

type Texts = {
  readonly library: RubricLibrary;
  readonly rubrics: RubricSet;
  readonly policy: string | undefined;
  readonly controls: readonly ControlItem[];
};

async function build(options: ComposeOptions, clock: Clock, texts: Texts, database: Database): Promise<App> {
  const { rubrics, policy, controls } = texts;
  const { config, log } = options;
  const { db } = database;
  const { ring, keys } = await openKeys(config, database, clock);
  await noteEpochDays(db, config.sampling.epoch_days);
  const vault = createTranscriptVault(ring);
  const redactor = createRedactor();
  const telemetry = createOtel();
  const rater: RaterKind = config.judge === undefined ? 'screen' : 'judge';
  const dimensions = rubrics.rubrics.map((rubric) => rubric.dimension);

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
      cap: config.sampling.cap,
      panelShare: config.sampling.panel_share,
    },
    epochDays: config.sampling.epoch_days,
    transcriptDays: config.retention.transcript_days,
    verdictDays: config.retention.verdict_days,
    consent: consentRules(config),
    screen: (transcript, turns) => {
      const { scores } = screenScores(transcript);
      // Four digits say more than the screen knows, and keep the row short.
      const rounded = [...scores].map(([dimension, f]) => [dimension, Number(f.toPrecision(4))]);
      return {
        revision: screenIdentity.parameters.weights,
        scores: Object.fromEntries(rounded),
        // Redaction may take a command's words for a name, so they are looked for before it.
        suspected: detectInjection(turns).suspected,
      };
    },
    firstJudge: { share: config.sampling.judge_share, secondShare: config.second_judge?.share ?? 0 },
    due: ({ judged, second, crossSection, piJudge, piSecond }) => {
      const ofAll = (by: RaterKind, pi: number) => dimensions.map((dimension) => ({ dimension, rater: by, pi }));
      // The panel alone is screened and not judged: its people are the same tomorrow, so that no rate rests on them.
      if (rater === 'screen' || !crossSection) return ofAll('screen', 1);
      return [...(judged ? ofAll('judge', piJudge) : []), ...(second ? ofAll('second', piJudge * piSecond) : [])];
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
  const { seats, secondJudge, seatWith, missingKeys } = composeJudges(config, options);
  const raters: RaterDeps = {
    db,
    clock,
    timer: systemTimer,
    vault,
    rubrics,
    policy,
    redactText,
    telemetry,
    worker: `${hostname()}:${process.pid}`,
    judges: seats,
    secondJudge,
    seatWith,
    bridgeDays: config.raters.bridge_days,
  };
  const duties = judgeDuties(raters);
  // Whoever is being replaced is asked from the books of its successor.
  const callsOf = (seat: string) => {
    const n = callsPerSample(duties, seat);
    return { callsPerSample: n, callsPerSecond: n };
  };
  const secondDuties = (seat: JudgeSeat) => judgeDuties({ ...raters, judges: [seat] });
  const firstJudgeShare = rater === 'screen' ? null : config.sampling.judge_share;
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
    library: texts.library,
    rubrics,
    rater,
    intake: createSampler(sampler),
    unitOf: (id) => conversationKey(keys.pseudonym, id),
    sampler,
    raters,
    missingJudgeKeys: missingKeys,
    watch: {
      ...raters,
      // A stand-in for a judge knows only of the traffic invented with it.
      controls: simulated ? [] : controls,
      anchorsPerDay: simulated ? 0 : config.raters.anchors_per_day,
      anchorBaseline: config.raters.anchor_baseline,
      readAnchors: () => readAnchors(rubricsFolder(), config.raters.anchor_files, rubrics),
      families: config.raters.families,
      minUsers,
    },
    planJudge:
      rater === 'screen'
        ? null
        : {
            db,
            clock,
            share: config.sampling.judge_share,
            tau: config.sampling.judge_floor,
            importance: new Map(rubrics.rubrics.map(({ dimension, severity }) => [dimension, severity])),
            judges: [
              ...seats.map((seat) => ({ ...seat, ...callsOf(seat.name) })),
              ...(secondJudge === null
                ? []
                : [
                    {
                      ...secondJudge,
                      callsPerSample: 0,
                      callsPerSecond: callsPerSample(secondDuties(secondJudge), secondJudge.name),
                    },
                  ]),
            ],
            secondShare: () =>
              secondShareNow(raters, { bridge: config.raters.bridge_share, usual: config.second_judge?.share ?? 0 }),
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
      firstJudgeShare,
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
      firstJudgeShare,
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

/** The deployer's own specification of the model, for the rubrics that rate by it. */
function readPolicy(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(`rubrics.policy_file: ${file} cannot be read; check the path.`, { cause });
  }
}

/** The rubrics in force that rate conversations, narrowed to the configured dimensions. */
function watched(
  live: RubricSet,
  library: RubricLibrary,
  dimensions: readonly string[] | undefined,
  policy: string | undefined,
): RubricSet {
  const rateable = live.rubrics.filter(
    ({ scope, parameters }) => scope === 'conversation' && (policy !== undefined || !parameters.includes('policy')),
  );
  const chosen = dimensions === undefined ? rateable : rateable.filter(({ dimension }) => dimensions.includes(dimension));
  const missing = (dimensions ?? []).filter((dimension) => !chosen.some((rubric) => rubric.dimension === dimension));
  for (const dimension of missing) {
    const rubric = live.get(dimension);
    if (rubric?.scope === 'trajectory') {
      throw new ConfigError(`dimensions: ${dimension} is rated on trajectories, not on single conversations: leave it out.`);
    }
    if (rubric !== undefined)
      throw new ConfigError(`dimensions: ${dimension} rates by your written policy: name it in rubrics.policy_file.`);
    if (library.versions(dimension).length > 0) {
      throw new ConfigError(
        `dimensions: no version of ${dimension} is approved yet: see "longwatch rubrics history ${dimension}".`,
      );
    }
  }
  if (missing.length > 0) {
    const known = rateable.map((rubric) => rubric.dimension).join(', ');
    throw new ConfigError(`dimensions: there is no rubric for ${missing.join(', ')}; choose from ${known}.`);
  }
  return createRubricSet(chosen, library.all, library.frames);
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

function rubricsFolder(): string {
  return join(packageRoot(), 'rubrics');
}

/** The folder of package.json, from source and from the build alike. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}
