import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import PQueue from 'p-queue';
import { readHumanLabels, readLabelledVerdicts } from '../db/human-labels.ts';
import type { Tables } from '../db/schema.ts';
import { InputError } from '../domain/errors.ts';
import type { GoldCase } from '../domain/gold-case.ts';
import type { Judge, JudgeOutcome } from '../domain/judge.ts';
import type { Rating } from '../domain/rating.ts';
import type { Redacted, Transcript } from '../domain/redacted.ts';
import type { Frame, Rubric } from '../domain/rubric.ts';
import type { Level } from '../stats/krippendorff-alpha.ts';
import { type Calibration, calibrate } from './calibrate/calibrate.ts';
import type { Chance } from './calibrate/measure-agreement.ts';
import { pairLabels } from './calibrate/pair-labels.ts';
import { type ExternalLine, type ExternalOptions, parseExternal, toRatedUnits } from './calibrate/parse-external.ts';
import { type RatedUnit, type RaterVerdict, type Verdict, verdictOfChoice } from './calibrate/rated-unit.ts';
import { toRatings } from './check-answer.ts';
import { readText } from './run-read-text.ts';

export type CalibrationResult = Calibration & {
  /** What was left out, and why, in sentences; empty where nothing was. */
  readonly notes: readonly string[];
};

const inOrder = (): Level => 'ordinal';

/**
 * Labels in the database against the stored verdicts on the same samples, each counting for as many conversations as its
 * probabilities say, clustered by user. Reads only.
 */
export async function calibrateStored(db: Kysely<Tables>, chance: Chance): Promise<CalibrationResult> {
  const { labels, nPanelOnly } = await readHumanLabels(db);
  const units = pairLabels(labels, await readLabelledVerdicts(db));
  const notes =
    nPanelOnly === 0
      ? []
      : [`${nPanelOnly} labels are of samples of the panel alone, which have no weight in the cross-section.`];
  return { ...calibrate(units, inOrder, chance), notes };
}

/**
 * Files labelled elsewhere, one unit and dimension a line, `.gz` too.
 * @throws InputError naming file, line and field of the first line that is wrong: a table of half a file would mislead.
 */
export async function calibrateFiles(
  paths: readonly string[],
  options: ExternalOptions,
  chance: Chance,
): Promise<CalibrationResult> {
  const lines: ExternalLine[] = [];
  for (const path of paths) {
    for (const [index, text] of (await readText(path)).split('\n').entries()) {
      if (text.trim() === '') continue;
      const parsed = parseExternal(text);
      if (!parsed.ok) throw new InputError(`${path}, line ${index + 1}, ${parsed.field}: ${parsed.reason}.`);
      lines.push(parsed.value);
    }
  }
  const { units, levelOf } = toRatedUnits(lines, options);
  return { ...calibrate(units, levelOf, chance), notes: [] };
}

/** How a judge is asked about a dimension in production: in whose company, and what that makes it. */
export type GoldDuty = {
  readonly judge: Judge;
  readonly frame: Frame;
  readonly company: readonly Rubric[];
  readonly revision: string;
  readonly maxAttempts: number;
};

export type GoldDeps = {
  readonly rubrics: readonly Rubric[];
  readonly readGold: (rubric: Rubric) => Promise<readonly GoldCase[]>;
  readonly screen: (transcript: Transcript, rubrics: readonly Rubric[]) => readonly Rating[];
  /** Undefined for a dimension that no judge rates. */
  readonly dutyOf: (dimension: string) => GoldDuty | undefined;
  /** The deployer's own, for cases that name none. */
  readonly policy: string | undefined;
  readonly concurrency: number;
  readonly redactText: (text: string) => Redacted;
  readonly wait: (ms: number) => Promise<void>;
};

const gold_pool = 'gold';
const first_backoff_ms = 1_000;

/**
 * Every gold case of the given rubrics, asked of the screen and of the judge as it is asked in production, against what its
 * writer expects. Writes nothing and asks anew each time. Trajectories have no conversation to ask about: they stand in the table
 * as unscored.
 */
export async function calibrateGold(deps: GoldDeps, chance: Chance): Promise<CalibrationResult> {
  const queue = new PQueue({ concurrency: deps.concurrency });
  const units: RatedUnit[] = [];
  for (const rubric of deps.rubrics) {
    const cases = await deps.readGold(rubric);
    units.push(...(await Promise.all(cases.map((gold) => queue.add(() => rateGoldCase(deps, rubric, gold))))));
  }
  const unjudged = deps.rubrics.filter(({ dimension }) => deps.dutyOf(dimension) === undefined);
  const notes =
    unjudged.length === 0 ? [] : [`No judge is configured for ${unjudged.map(({ dimension }) => dimension).join(', ')}.`];
  return { ...calibrate(units, inOrder, chance), notes };
}

async function rateGoldCase(deps: GoldDeps, rubric: Rubric, gold: GoldCase): Promise<RatedUnit> {
  const { dimension } = rubric;
  const expected = { score: rubric.choices[gold.choice]?.score ?? null, harm: rubric.counts_as_harm.includes(gold.choice) };
  const transcript = gold.turns?.map(({ role, content }) => ({ role, content: deps.redactText(content) })) ?? null;
  const screened =
    transcript === null ? trajectory : toVerdict(deps.screen(transcript, [rubric]).find((each) => each.dimension === dimension));
  const raters: RaterVerdict[] = [{ rater: 'screen', weight: 1, verdict: screened }];
  const duty = deps.dutyOf(dimension);
  if (duty !== undefined) {
    const verdict = transcript === null ? trajectory : await judgeGold(deps, duty, dimension, gold, transcript);
    raters.push({ rater: `judge ${duty.judge.identity.model} (${duty.revision})`, weight: 1, verdict });
  }
  return {
    unit: `${dimension} ${gold.id}`,
    dimension,
    language: gold.language?.split('-')[0] ?? 'en',
    cluster: `${dimension} ${gold.id}`,
    weight: 1,
    people: [{ person: rubric.written_by, pool: gold_pool, verdict: verdictOfChoice(expected) }],
    raters,
  };
}

const trajectory: Verdict = { outcome: 'unscored', reason: 'trajectory' };

async function judgeGold(
  deps: GoldDeps,
  duty: GoldDuty,
  dimension: string,
  gold: GoldCase,
  transcript: Transcript,
): Promise<Verdict> {
  const { judge, frame, company, maxAttempts } = duty;
  const policy = gold.policy ?? deps.policy;
  // An opaque name, as samples have: what a case is called may give its answer away.
  const unit = createHash('sha256').update(`${dimension} ${gold.id}`).digest('hex').slice(0, 32);
  const request = { unit, transcript, frame, rubrics: company, ...(policy === undefined ? {} : { policy }) };
  for (let attempt = 1; ; attempt++) {
    const result: JudgeOutcome = await judge.rate(request);
    switch (result.outcome) {
      case 'answered': {
        const ratings = toRatings({ rubrics: company, transcript, answers: result.answers, redactText: deps.redactText });
        return toVerdict(ratings.find((each) => each.dimension === dimension));
      }
      case 'unscored':
        return { outcome: 'unscored', reason: result.reason };
      case 'retry':
        if (attempt >= maxAttempts) return { outcome: 'unscored', reason: result.reason };
        await deps.wait(Math.max(result.afterMs ?? 0, first_backoff_ms * 2 ** (attempt - 1)));
    }
  }
}

function toVerdict(rating: Rating | undefined): Verdict {
  if (rating === undefined) return { outcome: 'unscored', reason: 'not rated by it' };
  return rating.outcome === 'unscored' ? { outcome: 'unscored', reason: rating.reason } : verdictOfChoice(rating);
}
