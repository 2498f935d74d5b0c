import { describe, expect, test } from 'vitest';
import { passesLuhn, recogniseCards } from '../../../../../src/2-sample/redaction/recognisers/card.ts';
import { recogniseBirthDates } from '../../../../../src/2-sample/redaction/recognisers/date-of-birth.ts';
import { recogniseEmails } from '../../../../../src/2-sample/redaction/recognisers/email.ts';
import { recogniseGovernmentIds } from '../../../../../src/2-sample/redaction/recognisers/government-id.ts';
import { recogniseHandles } from '../../../../../src/2-sample/redaction/recognisers/handle.ts';
import { recogniseIbans } from '../../../../../src/2-sample/redaction/recognisers/iban.ts';
import { recogniseIps } from '../../../../../src/2-sample/redaction/recognisers/ip.ts';
import { recogniseLocations } from '../../../../../src/2-sample/redaction/recognisers/location.ts';
import { recogniseNames } from '../../../../../src/2-sample/redaction/recognisers/name.ts';
import { recognisePhones } from '../../../../../src/2-sample/redaction/recognisers/phone.ts';
import { recogniseSecrets } from '../../../../../src/2-sample/redaction/recognisers/secret.ts';
import type { Span } from '../../../../../src/2-sample/redaction/recognisers/span.ts';
import { recogniseUrls } from '../../../../../src/2-sample/redaction/recognisers/url.ts';
import { mergeSpans } from '../../../../../src/2-sample/redaction/spans.ts';

type Recognise = (text: string) => Span[];
/** What a recogniser takes out of a text, in order. */
const found = (recognise: Recognise, text: string): string[] =>
  mergeSpans(recognise(text)).map(({ start, end }) => text.slice(start, end));

/** Texts with «what must be found» marked. Every text is invented. */
const cases: readonly (readonly [string, Recognise, readonly string[]])[] = [
  [
    'email',
    recogniseEmails,
    [
      'to «o.brannigan+x@mail.fern.co.uk», thanks',
      'write «orla (at) fern.org»',
      'reach «orla dot b at fern dot org»',
      'see @orla and a@b',
      'meet at noon',
    ],
  ],
  [
    'url',
    recogniseUrls,
    [
      'at «https://fern.org/a?b=c».',
      '(«http://fern.org/x»)',
      'open «www.fernhollow.org/me»',
      'db «postgres://orla:pw@db:5432/x»',
      'profile «linkedin.com/in/orla-b»',
      'edit src/main.ts and a/b',
      'clone «git@fern.org:orla/notes.git»',
      'e.g. this or that',
    ],
  ],
  [
    'phone',
    recognisePhones,
    [
      'call «+1 415 555 0142» now',
      '«+49 30 901820»',
      '«415-555-0142 x12»',
      '«(020) 7946 0018»',
      '«07700 900321»',
      '«01.99.00.12.34» is mine',
      'phone: «555 0142»',
      'order 1714060800 of 2025-04-25',
      'from 1990-1995, 12.5% of 1,000,000',
      'pi is 3.14159265',
      'rows 100 200 300',
    ],
  ],
  [
    'card',
    recogniseCards,
    [
      'card «4539-1488-0343-6467»',
      '«4539148803436467»',
      '«378282246310005»',
      'card number «4539148803436468» mistyped',
      'id 4539148803436468 is an order',
      '1234567890',
    ],
  ],
  [
    'iban',
    recogniseIbans,
    [
      'to «GB33 BUKB 2020 1555 5555 55» please',
      '«DE89370400440532013000»',
      'my iban «GB00BUKB20201555555555» mistyped',
      'part GB33 of the code',
      'XX12345678901234',
    ],
  ],
  [
    'ip',
    recogniseIps,
    [
      'from «203.0.113.9»',
      'host «2001:db8:85a3::8a2e:370:7334»',
      'ping 127.0.0.1',
      'version 1.2.3.4',
      'v1.2.3.4',
      '999.1.1.1',
      'std::vector at 10:20:30',
      '1.2.3.4.5',
    ],
  ],
  [
    'secret',
    recogniseSecrets,
    [
      'key «sk-proj-abcdEFGH1234567890abcd»',
      '«AKIAIOSFODNN7EXAMPLE»',
      '«xoxb-123456789012-abcdefABCDEF»',
      'jwt «eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-def»',
      'PASSWORD="«hunter2!x»"',
      'my wifi password is «correcthorse»',
      'api_key: «9f8e7d6c5b4a»',
      'my pin is «4821»',
      'the password is wrong',
      'password: string',
      'const token = getToken()',
      'a secret is hard to keep',
      'id «q7Rk2ZpW9xLt4VbN8sYd3HmC» ended',
      'see build-2-step-1-of-3-and-4-more-words',
      'const apiKey = "«zXc9vBn7mK»"',
      'mi contraseña es «Gir4sol!22»',
      'das Passwort ist «Regen8ogen!»',
      'mon mot de passe : «Tournes0l#7»',
    ],
  ],
  [
    'private key',
    recogniseSecrets,
    [
      'x «-----BEGIN RSA PRIVATE KEY-----\nMIIB\nAAAA\n-----END RSA PRIVATE KEY-----» y',
      '«-----BEGIN PRIVATE KEY-----\nMIIB cut off»',
    ],
  ],
  [
    'government id',
    recogniseGovernmentIds,
    [
      'ssn «219-09-9999»',
      'NI «QQ 12 34 56 C»'.replace('QQ', 'AB'),
      'cpf «123.456.789-09»',
      'passport number «X1234567»',
      "driver's license «D1234-5678»",
      'aadhaar «2345 6789 0123»',
      'call 555-0142',
      'in 2024 there were 1,234 cases',
      'DNI «12345678Z»',
      'sécurité sociale «2 90 05 69 123 456 78»',
      'AHV «756.1234.5678.97»',
      'codice fiscale «BRMLVC85A41F205X»',
      'personnummer «850312-2389»',
      'NIF «123456789»',
      'Personalausweis «L01X00T47»',
    ],
  ],
  [
    'date of birth',
    recogniseBirthDates,
    [
      'born «03/09/1987»',
      'DOB: «1987-09-03»',
      'my birthday is «September 3, 1987»',
      'she was born on the «3rd of March 1990»',
      'born on «Monday, 5 May 1980»',
      'nací el «5 de mayo de 1990»',
      'née le «3 mars 1985»',
      'geboren am «3. März 1985»',
      'born in «1987» abroad',
      'the war ended in 1945',
      'due 03/09/2025',
    ],
  ],
  [
    'handle',
    recogniseHandles,
    [
      'my username is «fern_orla88»',
      'follow me «@orla.fern»',
      'ask «fern_orla88»'.replace('ask ', 'ask u/'),
      'in /Users/«orla»/x',
      'the @property decorator',
      'username is required',
    ],
  ],
  [
    'location',
    recogniseLocations,
    [
      'at «48 Larkspur Lane»',
      '«48 Larkspur Lane, Springfield, IL 62704». Then',
      'I live in «Quimperlé» now',
      'in «Beethovenstraße 12, 53115 Bonn»',
      'at «12 rue des Lilas»'.replace('rue', 'Rue'),
      'my zip code is «62704»',
      'postcode «SW1A 1AA»',
      '«P.O. Box 482»',
      'we fly to «Reykjavik»',
      '«40.71280, -74.00600»',
      'I have 3 Good Ideas',
      'turkey and chili for dinner',
      'on 5 May 2020',
    ],
  ],
];

describe.each(cases)('%s', (_, recognise, texts) => {
  test.each(texts)('%s', (marked) => {
    const expected = [...marked.matchAll(/«([^»]*)»/g)].map((match) => match[1]);
    expect(found(recognise, marked.replace(/[«»]/g, ''))).toEqual(expected);
  });
});

describe('name', () => {
  test.each([
    'My name is «Brisa Okunlola».',
    'my name is «brisa» and i am tired',
    'I told «Siobhan» about it',
    'thanks, said «Mrs. Vandermolen»'.replace('«Mrs. ', 'Mrs. «'),
    'Dear «Tobias»,',
    'Best regards,\n«Ines Calloway»',
    'my sister «Quenby» left',
    'ask «Priya Ramanathan» or «Kwame»',
    'by «Håkon Ødegård»',
    'meet «Hanne I. Kreutz» there',
    'Then «Will Thompson» came',
    'Name: «Orrin Blyth»\nAge: 40',
    "«Fatima»'s idea",
    'i love «rebecca» so much',
  ])('%s', (marked) => {
    const expected = [...marked.matchAll(/«([^»]*)»/g)].map((match) => match[1]);
    expect(found(recogniseNames, marked.replace(/[«»]/g, ''))).toEqual(expected);
  });
  test.each([
    'Will you mark the grace period in May?',
    'Hope this helps! Rose bushes bloom in June.',
    'Thanks, that was great. Hello there! Hi everyone,',
    'I am Canadian and I like Python.',
    'My boss said no. My mom is here.',
    'The RAM and the ART of war. Season of mists.',
    'Dr. who? Is there a doctor?',
    'Lesson one: reason and comparison.',
  ])('nobody is named in: %s', (text) => expect(found(recogniseNames, text)).toEqual([]));
});

test.each([
  ['4539148803436467', true],
  ['4539148803436468', false],
  ['79927398713', true],
  ['79927398710', false],
])('the Luhn check of %s is %s', (digits, valid) => expect(passesLuhn(digits)).toBe(valid));
