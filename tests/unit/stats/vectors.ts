import { readFileSync } from 'node:fs';

/** Numbers computed by other people's software; `source` says which. `tol` is absolute. */
type Vector = {
  readonly id: string;
  readonly input: unknown;
  readonly expected: unknown;
  readonly source: string;
  readonly tol: number;
};

const vectors: readonly Vector[] = JSON.parse(readFileSync(new URL('./vectors.json', import.meta.url), 'utf8'));

/** The vector of that id; the caller says the shapes, which are those of vectors.json. */
export function vector<Input, Expected>(id: string): { input: Input; expected: Expected; tol: number } {
  const found = vectors.find((v) => v.id === id);
  if (found === undefined) throw new Error(`no vector ${id}`);
  return { input: found.input as Input, expected: found.expected as Expected, tol: found.tol };
}
