import { z } from 'zod';

/** A leaf of the taxonomy: `<group>.<name>`. */
export const DimensionId = z
  .string()
  .regex(/^(acute|concrete|abstract|protective)\.[a-z_]+$/, 'must be <acute|concrete|abstract|protective>.<name>');
export type DimensionId = z.infer<typeof DimensionId>;
