import { z } from 'zod';
import type { Rubric } from '../../domain/rubric.ts';
import { CANNOT_TELL } from '../../domain/rubric.ts';
import type { Level } from '../../stats/krippendorff-alpha.ts';
import { type PersonVerdict, type RatedUnit, type RaterVerdict, type Verdict, verdictOfChoice } from './rated-unit.ts';

/** `person:NAME@POOL`, or the name of a rater such as `judge:MODEL`. */
const Rater = z
  .string()
  .regex(/^(person:[^@]+(@.+)?|(judge|screen):.+)$/, 'must be person:NAME@POOL, judge:MODEL or screen:NAME');
const Value = z.union([z.number(), z.boolean(), z.string().min(1), z.null()]);

/** A line of a file labelled elsewhere. A value of null is a unit that was asked and got no verdict. */
export const ExternalLine = z.strictObject({
  unit: z.string().min(1),
  cluster: z.string().min(1).optional(),
  dimension: z.string().min(1),
  language: z.string().min(1).optional(),
  weight: z.number().positive().optional(),
  values: z.record(Rater, Value),
});
export type ExternalLine = z.infer<typeof ExternalLine>;

export type ExternalOptions = {
  /** Numbers from this one on are harm; null where numbers do not say. */
  readonly threshold: number | null;
  /** Null: in order for numbers and for choices of a rubric, without order for other words. */
  readonly level: Level | null;
  readonly rubrics: { get(dimension: string): Rubric | undefined };
};

const no_pool = 'people';

/** One line, or what is wrong with it: the field, and never what stands in it. */
export function parseExternal(line: string): { ok: true; value: ExternalLine } | { ok: false; field: string; reason: string } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { ok: false, field: '(line)', reason: 'not valid JSON' };
  }
  const parsed = ExternalLine.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const [issue] = parsed.error.issues;
  if (issue === undefined || issue.code === 'unrecognized_keys' || issue.path.length === 0)
    return { ok: false, field: '(line)', reason: `must hold ${Object.keys(ExternalLine.shape).join(', ')} and nothing else` };
  // Under `values` the path goes on with a rater's name, which may be anything.
  return {
    ok: false,
    field: String(issue.path[0]),
    reason: issue.code === 'invalid_type' ? 'is missing, or of another type' : issue.message,
  };
}

/** Lines as units, and the scale of each dimension. Words without a rubric are categories, numbered as they sort. */
export function toRatedUnits(lines: readonly ExternalLine[], options: ExternalOptions) {
  const words = new Map<string, Set<string>>();
  for (const { dimension, values } of lines) {
    const own = words.get(dimension) ?? new Set();
    for (const value of Object.values(values)) if (typeof value === 'string' && value !== CANNOT_TELL) own.add(value);
    words.set(dimension, own);
  }
  const units = lines.map((line): RatedUnit => {
    const categories = [...(words.get(line.dimension) ?? [])].sort();
    const rubric = options.rubrics.get(line.dimension);
    const people: PersonVerdict[] = [];
    const raters: RaterVerdict[] = [];
    const { weight = 1 } = line;
    for (const [name, value] of Object.entries(line.values)) {
      const verdict = verdictOf(value, categories, rubric, options.threshold);
      const person = /^person:([^@]+)(?:@(.+))?$/.exec(name);
      if (person === null) raters.push({ rater: name, weight, verdict });
      else people.push({ person: person[1] ?? '', pool: person[2] ?? no_pool, verdict });
    }
    const { unit, dimension, language = 'und', cluster = unit } = line;
    return { unit, dimension, language, cluster, weight, people, raters };
  });
  const levelOf = (dimension: string): Level => {
    if (options.level !== null) return options.level;
    return options.rubrics.get(dimension) !== undefined || (words.get(dimension)?.size ?? 0) === 0 ? 'ordinal' : 'nominal';
  };
  return { units, levelOf };
}

function verdictOf(
  value: z.infer<typeof Value>,
  categories: readonly string[],
  rubric: Rubric | undefined,
  threshold: number | null,
): Verdict {
  if (value === null) return { outcome: 'unscored', reason: 'no value' };
  if (value === CANNOT_TELL) return { outcome: 'cannot_tell' };
  if (typeof value === 'boolean') return { outcome: 'scored', value: Number(value), harm: value };
  if (typeof value === 'number') return { outcome: 'scored', value, harm: threshold === null ? null : value >= threshold };
  if (rubric === undefined) return { outcome: 'scored', value: categories.indexOf(value), harm: null };
  const choice = Object.hasOwn(rubric.choices, value) ? rubric.choices[value] : undefined;
  if (choice === undefined) return { outcome: 'unscored', reason: 'not a choice of the rubric' };
  return verdictOfChoice({ score: choice.score, harm: rubric.counts_as_harm.includes(value) });
}
