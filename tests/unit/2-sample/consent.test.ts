import { expect, test } from 'vitest';
import { type ConsentFields, type ConsentRules, consentAllows } from '../../../src/2-sample/consent.ts';

const none = { requireConsent: false, excludedProducts: [], excludedTenants: [], excludedRegions: [], excludeMinors: false };
const lax: ConsentRules = { ...none, excludedProducts: ['kids'] };
const strict: ConsentRules = { ...lax, requireConsent: true };

test.each([
  ['granted', 'app', lax, true],
  ['granted', 'app', strict, true],
  [undefined, 'app', lax, true],
  [undefined, undefined, lax, true],
  [undefined, 'app', strict, 'absent'],
  ['denied', 'app', lax, 'denied'],
  ['denied', 'app', strict, 'denied'],
  ['denied', 'kids', lax, 'denied'],
  ['granted', 'kids', lax, 'excluded_product'],
  ['granted', 'kids', strict, 'excluded_product'],
] as const)('consent %s on product %s under %j: %s', (consent, product, rules, expected) => {
  expect(consentAllows({ consent, product }, rules)).toEqual(
    expected === true ? { allowed: true } : { allowed: false, reason: expected },
  );
});

const reasonFor = (conversation: ConsentFields, rules: Partial<ConsentRules>) => {
  const decision = consentAllows(conversation, { ...none, ...rules });
  return decision.allowed ? null : decision.reason;
};

test.each([
  [{ tenant: 'acme' }, { excludedTenants: ['acme'] }, 'excluded_tenant'],
  [{ tenant: 'Acme' }, { excludedTenants: ['acme'] }, null],
  [{}, { excludedTenants: ['acme'] }, null],
  [{ minor: true }, { excludeMinors: true }, 'minor'],
  [{ minor: true }, { excludeMinors: false }, null],
  [{ minor: false }, { excludeMinors: true }, null],
  [{}, { excludeMinors: true }, null],
  [{ minor: true, consent: 'granted' as const }, { excludeMinors: true }, 'minor'],
  [{ minor: true, consent: 'denied' as const }, { excludeMinors: true }, 'denied'],
  [{ region: 'US' }, { excludedRegions: ['US'] }, 'excluded_region'],
  [{ region: 'US-CA' }, { excludedRegions: ['US'] }, 'excluded_region'],
  [{ region: 'us-ca' }, { excludedRegions: ['US'] }, 'excluded_region'],
  [{ region: 'US-CA' }, { excludedRegions: ['us-ca'] }, 'excluded_region'],
  [{ region: 'US-CA' }, { excludedRegions: ['DE', 'us'] }, 'excluded_region'],
  [{ region: 'US-CAL' }, { excludedRegions: ['US-CA'] }, null],
  [{ region: 'US' }, { excludedRegions: ['US-CA'] }, null],
  [{ region: 'DE' }, { excludedRegions: ['US'] }, null],
  [{}, { excludedRegions: ['US'] }, null],
])('%j under %j: %s', (conversation, rules, reason) => {
  expect(reasonFor(conversation, rules)).toBe(reason);
});

test('the decision does not look at the turns', () => {
  const conversation = {
    consent: 'granted' as const,
    product: 'app',
    get turns(): never {
      throw new Error('read');
    },
  };
  expect(consentAllows(conversation, strict)).toEqual({ allowed: true });
});
