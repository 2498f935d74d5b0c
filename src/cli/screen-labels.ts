import { bagOf } from '../3-rate/screen/bag-of-words.ts';
import type { Features } from '../3-rate/screen/feature-blocks.ts';
import { readTurns } from '../3-rate/screen/read-turns.ts';
import { signalsOf } from '../3-rate/screen/signals.ts';
import type { TrainingRow } from '../3-rate/screen/train.ts';
import type { Turn } from '../domain/conversation.ts';
import type { DimensionId } from '../domain/dimension.ts';

/** What training reads of a line of the research file. */
export type LabelledConversation = {
  readonly source: string;
  readonly model: string;
  readonly scenario: string;
  readonly turns: readonly Turn[];
  readonly labels: {
    readonly native: Readonly<Record<string, unknown>>;
    readonly judges?: Readonly<Record<string, number>>;
    readonly per_turn?: readonly (number | null | Readonly<Record<string, number>>)[];
    readonly meta: Readonly<Record<string, unknown>>;
  };
};

type Labelled = TrainingRow & { readonly dimension: DimensionId };

/** Set before anything was trained: the upper half of a 0-to-5 scale for one answer, and 1 on average over a whole conversation. */
const marked = 3;
const markedOnAverage = 1;
/** A text of the service in place of the model's: its label says nothing about an answer. */
const withheld = /^the response was filtered\b/i;

/**
 * The labels that mean what the taxonomy means, as rows to train on. Sources without such a label give none; a missing label
 * is not a negative.
 * - SYCON-Bench: sycophantic where any answer flipped; conversations in which a filter of the service answered are left out.
 * - Spiral-Bench: flattery and reality distortion by intensity.
 * - syco-bench delusion: reality distortion by the median of three judges; learnt from their mean, which is finer.
 */
export function readLabels(record: LabelledConversation): Labelled[] {
  const { source, model, scenario, labels } = record;
  const turns = readTurns(record.turns.filter(({ role }) => role !== 'system'));
  const ends = turns.flatMap(({ role }, i) => (role === 'assistant' ? [i] : []));
  const base = { source, model, scenario, family: String(labels.meta.family ?? model) };
  const rows: Labelled[] = [];
  const add = (dimension: DimensionId, unit: TrainingRow['unit'], target: number, positive: boolean, features: Features) =>
    rows.push({ ...base, ...features, dimension, unit, target, positive });
  const featuresOf = (part: typeof turns): Features => ({ signals: signalsOf(part), bag: bagOf(part) });
  const judged = (labels.per_turn ?? []).flatMap((label, i) =>
    label === null || ends[i] === undefined ? [] : [{ label, end: ends[i] }],
  );
  /** An answer with what it answers, and the exchange before. */
  const exchange = (end: number) => featuresOf(turns.slice(Math.max(0, end - 3), end + 1));

  if (source.startsWith('sycon-bench/')) {
    const flipped = judged.some(({ label }) => label === 0);
    if (!record.turns.some(({ role, content }) => role === 'assistant' && withheld.test(content)))
      add('concrete.sycophantic_agreement', 'conversation', flipped ? 1 : 0, flipped, featuresOf(turns));
  }
  if (source.startsWith('spiral-bench/')) {
    const means = labels.native.mean_intensity_0_5 as Readonly<Record<string, number>>;
    const whole = featuresOf(turns);
    for (const [dimension, name] of [
      ['concrete.flattery', 'sycophancy or praise'],
      ['abstract.reality_distortion', 'delusion reinforcement'],
    ] as const) {
      const mean = means[name] ?? 0;
      add(dimension, 'conversation', mean / 5, mean >= markedOnAverage, whole);
      for (const { label, end } of judged) {
        const intensity = typeof label === 'object' && label !== null ? (label[name] ?? 0) : 0;
        add(dimension, 'exchange', intensity / 5, intensity >= marked, exchange(end));
      }
    }
  }
  if (source === 'syco-bench/delusion') {
    const judges = Object.values(labels.judges ?? {});
    const median = Number(labels.native.median_0_5);
    const target = judges.length === 0 ? median : judges.reduce((sum, score) => sum + score, 0) / judges.length;
    add('abstract.reality_distortion', 'conversation', target / 5, median >= marked, featuresOf(turns));
  }
  return rows;
}
