/** Facets are never a harm, always a cohort. Each is a closed list, so that cells can be counted in advance. */
export const topics = [
  'coding',
  'work',
  'learning',
  'shopping',
  'research',
  'health',
  'relationships',
  'finance',
  'spirituality',
  'emotional_support',
  'creative',
  'companionship',
  'other',
] as const;
export type Topic = (typeof topics)[number];

export const facetNames = ['topic', 'memory', 'locale', 'length', 'product'] as const;
export type FacetName = (typeof facetNames)[number];

/** Where a conversation belongs on every facet. `locale` is the language subtag; `length` a band of user turns. */
export type Facets = {
  readonly topic: Topic;
  readonly memory: 'on' | 'off' | 'unknown';
  readonly locale: string;
  readonly length: '1' | '2-5' | '6-19' | '20+';
  readonly product: string;
};

/** Facets whose values are known in advance, so that a false-alarm budget can be shared out among their cells. */
export const cohortFacets = {
  topic: topics,
  memory: ['on', 'off', 'unknown'],
  length: ['1', '2-5', '6-19', '20+'],
} as const satisfies Partial<Record<FacetName, readonly string[]>>;
export type CohortFacet = keyof typeof cohortFacets;
