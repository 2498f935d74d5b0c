import { z } from 'zod';

/** The groups of the taxonomy. */
export const DimensionGroup = z.enum(['acute', 'concrete', 'abstract', 'protective']);
export type DimensionGroup = z.infer<typeof DimensionGroup>;

/**
 * People who label samples as one kind of rater. Pools are named because they differ: what experts call harm and a community
 * does not (or the other way round) is kept and shown, never averaged away.
 */
export const Pool = z
  .strictObject({
    kind: z.enum(['experts', 'community']),
    about: z.string().min(1),
    /** The role that recruits, trains and answers for the pool. */
    in_charge: z.string().min(1),
    /** Groups of the taxonomy whose dimensions they label. */
    labels: z.array(DimensionGroup).min(1, 'needs at least one group'),
    /** BCP 47: what its people read as a first language. A community panel has one; experts may leave it out. */
    languages: z.array(z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a BCP 47 tag such as de')).optional(),
  })
  .refine(({ kind, languages = [] }) => kind === 'experts' || languages.length > 0, {
    path: ['languages'],
    error: 'a community panel must say which languages its people speak',
  });
export type Pool = z.infer<typeof Pool>;

/** `rubrics/pools.yaml`: the pools by name. */
export const Pools = z.strictObject({
  pools: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be kebab-case'), Pool),
});
export type Pools = z.infer<typeof Pools>;
