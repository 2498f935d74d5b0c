import type { Conversation } from '../domain/conversation.ts';

export type ConsentRules = {
  /** Whether silence means no. */
  readonly requireConsent: boolean;
  /** Products whose conversations are never sampled, such as a service for children. */
  readonly excludedProducts: readonly string[];
};

export type ConsentDecision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reason: 'denied' | 'absent' | 'excluded_product' };

/**
 * Whether a conversation may be sampled at all. A person's no comes before every rule of ours.
 * The parameter's type leaves the turns out: whether we may read cannot depend on what was said.
 */
export function consentAllows(conversation: Pick<Conversation, 'consent' | 'product'>, rules: ConsentRules): ConsentDecision {
  if (conversation.consent === 'denied') return { allowed: false, reason: 'denied' };
  if (conversation.product !== undefined && rules.excludedProducts.includes(conversation.product)) {
    return { allowed: false, reason: 'excluded_product' };
  }
  if (rules.requireConsent && conversation.consent !== 'granted') return { allowed: false, reason: 'absent' };
  return { allowed: true };
}
