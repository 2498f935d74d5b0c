import { describe, expect, test } from 'vitest';
import { recogniseAges } from '../../../../../src/2-sample/redaction/recognisers/age.ts';
import { recogniseCardLines } from '../../../../../src/2-sample/redaction/recognisers/card-lines.ts';
import { recogniseDates } from '../../../../../src/2-sample/redaction/recognisers/date.ts';
import { recogniseNationalities } from '../../../../../src/2-sample/redaction/recognisers/nationality.ts';
import { recogniseNumbers } from '../../../../../src/2-sample/redaction/recognisers/number.ts';
import { recogniseNumberedStreets } from '../../../../../src/2-sample/redaction/recognisers/numbered-street.ts';
import { recogniseOrganisations } from '../../../../../src/2-sample/redaction/recognisers/organisation.ts';
import { recogniseProperNouns } from '../../../../../src/2-sample/redaction/recognisers/proper-noun.ts';
import type { Span } from '../../../../../src/2-sample/redaction/recognisers/span.ts';
import { recogniseTitles } from '../../../../../src/2-sample/redaction/recognisers/title.ts';
import { mergeSpans } from '../../../../../src/2-sample/redaction/spans.ts';

type Recognise = (text: string) => Span[];
const found = (recognise: Recognise, text: string): string[] =>
  mergeSpans(recognise(text)).map(({ start, end }) => text.slice(start, end));

/** Texts with «what must be found» marked. Every text is invented. */
const cases: readonly (readonly [string, Recognise, readonly string[]])[] = [
  [
    'proper noun',
    recogniseProperNouns,
    [
      'yesterday «Velmunda» called about the lease',
      'we asked «Tarquo Brindellis» to come',
      '«Velmunda» said it was fine',
      'the «Orrinwald» people know it',
      'I saw «McTarvish» there',
      'We use Python and PyTorch with the HTTP API.',
      'Step one: Preparation. Photosynthesis is a process.',
      'The Quorvex protocol uses a quorvex table.',
      'Ich habe das Zwischenlager und den Kellerraum gesehen, aber nicht die Treppe.',
      '# Advanced Techniques\n- Mindfulness\n- Journaling',
    ],
  ],
  [
    'organisation',
    recogniseOrganisations,
    [
      'I work for «Harvest Moon Partners» now',
      'billed by «Brindell & Sons Ltd» twice',
      'at «48 Lanterns Inc» they said',
      'the firm «Orrin, Velm and Tarquo» closed',
      'the «Brindellis» office is shut',
      '«Silver Thread» is a design agency in town',
      'trabajo en «Seguros Almendro» hoy',
      'arbeite bei «Maschinenbau Tarquo GmbH»',
      'written by i think «tarquo supplies inc.»',
      'apples, pears and plums',
      'a group of partners',
      'Solutions: try again.',
      'Navigation Apps Work in Airplane Mode',
      'Entrepreneurship provides a living.',
    ],
  ],
  [
    'title',
    recogniseTitles,
    [
      'ask «Mrs.» Tarquo',
      'with «ms.» tarquo',
      '«Dr» Velm said',
      'I work as a «leasing consultant» there',
      "she's a «night nurse» at home",
      'Ina Velm, the «packager», said so',
      'Ina Velm, «Head of Sales Operations Manager» at home',
      'ich bin «Lehrerin» hier',
      'the doctor will see you',
      'I am afraid of the dentist',
      'I miss teachers',
      'After an accident, the doctors would help',
      'In this Model, the server decides',
    ],
  ],
  [
    'age',
    recogniseAges,
    [
      "I'm «31», married",
      'she is «31» years old',
      'a «31»-year-old man',
      'just turned «47»',
      'when he was «8» and small',
      'age: «62»',
      '(«34»F) here',
      'Ina Velm, «34», said',
      'tengo «34» años',
      "j'ai «34» ans",
      'ich bin «34» Jahre alt',
      'tenho «34» anos',
      'ho «34» anni',
      'ik ben «34» jaar',
      'I am 5 minutes late, 31 % of it',
      'it took 31 years',
      'turn 90 degrees',
      'I have 3 children',
    ],
  ],
  [
    'nationality',
    recogniseNationalities,
    [
      'a nice «Croatian» place',
      'I am «cambodian» by birth',
      'the «Peruvians» came',
      'I was raised «Catholic»',
      "I'm a devout «Muslim»",
      'an «English» teacher',
      'translate it into French please',
      'the German language',
      'Christian values, the Catholic church',
      'the liberal arts',
    ],
  ],
  [
    'date',
    recogniseDates,
    [
      'on «March 3, 2021» we',
      'on «12-Jan-2020»',
      '«2020-01-01T00:00:00Z»',
      'am «3. März 2020»',
      'el «5 de mayo de 2018»',
      'le «1er mars 2019»',
      'op «3 mei 2024»',
      'il «14 giugno 2024»',
      'founded in «1977»',
      'a «2017» film',
      'from «1987» to «1990»',
      'at «23:08:55»',
      'in «June 2020» it',
      'version 2.4.2019.1 of 2000 items',
      'it cost 1999 dollars',
      'you may 3 times',
      'in 2000 steps, pages 1990-1995',
      '[02:14:43] started',
    ],
  ],
  [
    'number',
    recogniseNumbers,
    [
      'account «884712230» is closed',
      'order no. «48213» is late',
      'Kundennummer: «771230»',
      'numéro de commande «550123»',
      'ticket «AB-48213-7» open',
      'tracking «99887766554433»',
      'it cost 1200000 dollars, or 3000000',
      'it has 48213 rows',
      'between 1990-1995 in 2024',
      'about 3.14159265',
      'binary 1010101010',
    ],
  ],
  [
    'numbered street',
    recogniseNumberedStreets,
    [
      'send it to «Wiesentaler 14» please',
      'come to «214 Brindaki Velmou» today',
      'at «Tarquo Velm utca 3» there',
      'I have 14 Questions about it',
      'Windows 10 and Chapter 3',
      'it rained 3 times',
    ],
  ],
  [
    'card lines',
    recogniseCardLines,
    [
      '«Velmunda Tarquo»\n«Leasing consultant»\n«Silver Thread»\n«48 Wiesentaler»\nMobile: 1',
      'Some text.\n\nFirst line here\nSecond line there',
      '- Preparation\n- Practice\n- Rest',
    ],
  ],
];

describe.each(cases)('%s', (_, recognise, texts) => {
  test.each(texts)('%s', (marked) => {
    const expected = [...marked.matchAll(/«([^»]*)»/g)].map((match) => match[1]);
    expect(found(recognise, marked.replace(/[«»]/g, ''))).toEqual(expected);
  });
});
