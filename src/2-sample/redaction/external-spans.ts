import type { FoundEntity } from '../../domain/entity-finder.ts';
import type { Span, SpanType } from './recognisers/span.ts';

/** Presidio's names for what we name otherwise. */
const types: Readonly<Record<string, SpanType>> = {
  PERSON: 'NAME',
  LOCATION: 'LOCATION',
  ADDRESS: 'LOCATION',
  GPE: 'LOCATION',
  ZIP_CODE: 'LOCATION',
  ORGANIZATION: 'ORGANISATION',
  PHONE_NUMBER: 'PHONE',
  EMAIL_ADDRESS: 'EMAIL',
  CREDIT_CARD: 'CARD',
  IBAN_CODE: 'IBAN',
  IP_ADDRESS: 'IP',
  MAC_ADDRESS: 'IP',
  URL: 'URL',
  DOMAIN_NAME: 'URL',
  NRP: 'NATIONALITY',
  AGE: 'AGE',
  TITLE: 'TITLE',
};

/** Ours alone, because we move dates, and the service takes "yesterday" for one. */
const ours = 'DATE_TIME';

/**
 * What a service found, in our words. A national id (`US_SSN`, `UK_NHS`) is known by its country; what we have no word for is
 * taken for a secret, so that a recogniser somebody adds there needs nothing here.
 */
export function toSpans(found: readonly FoundEntity[]): Span[] {
  return found
    .filter(({ entity }) => entity !== ours)
    .map(({ start, end, entity }) => ({
      start,
      end,
      type: types[entity] ?? (/^[A-Z]{2}_/.test(entity) ? 'GOVERNMENT_ID' : 'SECRET'),
    }));
}
