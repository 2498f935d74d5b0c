import { expect, it } from 'vitest';
import { toSpans } from '../../../../src/2-sample/redaction/external-spans.ts';

it.each([
  ['PERSON', 'NAME'],
  ['GPE', 'LOCATION'],
  ['US_SSN', 'GOVERNMENT_ID'],
  ['UK_NHS', 'GOVERNMENT_ID'],
  ['LOYALTY_NUMBER', 'SECRET'],
])('what a service calls %s we call %s', (entity, type) => {
  expect(toSpans([{ start: 2, end: 9, entity }])).toEqual([{ start: 2, end: 9, type }]);
});

it('dates are left to us, who move them', () => {
  expect(toSpans([{ start: 2, end: 9, entity: 'DATE_TIME' }])).toEqual([]);
});
