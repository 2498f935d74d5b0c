import type { Rubric } from '../../domain/rubric.ts';

/** Makes a thing once for each list of rubrics, told apart by their identity and order: thousands of requests ask the same. */
export function byRubrics<Made>(make: (rubrics: readonly Rubric[]) => Made): (rubrics: readonly Rubric[]) => Made {
  const ids = new WeakMap<Rubric, number>();
  const known = new Map<string, Made>();
  let nextId = 0;
  const idOf = (rubric: Rubric): number => {
    const id = ids.get(rubric) ?? nextId++;
    ids.set(rubric, id);
    return id;
  };
  return (rubrics) => {
    const key = rubrics.map(idOf).join(',');
    const made = known.get(key) ?? make(rubrics);
    known.set(key, made);
    return made;
  };
}
