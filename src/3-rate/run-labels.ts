import { rm, writeFile } from 'node:fs/promises';
import type { Kysely } from 'kysely';
import { findSampledLanguages, storeHumanLabels } from '../db/human-labels.ts';
import type { Tables } from '../db/schema.ts';
import type { Clock } from '../domain/clock.ts';
import { InputError } from '../domain/errors.ts';
import type { HumanLabel, HumanLabelLine } from '../domain/human-label.ts';
import type { Rubric } from '../domain/rubric.ts';
import { parseCsvLabels, parseJsonLabels } from './calibrate/parse-labels.ts';
import { readText } from './run-read-text.ts';

const lines_a_round = 500;
/** How far ahead of our clock a reviewer's may run. */
const clock_skew_ms = 5 * 60_000;

export type LabelDeps = {
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  readonly rubrics: { get(dimension: string): Rubric | undefined };
  /** The pools there are: a misspelt one would be a pool of its own. */
  readonly pools: readonly string[];
  /** The key a conversation is stored under, from the producer's id. */
  readonly unitOf: (id: string) => string;
};

export type LabelImport = {
  readonly fresh: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly rejected: number;
  /** Null when no line was rejected. */
  readonly rejectedFile: string | null;
};

type Rejection = { readonly line: number; readonly field: string; readonly reason: string };

/**
 * Takes in what people said of our samples, from CSV with a header row (`.csv`) or JSONL, `.gz` too. A bad line goes to
 * `<file>.rejected.jsonl` with line, field and reason, never its content, and stops nothing. Safe to repeat: the same file
 * again changes nothing, and a label that differs replaces what the same person said before.
 * @param pool of the lines that name none.
 * @throws InputError when the file cannot be read, or a CSV header does not name the columns.
 */
export async function importLabels(deps: LabelDeps, path: string, { pool }: { pool: string | null }): Promise<LabelImport> {
  const text = await readText(path);
  const lines = /\.csv(\.gz)?$/i.test(path) ? parseCsvLabels(text) : parseJsonLabels(text);
  const counts = { fresh: 0, changed: 0, unchanged: 0 };
  const rejections: Rejection[] = [];
  let pending = new Map<string, { line: number; label: HumanLabelLine }>();
  const flush = async () => {
    const written = await store(deps, [...pending.values()], pool, rejections);
    for (const name of ['fresh', 'changed', 'unchanged'] as const) counts[name] += written[name];
    pending = new Map();
  };
  for (const parsed of lines) {
    if (!parsed.ok) {
      rejections.push({ line: parsed.line, field: parsed.field, reason: parsed.reason });
      continue;
    }
    const { conversation, dimension, person } = parsed.label;
    const name = JSON.stringify([conversation, dimension, person]);
    // A person who says it twice in one file is taken at their last word.
    if (pending.has(name) || pending.size >= lines_a_round) await flush();
    pending.set(name, parsed);
  }
  await flush();
  const rejectedFile = await writeRejections(path, rejections);
  return { ...counts, rejected: rejections.length, rejectedFile };
}

async function store(
  { db, clock, rubrics, pools, unitOf }: LabelDeps,
  lines: readonly { line: number; label: HumanLabelLine }[],
  pool: string | null,
  rejections: Rejection[],
) {
  const now = clock.now();
  const keyed = lines.map((each) => ({ ...each, keys: [unitOf(each.label.conversation), each.label.conversation] }));
  const languages = await findSampledLanguages(
    db,
    keyed.flatMap(({ keys }) => keys),
  );
  const labels = new Map<string, HumanLabel>();
  for (const { line, label, keys } of keyed) {
    const reject = (field: string, reason: string) => rejections.push({ line, field, reason });
    const rubric = rubrics.get(label.dimension);
    const choice = rubric !== undefined && Object.hasOwn(rubric.choices, label.choice) ? rubric.choices[label.choice] : undefined;
    const conversationKey = keys.find((key) => languages.has(key));
    const own = label.pool ?? pool;
    if (rubric === undefined) reject('dimension', 'no rubric rates it; "longwatch rubrics lint" lists what is rated');
    else if (choice === undefined) reject('choice', `not a choice of this rubric: ${Object.keys(rubric.choices).join(', ')}`);
    else if (conversationKey === undefined)
      reject('conversation', 'was not sampled, or is gone; "longwatch samples list" shows what there is');
    else if (own === null) reject('pool', 'is missing; name it here or with --pool');
    else if (!pools.includes(own)) reject('pool', `there is no such pool in rubrics/pools.yaml: ${pools.join(', ')}`);
    else if (label.at !== undefined && Date.parse(label.at) > now.getTime() + clock_skew_ms)
      reject('at', 'lies in the future; check the clock it came from');
    else {
      const { dimension, person } = label;
      const language = (label.language ?? languages.get(conversationKey) ?? 'und').split('-')[0]?.toLowerCase() ?? 'und';
      // The last word holds where the same sample is named once by its key and once by its id.
      labels.set(JSON.stringify([conversationKey, dimension, person]), {
        conversationKey,
        dimension,
        person,
        pool: own,
        choice: label.choice,
        score: choice.score,
        harm: choice.score === null ? null : rubric.counts_as_harm.includes(label.choice),
        language,
        labelledAt: label.at === undefined ? now : new Date(label.at),
      });
    }
  }
  return storeHumanLabels(db, [...labels.values()]);
}

/** A clean file leaves nothing behind, not even the rejects of a time before. */
async function writeRejections(path: string, rejections: readonly Rejection[]): Promise<string | null> {
  const target = `${path}.rejected.jsonl`;
  const sorted = [...rejections].sort((a, b) => a.line - b.line);
  try {
    await rm(target, { force: true });
    if (rejections.length === 0) return null;
    await writeFile(target, sorted.map((each) => `${JSON.stringify({ file: path, ...each })}\n`).join(''));
    return target;
  } catch (cause) {
    throw new InputError(
      `${target} cannot be written: rejected lines are noted there; make it writable and run the same command again.`,
      {
        cause,
      },
    );
  }
}
