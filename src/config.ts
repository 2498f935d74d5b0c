import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { DimensionId } from './domain/dimension.ts';
import { ConfigError } from './domain/errors.ts';

const share = z.number().gt(0).max(1);
const count = z.int().positive();
const webhookUrl = z.url({ protocol: /^https?$/, error: 'must be an http(s) address' });

/** One LLM judge and what it may cost. */
const JudgeConfig = z
  .strictObject({
    model: z.string().min(1),
    /** As it is called in the books and on pages. Default: its model. */
    name: z.string().min(1).optional(),
    /** Whose model it is, as in `gpt`: a judge may favour its own kin. */
    family: z.string().min(1).optional(),
    temperature: z.number().min(0).max(2).default(0),
    timeout_ms: count.default(60_000),
    concurrency: count.max(512).default(8),
    max_attempts: count.max(20).default(5),
    /** Another endpoint than OPENAI_BASE_URL's, and the environment variable that holds its key. */
    base_url: webhookUrl.optional(),
    api_key_env: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]*$/, 'must name an environment variable')
      .optional(),
    /** A call asks for no more than this. */
    dimensions_per_call: count.max(40).default(9),
    /** Longer conversations are rated in parts, which overlap by some turns. */
    window_chars: z.int().min(2_000).max(2_000_000).default(60_000),
    window_overlap_turns: z.int().min(0).max(20).default(2),
    /** Money for a million tokens, in any one currency. */
    price: z.strictObject({ input_per_million: z.number().min(0), output_per_million: z.number().min(0) }).optional(),
    /** What a UTC day may take. */
    budget: z.strictObject({ calls_per_day: count.optional(), money_per_day: z.number().positive().optional() }).prefault({}),
    /** `batch` asks through the endpoint's Batch API: half the price, verdicts within a day. */
    mode: z.enum(['live', 'batch']).default('live'),
    /** Marks verdicts of a judge that only stands in for one. Shown wherever they are. */
    simulated: z.boolean().default(false),
  })
  .refine(({ price, budget }) => budget.money_per_day === undefined || price !== undefined, {
    path: ['price'],
    error: 'must be given where money_per_day is: without it nothing says what a call costs',
  });
export type JudgeConfig = z.infer<typeof JudgeConfig>;

/** A dimension, or a whole group of them as in `acute.*`. */
const DimensionPattern = z
  .string()
  .regex(/^(acute|concrete|abstract|protective)\.([a-z_]+|\*)$/, 'must be a dimension or a group, as in acute.*');

/** `longwatch.config.yaml`. Every key has a default, so that an absent file is a valid configuration. */
const FileConfig = z.strictObject({
  /** The LLM judge. Without it the local screen alone rates, and alerts say so. */
  judge: JudgeConfig.optional(),
  /** Other judges, each for some dimensions in place of the first. The first that names a dimension has it. */
  judges: z.array(JudgeConfig.safeExtend({ dimensions: z.array(DimensionPattern).min(1) })).default([]),
  /** Sees a random share of what the judges see, so that a judge's liking for its own kin shows. */
  second_judge: JudgeConfig.safeExtend({ share: share.default(0.05) }).optional(),
  raters: z
    .strictObject({
      /** Judged samples that the rater before sees too while a new one takes over, and for how many days. */
      bridge_share: share.default(0.2),
      bridge_days: count.max(90).default(14),
      /** Ratings of anchors a day, over all dimensions; 0: none. Canaries are always rated. */
      anchors_per_day: z.int().min(0).max(10_000).default(200),
      /** Times that every anchor is rated when a rater is taken on, before any of its drift can be seen. */
      anchor_baseline: count.max(50).default(5),
      /** Files of further anchors, in the form of the gold files. */
      anchor_files: z.array(z.string().min(1)).default([]),
      /** Families of models watched, by how a version's name begins: a judge of the same family is warned of. */
      families: z.record(z.string().min(1), z.string().min(1)).default({}),
    })
    .prefault({}),
  rubrics: z
    .strictObject({
      /** A rubric goes live once people of these roles have approved it, its writer never among them. */
      approvals: z.array(z.strictObject({ role: z.string().min(1), count: count.max(10).default(1) })).default([]),
      /** The deployer's written model spec, for rubrics that rate by it. */
      policy_file: z.string().min(1).optional(),
    })
    .prefault({}),
  sampling: z
    .strictObject({
      /** Rated conversations wanted a day from each version with traffic. */
      conversations_per_day: count.default(1_000),
      /** The same while a version is new, for it and for those it runs beside: when a change is likeliest, look hardest. */
      new_version_per_day: count.default(3_000),
      new_version_days: count.default(14),
      /** Inclusion probability until the first forecast exists. */
      first_rate: share.default(0.1),
      /** No more than needed: rates stop where a rise by this factor is found within this many days. */
      needed_shift: z.number().gt(1).max(20).default(1.25),
      needed_days: z.number().positive().max(365).default(1),
      /** Share of users whose conversations are all sampled, and linked, for a wave of four weeks. */
      panel_share: z.number().min(0).max(0.1).default(0),
      /** Share of samples sent to the judge where no budget leaves less, and what of it falls on all alike. */
      judge_share: share.default(1),
      judge_floor: share.default(0.5),
      /** A user's conversations a day kept for sure, and the least probability of any later one. */
      cap: z.strictObject({ free: count.default(3), floor: share.default(0.1) }).prefault({}),
      /** Days after which every pseudonym changes. */
      epoch_days: count.default(7),
      require_consent: z.boolean().default(false),
      excluded_products: z.array(z.string()).default([]),
      excluded_tenants: z.array(z.string()).default([]),
      /** ISO 3166 codes: `US` leaves out `US-CA` too. */
      excluded_regions: z
        .array(z.string().regex(/^[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?$/, 'must be an ISO 3166 code such as DE or US-CA'))
        .default([]),
      exclude_minors: z.boolean().default(true),
    })
    .prefault({}),
  redaction: z
    .strictObject({
      /** A Presidio-compatible analyzer, asked beside our own recognisers. No answer: nothing is kept. */
      presidio_url: webhookUrl.optional(),
      presidio_timeout_ms: count.default(10_000),
      presidio_min_score: z.number().min(0).max(1).default(0.5),
      /** Languages it was set up for, its first for texts of no stated language. */
      presidio_languages: z
        .array(z.string().regex(/^[a-z]{2,3}$/))
        .min(1)
        .default(['en']),
    })
    .prefault({}),
  /** Days from the conversation's start (rate points: from their window) until each class of data is gone. */
  retention: z
    .strictObject({
      transcript_days: count.max(3_650).default(30),
      /** Rationales quote the transcript. */
      rationale_days: count.max(3_650).default(30),
      /** Verdicts, ledger and traffic rows: pseudonyms and numbers. */
      verdict_days: count.max(3_650).default(120),
      rate_point_days: count.max(36_500).default(1_100),
      audit_days: count.max(36_500).default(2_555),
    })
    .refine((days) => days.rationale_days <= days.transcript_days, {
      path: ['rationale_days'],
      error: 'must not exceed transcript_days: a rationale quotes the transcript',
    })
    .refine((days) => days.transcript_days <= days.verdict_days, {
      path: ['verdict_days'],
      error: 'must be at least transcript_days: a sample needs its traffic row',
    })
    .prefault({}),
  /** What people may see of small cells. */
  disclosure: z
    .strictObject({
      /** Cells of fewer distinct users are withheld. */
      min_users: count.max(100_000).default(20),
      differential_privacy: z
        .strictObject({ epsilon_per_report: z.number().positive().max(10), epsilon_per_year: z.number().positive().max(1_000) })
        .optional(),
    })
    .prefault({}),
  /** What is watched. Default: every rubric found. */
  dimensions: z.array(DimensionId).min(1).optional(),
  /** Facets whose values become cohorts, beside everybody. */
  cohorts: z
    .array(z.enum(['topic', 'memory', 'length']))
    .refine((facets) => new Set(facets).size === facets.length, 'names a facet twice')
    .default(['topic', 'memory']),
  detect: z
    .strictObject({
      /** Expected false pages a year, over all cells and all looks. */
      false_alarms_per_year: z.number().positive().max(100).default(0.5),
      deployments_per_year: z.number().positive().max(10_000).default(12),
      /** Live may be this many times LKG before it counts as worse. */
      tolerated_ratio: z.number().min(1).max(5).default(1),
      /** A cell is steady when a change of this size is excluded. */
      shift_that_matters: z.number().gt(1).max(20).default(2),
      coverage_floor: share.default(0.9),
    })
    .prefault({}),
  batches: z
    .strictObject({
      /** How long after its end an hour waits for late arrivals. */
      grace_minutes: z.int().min(0).max(1_440).default(60),
      /** How long after its end an hour waits for verdicts; then what is missing has expired. */
      close_after_hours: count.max(168).default(24),
    })
    .prefault({}),
  respond: z
    .strictObject({
      alert_webhook: webhookUrl.optional(),
      rollback_webhook: webhookUrl.optional(),
      /** After a rollback the rate must be shown to lie below this multiple of LKG's. */
      recovery_ratio: z.number().gt(1).max(10).default(1.5),
      /** Days until an unproven recovery is called not resolved. */
      verify_days: count.max(90).default(14),
    })
    .prefault({}),
  /** Who may approve a rollback. Empty: any named person. */
  people: z.array(z.strictObject({ name: z.string().min(1), roles: z.array(z.string()).default([]) })).default([]),
});
export type FileConfig = z.infer<typeof FileConfig>;

const Environment = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// address' }).optional(),
  OPENAI_BASE_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http(s) address such as https://api.openai.com/v1' })
    .optional(),
  OPENAI_API_KEY: z.string().min(1).optional(),
  LONGWATCH_WEBHOOK_SECRET: z.string().min(16, 'must have at least 16 characters').optional(),
  LONGWATCH_KEY_FILE: z.string().min(1).optional(),
  LONGWATCH_KEY_COMMAND: z.string().min(1).optional(),
});

/** Everything the composition root needs: the file, the environment and the folder, checked together. */
export type Config = FileConfig & {
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  /** The key is null where none is set: whoever only reads needs none. */
  readonly openai: { readonly baseUrl: string; readonly apiKey: string | null };
  /** Keys of other endpoints, by the environment variable that holds them. */
  readonly judgeKeys: ReadonlyMap<string, string>;
  readonly webhookSecret: string | undefined;
  readonly keyFile: string | undefined;
  /** Prints the master keys, in place of the file: where a KMS holds them. */
  readonly keyCommand: string | undefined;
};

/**
 * Reads and checks the configuration.
 * @param file path of the YAML file; undefined means defaults only.
 * @throws ConfigError naming file, key, reason and remedy, every problem in one message.
 */
export function loadConfig(file: string | undefined, env: NodeJS.ProcessEnv, dataDir: string): Config {
  return finishConfig(file === undefined ? {} : readYaml(file), file ?? 'the defaults', env, dataDir);
}

/** The same from an object: the demo and backtests configure themselves this way, through the same checks. */
export function finishConfig(raw: unknown, source: string, env: NodeJS.ProcessEnv, dataDir: string): Config {
  const parsed = FileConfig.safeParse(raw ?? {});
  if (!parsed.success) throw new ConfigError(`${source}: ${describe(parsed.error)}`);
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const environment = Environment.safeParse(given);
  if (!environment.success) throw new ConfigError(`The environment: ${describe(environment.error)}`);
  const { DATABASE_URL, OPENAI_BASE_URL, OPENAI_API_KEY, LONGWATCH_WEBHOOK_SECRET, LONGWATCH_KEY_FILE } = environment.data;
  checkJudges(parsed.data, source);
  const posts = parsed.data.respond.alert_webhook ?? parsed.data.respond.rollback_webhook;
  if (posts !== undefined && LONGWATCH_WEBHOOK_SECRET === undefined) {
    throw new ConfigError(
      `${source}: respond.*_webhook needs a signing secret: set LONGWATCH_WEBHOOK_SECRET (16 characters or more).`,
    );
  }
  return {
    ...parsed.data,
    dataDir,
    databaseUrl: DATABASE_URL,
    openai: { baseUrl: OPENAI_BASE_URL ?? 'https://api.openai.com/v1', apiKey: OPENAI_API_KEY ?? null },
    judgeKeys: readJudgeKeys(parsed.data, given),
    webhookSecret: LONGWATCH_WEBHOOK_SECRET,
    keyCommand: environment.data.LONGWATCH_KEY_COMMAND,
    keyFile: LONGWATCH_KEY_FILE,
  };
}

/** Longer than a batch may take at its endpoint, and a while to read it. */
const batch_hours = 30;

function checkJudges({ judge, judges, second_judge, batches }: FileConfig, source: string): void {
  if (judge === undefined && (judges.length > 0 || second_judge !== undefined)) {
    throw new ConfigError(`${source}: judges and second_judge stand beside a judge for everything else: set judge.model too.`);
  }
  const names = [judge, ...judges, second_judge].flatMap((each) => (each === undefined ? [] : [each.name ?? each.model]));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new ConfigError(
      `${source}: two judges are called "${twice}", and would share one budget: give each a name of its own.`,
    );
  }
  const isBatch = judge?.mode === 'batch' || judges.some(({ mode }) => mode === 'batch');
  if (isBatch && batches.close_after_hours < batch_hours) {
    throw new ConfigError(
      `${source}: batches.close_after_hours is ${batches.close_after_hours}, and a judge of mode batch may take a day: set it to ${batch_hours} or more.`,
    );
  }
}

function readJudgeKeys(
  { judge, judges, second_judge }: FileConfig,
  env: Readonly<Record<string, string | undefined>>,
): Map<string, string> {
  const names = [judge, ...judges, second_judge].flatMap((each) => (each?.api_key_env === undefined ? [] : [each.api_key_env]));
  return new Map(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const])));
}

function readYaml(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(`Cannot read ${file}: check the path given with --config, or run "longwatch init".`, { cause });
  }
  const document = parseDocument(text, { uniqueKeys: true });
  const [problem] = document.errors;
  if (problem !== undefined) throw new ConfigError(`${file}: not valid YAML: ${problem.message.split('\n')[0]}`);
  try {
    return document.toJS();
  } catch (cause) {
    throw new ConfigError(`${file}: not valid YAML: an alias leads nowhere or unfolds without end; write the value out.`, {
      cause,
    });
  }
}

function describe(error: z.ZodError): string {
  const lines = error.issues.map((issue) => {
    const path = issue.path.join('.');
    if (issue.code === 'unrecognized_keys') {
      const where = path === '' ? '' : ` under ${path}`;
      return `unknown key ${issue.keys.map((key) => `"${key}"`).join(', ')}${where}; remove it or check its spelling`;
    }
    return `${path === '' ? 'the whole' : path}: ${issue.message}`;
  });
  return `${lines.join('; ')}.`;
}
