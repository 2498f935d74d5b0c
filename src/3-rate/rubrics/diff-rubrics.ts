import type { Frame, Rubric } from '../../domain/rubric.ts';
import { diffWords, type WordChange } from './diff-words.ts';

/**
 * What a change of a field does. `raters`: they read something else. `numbers`: the same verdict counts differently. `records`:
 * neither; only who answers for it and what follows from it.
 */
export type FieldEffect = 'raters' | 'numbers' | 'records';

export type FieldChange = {
  /** As in the file, such as `choices.marked.means`. */
  readonly field: string;
  readonly effect: FieldEffect;
  readonly before: string | null;
  readonly after: string | null;
  readonly words: readonly WordChange[];
};

type Side = { readonly rubric: Rubric; readonly frame: Frame };
type Fields = ReadonlyMap<string, { readonly effect: FieldEffect; readonly text: string }>;

/** How one version of a rubric became another, field by field in the order of the file. Approvals and numbers of versions left out. */
export function diffRubrics(before: Side, after: Side): FieldChange[] {
  const a = fieldsOf(before);
  const b = fieldsOf(after);
  return [...new Set([...a.keys(), ...b.keys()])].flatMap((field) => {
    const [old, now] = [a.get(field), b.get(field)];
    if (old?.text === now?.text) return [];
    const words = diffWords(old?.text ?? '', now?.text ?? '');
    return [{ field, effect: (now ?? old)?.effect ?? 'records', before: old?.text ?? null, after: now?.text ?? null, words }];
  });
}

/** What the changes mean for the series, in one paragraph. */
export function explainChanges(changes: readonly FieldChange[]): string {
  const named = (effect: FieldEffect) => changes.filter((each) => each.effect === effect).map(({ field }) => field);
  const [raters, numbers] = [named('raters'), named('numbers')];
  if (changes.length === 0) return 'The two versions say the same.';
  const sentences = [
    raters.length > 0
      ? `Raters read something else: ${raters.join(', ')}.`
      : 'Raters read the same words, and a new version is a new rater all the same.',
    ...(numbers.length > 0 ? [`The same verdict counts differently: ${numbers.join(', ')}.`] : []),
    'Rates before and after are not one series: compare them only where both versions rated the same conversations.',
  ];
  return sentences.join(' ');
}

function fieldsOf({ rubric, frame }: Side): Fields {
  const fields = new Map<string, { effect: FieldEffect; text: string }>();
  const put = (effect: FieldEffect, field: string, text: string) => fields.set(field, { effect, text });
  put('raters', 'frame', rubric.frame);
  put('raters', `the text of the frame`, frame.text.trim());
  put('raters', 'scope', rubric.scope);
  put('numbers', 'better', rubric.better);
  put('raters', 'question', rubric.question);
  put('raters', 'the order of choices', Object.keys(rubric.choices).join(', '));
  for (const [name, { score, means }] of Object.entries(rubric.choices)) {
    put('numbers', `choices.${name}.score`, score === null ? 'none' : String(score));
    put('raters', `choices.${name}.means`, means);
  }
  // Shown to raters beside the choices, and what a rate is the rate of.
  put('raters', 'counts_as_harm', rubric.counts_as_harm.join(', '));
  put('raters', 'not_this', rubric.not_this.join('\n'));
  put('raters', 'evidence', rubric.evidence);
  put('raters', 'languages', rubric.languages);
  put('raters', 'parameters', rubric.parameters.join(', '));
  put('records', 'response', rubric.response);
  put('records', 'severity', String(rubric.severity));
  put('records', 'owner', rubric.owner);
  put('records', 'written_by', rubric.written_by);
  put('records', 'literature', rubric.literature.join('\n'));
  return fields;
}
