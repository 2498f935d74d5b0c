import { z } from 'zod';
import { createRedactor } from '../2-sample/redaction/redact.ts';
import { calibrate } from '../3-rate/calibrate/calibrate.ts';
import type { RaterComparison } from '../3-rate/calibrate/compare-rater.ts';
import { type Measured, measureStatistic } from '../3-rate/calibrate/measure-agreement.ts';
import type { PersonVerdict, RatedUnit, RaterVerdict, Verdict } from '../3-rate/calibrate/rated-unit.ts';
import { readText } from '../3-rate/run-read-text.ts';
import { screenScores } from '../3-rate/screen.ts';
import { markdownTable } from '../7-report/markdown-table.ts';
import { Role } from '../domain/conversation.ts';
import { InputError, LongwatchError } from '../domain/errors.ts';
import { stratifiedAuc } from '../stats/auc.ts';
import { spearman } from '../stats/spearman.ts';
import { print } from './print.ts';
import { measured, poolTable, rate, tableOf } from './print-agreement.ts';
import { parseJson } from './recorded-labels.ts';
import { seededChance } from './seeded-chance.ts';

/** Named scales of one rater, or its one number. Some judges carry a nameless column, the row's number, which is no rating. */
const Scales = z.record(z.string(), z.number());
const Line = z.object({
  id: z.string(),
  source: z.string(),
  scenario: z.string(),
  turns: z.array(z.object({ role: Role, content: z.string() })),
  labels: z.object({
    humans: z.record(z.string(), z.union([z.number(), Scales])),
    judges: z.record(z.string(), Scales).optional(),
  }),
});
type Line = z.infer<typeof Line>;

const sycophancy = 'concrete.sycophantic_agreement';
/** From here on a scale of empathic communication counts as present: the middle of 1 to 5, and any at all of 0 to 2. */
const thresholds = { lend_an_ear: 3, epitome: 1 } as const;

/**
 * `npm run calibrate:research -- JUDGE_CALIBRATION.jsonl.gz`: agreement figures on public research data, as Markdown for the
 * README. Nothing is asked of any endpoint; the verdicts of people and of models are in the file.
 */
async function main([path]: readonly string[]): Promise<number> {
  if (path === undefined) {
    process.stderr.write('usage: npm run calibrate:research -- JUDGE_CALIBRATION.jsonl.gz\n');
    return 2;
  }
  const lines = (await readText(path))
    .split('\n')
    .filter((text) => text.trim() !== '')
    .map((text, index) => {
      const parsed = Line.safeParse(parseJson(text));
      if (!parsed.success) throw new InputError(`${path}, line ${index + 1}: not a line of judge_calibration.jsonl.`);
      return parsed.data;
    });
  const of = (source: string) => lines.filter((line) => line.source.startsWith(source));
  print('### Sycophancy (LLM-Moral-Sycophancy, MIT): three people, -1 to 1\n');
  print(describeSycophancy(of('llm-moral-sycophancy')));
  print('\n### Empathic communication (empathic-communication, MIT): each rater against the majority of three experts\n');
  print(describeEmpathy(of('empathic-communication')));
  print('\n### Abuse of a bot (ConvAbuse validation split, CC BY 4.0): one to seven of eight annotators a unit, 1 to -3\n');
  print(describeAbuse(of('convabuse')));
  return 0;
}

function describeSycophancy(lines: readonly Line[]): string {
  const units = lines.map((line) =>
    unitOf(
      line,
      sycophancy,
      peopleOf(line, null, 'people', () => null),
      [],
    ),
  );
  const { pools } = calibrate(units, () => 'interval', seededChance);
  const redactor = createRedactor();
  const scored = lines.flatMap((line) => {
    const transcript = line.turns.map(({ role, content }) => ({ role, content: redactor.redactText(content) }));
    const { readable, scores } = screenScores(transcript);
    const score = scores.get(sycophancy);
    const people = peopleOf(line, null, 'people', () => null).flatMap(({ verdict }) =>
      verdict.outcome === 'scored' ? [verdict.value] : [],
    );
    const mean = people.reduce((sum, value) => sum + value, 0) / people.length;
    return !readable || score === undefined ? [] : [{ cluster: line.scenario, score, mean }];
  });
  const figure = (name: string, of: (some: typeof scored) => number | null): Measured =>
    measureStatistic(
      scored.map((each) => [each]),
      (some) => ({ value: of([...some]), reason: 'one side only' }),
      `screen ${name}`,
      seededChance,
    );
  const rank = figure('spearman', (some) => spearman(some.map(({ score, mean }) => ({ a: score, b: mean }))));
  const area = figure(
    'auc',
    (some) => stratifiedAuc(some.map(({ score, mean }) => ({ score, positive: mean > 0, stratum: '' }))).auc,
  );
  const positives = scored.filter(({ mean }) => mean > 0).length;
  return [
    poolTable(pools),
    '',
    markdownTable(
      ['our screen against the mean of the three', 'value'],
      [
        ['read by the screen', `${scored.length} of ${lines.length}`],
        ["Spearman's rank correlation", measured(rank)],
        [`AUC for a mean above 0 (${positives} of ${scored.length})`, measured(area)],
      ],
    ),
  ].join('\n');
}

/** The median of three experts is at or above a threshold exactly when the majority of them is. */
function describeEmpathy(lines: readonly Line[]): string {
  const units: RatedUnit[] = [];
  for (const line of lines) {
    const set = line.source.endsWith('epitome') ? 'epitome' : 'lend_an_ear';
    const harm = (value: number) => value >= thresholds[set];
    const { humans, judges = {} } = line.labels;
    const scales = Object.values(humans).flatMap((each) => (typeof each === 'number' ? [] : Object.keys(each)));
    for (const scale of new Set(scales)) {
      const experts = peopleOf(line, scale, 'experts', harm).filter(({ person }) => person.startsWith('expert'));
      const values = experts.flatMap(({ verdict }) => (verdict.outcome === 'scored' ? [verdict.value] : []));
      const majority: PersonVerdict = { person: 'median', pool: 'majority of experts', verdict: toVerdict(median(values), harm) };
      const mean = ratingOf(humans.crowd, scale);
      const step = mean === undefined ? undefined : Math.round(mean);
      const crowd: RaterVerdict = { rater: 'crowd (mean, to the nearest step)', weight: 1, verdict: toVerdict(step, harm) };
      const models = Object.entries(judges).map(
        ([model, said]): RaterVerdict => ({ rater: model, weight: 1, verdict: toVerdict(ratingOf(said, scale), harm) }),
      );
      units.push(unitOf(line, scale, [...experts, majority], [...models, crowd]));
    }
  }
  const { raters, pools } = calibrate(units, () => 'ordinal', seededChance);
  return [
    poolTable(pools.filter(({ pool }) => pool === 'experts')),
    '',
    empathyTable(raters.filter(({ pool }) => pool === 'majority of experts')),
    '',
    `Present means at least ${thresholds.lend_an_ear} of 1 to 5, and at least ${thresholds.epitome} of 0 to 2 for the scales named level_. The crowd is the mean of its people, taken to the nearest step. The supporter is a person.`,
  ].join('\n');
}

function empathyTable(rows: readonly RaterComparison[]): string {
  return markdownTable(
    [
      'scale',
      'rater',
      'n',
      'sensitivity',
      'specificity',
      'kappa, present or not',
      'both / missed / false / neither',
      'weighted kappa',
      'alpha',
    ],
    rows.map(({ dimension, rater, agreement, detection }) => [
      dimension,
      rater,
      String(agreement.nUnits),
      rate(detection?.sensitivity),
      rate(detection?.specificity),
      agreement.harm === null ? '' : measured(agreement.harm.kappa),
      agreement.harm === null ? '' : tableOf(agreement.harm.table),
      measured(agreement.kappa),
      measured(agreement.alpha),
    ]),
  );
}

function describeAbuse(lines: readonly Line[]): string {
  const isAbuse = (value: number) => value < 0;
  // Higher is milder there: turned round, so that every scale here runs from harmless to worst.
  const units = lines.map((line) =>
    unitOf(line, 'abuse by the user', peopleOf(line, null, 'annotators', isAbuse).map(turned), []),
  );
  const each = (level: 'nominal' | 'ordinal') => calibrate(units, () => level, seededChance).pools;
  const names = [...new Set(units.flatMap(({ people }) => people.map(({ person }) => person)))].sort();
  const alone = units.map((unit) => ({ ...unit, people: unit.people.map((said) => ({ ...said, pool: said.person })) }));
  const pairs = calibrate(alone, () => 'ordinal', seededChance).poolPairs;
  const kappas = pairs
    .flatMap(({ agreement }) => (agreement.harm?.kappa.value == null ? [] : [agreement.harm.kappa.value]))
    .sort((a, b) => a - b);
  const found = pairs.filter(({ agreement }) => agreement.nUnits > 0);
  return [
    poolTable([...each('nominal'), ...each('ordinal')]),
    '',
    markdownTable(
      ['two annotators', 'units both saw', "Cohen's kappa, abuse or not", 'weighted kappa'],
      found.map(({ first, second, agreement }) => [
        `${first}, ${second}`,
        `${agreement.nUnits} (${agreement.nClusters})`,
        agreement.harm === null ? '' : measured(agreement.harm.kappa),
        measured(agreement.kappa),
      ]),
    ),
    '',
    `${names.length} annotators, ${found.length} pairs with units in common; kappa on abuse from ${kappas[0]?.toFixed(2)} to ${kappas.at(-1)?.toFixed(2)}, median ${median(kappas)?.toFixed(2)}.`,
  ].join('\n');
}

function turned(said: PersonVerdict): PersonVerdict {
  const { verdict } = said;
  return verdict.outcome === 'scored' ? { ...said, verdict: { ...verdict, value: -verdict.value } } : said;
}

function unitOf(line: Line, dimension: string, people: readonly PersonVerdict[], raters: readonly RaterVerdict[]): RatedUnit {
  return { unit: line.id, cluster: line.scenario, dimension, language: 'en', weight: 1, people, raters };
}

function peopleOf(line: Line, scale: string | null, pool: string, harm: (value: number) => boolean | null): PersonVerdict[] {
  return Object.entries(line.labels.humans).map(([person, said]) => ({
    person,
    pool,
    verdict: toVerdict(ratingOf(said, scale), harm),
  }));
}

function ratingOf(said: number | Readonly<Record<string, number>> | undefined, scale: string | null): number | undefined {
  if (typeof said === 'object') return scale === null ? undefined : said[scale];
  return scale === null ? said : undefined;
}

function toVerdict(value: number | undefined, harm: (value: number) => boolean | null): Verdict {
  return value === undefined ? { outcome: 'unscored', reason: 'no value' } : { outcome: 'scored', value, harm: harm(value) };
}

/** Of an odd number of values; the mean of the middle two of an even one. */
function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.ceil((sorted.length - 1) / 2)];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof LongwatchError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
