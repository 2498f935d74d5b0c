import { expect, test } from 'vitest';
import { consentAllows } from '../../../src/2-sample/consent.ts';

const lax = { requireConsent: false, excludedProducts: ['kids'] };
const strict = { requireConsent: true, excludedProducts: ['kids'] };

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
  const decision = consentAllows({ consent, product } as Parameters<typeof consentAllows>[0], rules);
  expect(decision).toEqual(expected === true ? { allowed: true } : { allowed: false, reason: expected });
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
