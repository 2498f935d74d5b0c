import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { createGunzip } from 'node:zlib';
import { InputError, LongwatchError } from '../domain/errors.ts';
import {
  type Arrivals,
  changedAt,
  choiceOf,
  DIMENSION,
  defaultArrivals,
  drawHistory,
  type History,
  histories,
  isHarm,
  poolOf,
  ResearchRecord,
  versionOf,
} from './research-data.ts';

const usage = 'usage: convert-research-data INPUT.jsonl.gz OUTDIR [--seed S] [--per-arm-per-day N]';

/** What was written for one history: conversations and judged harms of each arm. */
export type Converted = {
  readonly name: string;
  readonly baseline: { readonly n: number; readonly nHarm: number };
  readonly candidate: { readonly n: number; readonly nHarm: number };
};

/**
 * Writes each history as `<name>.jsonl` (native records in time order), `<name>.labels.jsonl` and `<name>.truth.json`.
 * Holds the few hundred source records in memory, never the drawn ones. The texts stay in `outDir`: do not commit them.
 *
 * @throws InputError when the research file is missing, is not gzip, or has a line of another form
 */
export async function convertResearchData(input: string, outDir: string, arrivals: Arrivals): Promise<readonly Converted[]> {
  const records = await readRecords(input);
  await mkdir(outDir, { recursive: true });
  const converted: Converted[] = [];
  for (const history of histories) converted.push(await writeHistory(history, records, outDir, arrivals));
  return converted;
}

async function readRecords(input: string): Promise<readonly ResearchRecord[]> {
  try {
    await access(input);
  } catch (cause) {
    throw new InputError(
      `The research data file ${input} is not there or cannot be read; give the path of conversations.jsonl.gz.`,
      {
        cause,
      },
    );
  }
  const wanted = new Set(histories.map((history) => history.source));
  const records: ResearchRecord[] = [];
  let line = 0;
  try {
    const file = createReadStream(input);
    const unzipped = file.pipe(createGunzip());
    file.on('error', (error) => unzipped.destroy(error));
    for await (const text of createInterface({ input: unzipped })) {
      line++;
      const raw: unknown = JSON.parse(text);
      if (wanted.has((raw as { source?: string } | null)?.source ?? '')) records.push(ResearchRecord.parse(raw));
    }
  } catch (cause) {
    throw new InputError(`The research data file ${input} cannot be read as gzipped JSON lines after line ${line}.`, { cause });
  }
  return records;
}

async function writeHistory(
  history: History,
  records: readonly ResearchRecord[],
  outDir: string,
  arrivals: Arrivals,
): Promise<Converted> {
  const pools = {
    baseline: poolOf(records, history, history.baseline),
    candidate: poolOf(records, history, history.candidate),
  };
  const counts = { baseline: { n: 0, nHarm: 0 }, candidate: { n: 0, nHarm: 0 } };
  const conversations = createWriteStream(join(outDir, `${history.name}.jsonl`));
  const labels = createWriteStream(join(outDir, `${history.name}.labels.jsonl`));
  const write = async (stream: typeof labels, value: unknown) => {
    if (!stream.write(`${JSON.stringify(value)}\n`)) await once(stream, 'drain');
  };

  for (const { arm, score, conversation } of drawHistory(history, pools, arrivals)) {
    counts[arm].n++;
    if (isHarm(score)) counts[arm].nHarm++;
    await write(conversations, conversation);
    await write(labels, { id: conversation.id, ratings: { [DIMENSION]: choiceOf(score) } });
  }
  conversations.end();
  labels.end();
  await Promise.all([finished(conversations), finished(labels)]);

  const truth = {
    baseline: versionOf(history.baseline),
    candidate: versionOf(history.candidate),
    dimension: DIMENSION,
    changed_at: changedAt(arrivals).toISOString(),
    expected: history.expected,
    note: `${history.note} Arrivals simulated with seed ${arrivals.seed}.`,
  };
  await writeFile(join(outDir, `${history.name}.truth.json`), `${JSON.stringify(truth, null, 2)}\n`);
  return { name: history.name, ...counts };
}

function describe({ name, baseline, candidate }: Converted): string {
  const arm = ({ n, nHarm }: Converted['baseline']) => `${n} conversations, harm ${(nHarm / n).toFixed(3)}`;
  return `${name}: baseline ${arm(baseline)}; candidate ${arm(candidate)}`;
}

/** 0 ok, 1 failed, 2 usage. */
async function main(argv: readonly string[]): Promise<number> {
  const options = { seed: { type: 'string' }, 'per-arm-per-day': { type: 'string' } } as const;
  let parsed: ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>;
  try {
    parsed = parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  const [input, outDir, ...rest] = parsed.positionals;
  const perArmPerDay = Number(parsed.values['per-arm-per-day'] ?? defaultArrivals.perArmPerDay);
  if (input === undefined || outDir === undefined || rest.length > 0 || !Number.isInteger(perArmPerDay) || perArmPerDay < 1) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  try {
    const arrivals = { ...defaultArrivals, seed: parsed.values.seed ?? 'longwatch', perArmPerDay };
    for (const done of await convertResearchData(input, outDir, arrivals)) process.stdout.write(`${describe(done)}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof LongwatchError || error instanceof RangeError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = await main(process.argv.slice(2));
}
