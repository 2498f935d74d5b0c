import type { DimensionId } from './dimension.ts';

/** A facet value, or everybody. */
export type Cohort = { readonly facet: string; readonly value: string };
export const everybody: Cohort = { facet: 'all', value: 'all' };

/** version x dimension x cohort. */
export type Cell = { readonly version: string; readonly dimension: DimensionId; readonly cohort: Cohort };
