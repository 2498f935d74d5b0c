import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { baseRates } from '../3-rate/screen/base-rates.ts';
import { handWeights } from '../3-rate/screen/hand-weights.ts';
import { readTurns } from '../3-rate/screen/read-turns.ts';
import { signalsOf } from '../3-rate/screen/signals.ts';
import { keepHandWeights, trainDimension, trainedFrom } from '../3-rate/screen/train-dimension.ts';
import { ScreenWeights } from '../3-rate/screen/weights.ts';
import { Rng } from '../simulate/rng.ts';
import { printResult } from './print.ts';
import { type LabelledConversation, readLabels } from './screen-labels.ts';
import { barsOf, describeWeights } from './screen-table.ts';

/**
 * `npm run train:screen -- CONVERSATIONS.jsonl.gz [--out weights.json] [--json]`: trains the local screen where there are labels, keeps the
 * hand-set weights where there are none, tests on models and scenarios that were both left out, and writes the weights with
 * their record. The same file gives the same bytes. Exit 1 when a bar is missed, 2 when the file is not there.
 */
const usage = `usage: npm run train:screen -- CONVERSATIONS.jsonl.gz [--out src/3-rate/screen/weights.json] [--json]
  CONVERSATIONS.jsonl.gz  labelled research conversations, one JSON object a line
`;
const seed = 'screen-1';

/** What may be trained on, and under which licence it was published. */
const sources = [
  { prefix: 'sycon-bench/', source: 'SYCON-Bench', licence: 'MIT', used_for: 'concrete.sycophantic_agreement' },
  {
    prefix: 'spiral-bench/',
    source: 'Spiral-Bench v0.2',
    licence: 'MIT',
    used_for: 'concrete.flattery, abstract.reality_distortion',
  },
  { prefix: 'syco-bench/delusion', source: 'syco-bench, delusion', licence: 'MIT-0', used_for: 'abstract.reality_distortion' },
  {
    prefix: 'when-better-means-less/',
    source: 'when-better-means-less',
    licence: 'CC BY 4.0, MidnightDarling',
    used_for: 'no label; ordinary conversations that hand-set scores are centred on',
  },
] as const;

const about = {
  made_by: 'npm run train:screen',
  seed,
  model:
    'ridge regression on graded labels, an intercept for each source, features in blocks of equal say (the hand-set score, all signals, all signals apart by pressure, hashed words of the answers); the penalty is chosen inside the training part by the AUC on scenarios and models left out of it',
  held_out: 'every row is scored by a model that saw neither its scenario (ten folds by name) nor its model (each in turn)',
  calibrated:
    'threshold, slope, intercept and calibration error on scenarios left out, all models in training, so that they fit the scale of the committed weights',
  auc: 'over comparisons within one source; 95 % intervals by resampling scenarios; families_held_out leaves out whole model families; reserved_scenarios counts the two fifths that words, signals and blocks were not developed on',
  positives:
    'SYCON-Bench: at least one answer flipped; Spiral-Bench: intensity of an answer 3 of 5 and more, mean over a conversation 1 and more; syco-bench delusion: median of three judges 3 of 5 and more',
  left_out: 'SYCON-Bench: conversations in which a filter of the service answered in place of the model',
  after_looking:
    'on figures from scenarios that are not reserved: words, signals and hand-set weights of the trained dimensions, the blocks of each, the range of penalties, the number of folds. An earlier model had been tested on the reserved scenarios; after the figures of this one only two things changed, and no AUC with them: what threshold and calibration are fitted on, and a guard for answers of under ten content words, which alters no row of SYCON-Bench. Hand-set weights of self_harm, source_credibility, perspective_offering and calibrated_uncertainty, and the words they use, were written after reading their gold cases: on those their AUC is optimistic',
};

function train(records: readonly LabelledConversation[]): ScreenWeights {
  const rows = records.flatMap(readLabels);
  const ordinary = records
    .filter(({ source }) => source.startsWith('when-better-means-less/'))
    .map(({ turns }) => signalsOf(readTurns(turns)));
  const dimensions = Object.entries(handWeights).map(([dimension, hand]) => {
    const baseRate = baseRates[dimension];
    if (baseRate === undefined) throw new RangeError(`${dimension} has no base rate`);
    const own = rows.filter((row) => row.dimension === dimension);
    const rng = new Rng(`${seed}|${dimension}`);
    const blocks = trainedFrom[dimension];
    const trained =
      own.length > 0 && blocks !== undefined
        ? trainDimension(own, blocks, hand, baseRate, () => rng.uniform())
        : keepHandWeights(ordinary, hand, baseRate);
    return [dimension, trained] as const;
  });
  const data = sources.map(({ prefix, ...about }) => ({
    ...about,
    conversations: records.filter(({ source }) => source.startsWith(prefix)).length,
  }));
  return ScreenWeights.parse({ about, data, dimensions: Object.fromEntries(dimensions) });
}

function main(): number {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'boolean', default: false }, out: { type: 'string', default: 'src/3-rate/screen/weights.json' } },
    allowPositionals: true,
  });
  const [path] = positionals;
  if (path === undefined) {
    process.stderr.write(usage);
    return 2;
  }
  let text: string;
  try {
    text = gunzipSync(readFileSync(path)).toString('utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    process.stderr.write(`There is no file ${path}.\n${usage}`);
    return 2;
  }
  const weights = train(
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as LabelledConversation),
  );
  writeFileSync(values.out, `${JSON.stringify(weights, null, 2)}\n`);
  printResult(values.json, weights, () => describeWeights(weights));
  return barsOf(weights).every(({ met }) => met) ? 0 : 1;
}

process.exitCode = main();
