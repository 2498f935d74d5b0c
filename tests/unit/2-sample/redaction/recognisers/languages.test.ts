import { describe, expect, test } from 'vitest';
import { createRedactor } from '../../../../../src/2-sample/redaction/redact.ts';

const redactor = createRedactor();
const redact = (content: string): string => redactor.redactTurns([{ role: 'user', content }], { user: 'acct-55120' })[0]!.content;

/** In each language: who, where, how to reach them, born when, with which papers, and an appointment. Invented. */
const letters: readonly (readonly [string, string, string])[] = [
  [
    'Spanish',
    'Hola, me llamo Jimena Urrutia y vivo en la Calle del Olivar 14, 28012 Madrid. Mi teléfono es 612 345 678 y nací el 5 de mayo de 1990. Mi DNI es 12345678Z. La cita es el 14 de junio de 2024.',
    'Hola, me llamo [NAME_1] y vivo en la [LOCATION_1]. Mi teléfono es [PHONE_1] y nací el [DATE_OF_BIRTH_1]. Mi DNI es [GOVERNMENT_ID_1]. La cita es el [DATE_1].',
  ],
  [
    'French',
    "Bonjour, je m'appelle Éloïse Carpentier, j'habite 8 rue des Tanneurs, 69002 Lyon. Mon numéro de sécurité sociale est 2 90 05 69 123 456 78. Tél: 06 12 34 56 78. Rendez-vous le 3 mars 2024.",
    "Bonjour, je m'appelle [NAME_1], j'habite [LOCATION_1]. Mon numéro de sécurité sociale est [GOVERNMENT_ID_1]. Tél: [PHONE_1]. Rendez-vous le [DATE_1].",
  ],
  [
    'German',
    'Guten Tag, ich heiße Wiebke Tönnies und wohne in der Lindenstraße 14, 20095 Hamburg. Meine Telefonnummer ist 0151 23456789, geboren am 3. März 1985. Das Haus hat einen Garten und die Kinder spielen gern Fußball.',
    'Guten Tag, ich heiße [NAME_1] und wohne in der [LOCATION_1]. Meine Telefonnummer ist [PHONE_1], geboren am [DATE_OF_BIRTH_1]. Das Haus hat einen Garten und die Kinder spielen gern Fußball.',
  ],
  [
    'Portuguese',
    'Olá, meu nome é Iracema Bragança, moro na Rua das Flores 22, Porto. O meu telefone é 912 345 678. O meu NIF é 123456789. Nasci em 12 de outubro de 1979.',
    'Olá, meu nome é [NAME_1], moro na [LOCATION_1]. O meu telefone é [PHONE_1]. O meu NIF é [GOVERNMENT_ID_1]. Nasci em [DATE_OF_BIRTH_1].',
  ],
  [
    'Italian',
    'Ciao, mi chiamo Ludovica Brambilla e abito in Via Garibaldi 7, 20121 Milano. Codice fiscale BRMLVC85A41F205X. Ci vediamo il 14 giugno 2024. Il mio cellulare è 347 1234567',
    'Ciao, mi chiamo [NAME_1] e abito in [LOCATION_1]. Codice fiscale [GOVERNMENT_ID_1]. Ci vediamo il [DATE_1]. Il mio cellulare è [PHONE_1]',
  ],
  [
    'Dutch',
    'Hallo, ik heet Femke Dijkgraaf en woon op de Prinsengracht 263, 1016 GV Amsterdam. Mijn BSN is 123456782. Bel me op 06-12345678. Afspraak op 3 mei 2024.',
    'Hallo, ik heet [NAME_1] en woon op de [LOCATION_1]. Mijn BSN is [GOVERNMENT_ID_1]. Bel me op [PHONE_1]. Afspraak op [DATE_1].',
  ],
];

describe('a letter', () => {
  test.each(letters)('in %s loses who wrote it, and little else', (_, letter, redacted) => {
    expect(redact(letter)).toBe(redacted);
  });
});

test.each([
  'Das Auto und die Straße sind schön, der Hund bellt und ich habe Hunger auf Kartoffeln.',
  'La vie est belle et les oiseaux chantent dans le jardin, mais je ne sais pas pourquoi.',
  'El tiempo es bueno y los niños juegan en la plaza, pero no sé por qué están tristes.',
  'Il tempo è bello e i bambini giocano nel giardino, ma non so perché.',
  'O tempo está bom e as crianças brincam no jardim, mas não sei porquê.',
  'Het weer is mooi en de kinderen spelen in de tuin, maar ik weet niet waarom.',
])('an ordinary sentence passes: %s', (sentence) => expect(redact(sentence)).toBe(sentence));
