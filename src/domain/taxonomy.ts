import { z } from 'zod';
import { DimensionGroup } from './pool.ts';

/** `rubrics/taxonomy.yaml`: every dimension there is, in its group, and what its rubric must rate. */
export const Taxonomy = z.strictObject({
  groups: z.record(
    DimensionGroup,
    z.strictObject({
      title: z.string().min(1),
      about: z.string().min(1),
      scope: z.enum(['conversation', 'trajectory']),
      dimensions: z.record(z.string().regex(/^[a-z_]+$/, 'must be snake_case'), z.string().min(1)),
    }),
  ),
});
export type Taxonomy = z.infer<typeof Taxonomy>;

/** Every dimension of a taxonomy in the order of its file, with the scope it is rated in. */
export function dimensionsOf({ groups }: Taxonomy): { readonly dimension: string; readonly scope: string }[] {
  return Object.entries(groups).flatMap(([group, { scope, dimensions }]) =>
    Object.keys(dimensions).map((name) => ({ dimension: `${group}.${name}`, scope })),
  );
}
