import type { Rubric } from '../../domain/rubric.ts';

type Named = Pick<Rubric, 'dimension' | 'version'>;

/** Where a rubric stands in the rubrics folder: `concrete/flattery/v1.yaml`. */
export function rubricPathOf(rubric: Named): string {
  return `${stemOf(rubric)}.yaml`;
}

/** Where its gold cases stand: `concrete/flattery/v1.gold.jsonl`. */
export function goldPathOf(rubric: Named): string {
  return `${stemOf(rubric)}.gold.jsonl`;
}

/** Where a frame stands: `frames/conversation.v1.md`. */
export function framePathOf(name: string): string {
  return `frames/${name}.md`;
}

function stemOf({ dimension, version }: Named): string {
  const [group, name] = dimension.split('.');
  return `${group}/${name?.replaceAll('_', '-')}/v${version}`;
}
