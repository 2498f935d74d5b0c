import { expect, it } from 'vitest';
import { formatShare } from '../../../src/domain/format-share.ts';

it.each([
  [0, '0.0 %'],
  [0.0004, '0.04 %'],
  [0.00002, '0.002 %'],
  [0.0234, '2.3 %'],
  [0.0999, '10 %'],
  [0.1, '10 %'],
  [0.481, '48 %'],
  [1, '100 %'],
])('%d is %s', (share, text) => {
  expect(formatShare(share)).toBe(text);
});
