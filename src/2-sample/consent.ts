export type ConsentRules = {
  /** Whether silence means no. */
  readonly requireConsent: boolean;
  /** Products whose conversations are never sampled, such as a service for children. */
  readonly excludedProducts: readonly string[];
  /** Customers who have agreed with us that nobody samples theirs. */
  readonly excludedTenants: readonly string[];
  /** ISO 3166-1 or 3166-2 codes: a country stands for all its parts. */
  readonly excludedRegions: readonly string[];
  readonly excludeMinors: boolean;
};

/** What the producer says about a conversation that bears on whether it may be sampled. Text is not among it. */
export type ConsentFields = {
  readonly consent?: 'granted' | 'denied' | undefined;
  readonly product?: string | undefined;
  readonly tenant?: string | undefined;
  /** ISO 3166-1 or 3166-2, such as `DE` or `US-CA`. */
  readonly region?: string | undefined;
  readonly minor?: boolean | undefined;
};

export type ConsentRefusal = 'denied' | 'absent' | 'excluded_product' | 'excluded_tenant' | 'excluded_region' | 'minor';
export type ConsentDecision = { readonly allowed: true } | { readonly allowed: false; readonly reason: ConsentRefusal };

const allowed: ConsentDecision = { allowed: true };

/**
 * Whether a conversation may be sampled at all. A person's no comes before every rule of ours, and a rule that leaves
 * conversations out before a consent that is missing.
 * The parameter's type leaves the turns out: whether we may read cannot depend on what was said.
 */
export function consentAllows(conversation: ConsentFields, rules: ConsentRules): ConsentDecision {
  const reason = refusal(conversation, rules);
  return reason === null ? allowed : { allowed: false, reason };
}

function refusal({ consent, product, tenant, region, minor }: ConsentFields, rules: ConsentRules): ConsentRefusal | null {
  if (consent === 'denied') return 'denied';
  if (minor === true && rules.excludeMinors) return 'minor';
  if (product !== undefined && rules.excludedProducts.includes(product)) return 'excluded_product';
  if (tenant !== undefined && rules.excludedTenants.includes(tenant)) return 'excluded_tenant';
  if (region !== undefined && rules.excludedRegions.some((excluded) => liesIn(region, excluded))) return 'excluded_region';
  if (rules.requireConsent && consent !== 'granted') return 'absent';
  return null;
}

/** `US-CA` lies in `US` and in `us-ca`; `USX` does not lie in `US`. */
function liesIn(region: string, excluded: string): boolean {
  // Spares the edge two new strings for most conversations.
  if (region.length < excluded.length) return false;
  const place = region.toUpperCase();
  const whole = excluded.toUpperCase();
  return place === whole || place.startsWith(`${whole}-`);
}
