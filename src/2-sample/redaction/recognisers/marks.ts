import { monthNames } from './calendar.ts';
import { givenNamesInSmallLetters } from './gazetteer/given-names.ts';
import { beliefs, nationalities } from './gazetteer/nationalities.ts';
import { honorifics, occupations } from './gazetteer/occupations.ts';
import { placeFirstWords } from './gazetteer/places.ts';
import { hashOf, MAX_HASH, type Word, type Words } from './words.ts';

/** The indices of the words of a text that some list holds, by the list; looked up together, because looking up is most of the work. */
export type Marks = {
  /** Given names that are no other word, even in small letters. */
  readonly names: readonly number[];
  readonly peoples: readonly number[];
  /** Words that a place may begin with. */
  readonly places: readonly number[];
  readonly months: readonly number[];
  /** What people do for a living, and forms of address. */
  readonly trades: readonly number[];
  /** Kinds of streets and parts of houses. */
  readonly streets: readonly number[];
  /** What stands before a password or a key. */
  readonly secrets: readonly number[];
  /** What announces a name, a birth date, a document, an account or a code, in the languages of those recognisers. */
  readonly introductions: readonly number[];
  readonly births: readonly number[];
  readonly documents: readonly number[];
  readonly accounts: readonly number[];
  readonly codes: readonly number[];
  /** What is counted by number in shops, banks and offices. */
  readonly tellings: readonly number[];
};

const streetWords =
  'rue via viale vicolo corso piazza calle avenida avda paseo plaza carrer rua travessa praça estrada chemin allée quai impasse route ulica ul strada bulevardul rruga auf av avenue boulevard bd apt apartment suite ste flat unit floor appartement wohnung box psc cmr postfach apartado casella corner fpo apo dpo'.split(
    ' ',
  );
const secretWords =
  'password passcode passphrase passwd pwd key token secret credential credentials contraseña contrasena clave passwort kennwort passe senha wachtwoord'.split(
    ' ',
  );
const split = (words: string): string[] => words.split(' ');
const lists: readonly (readonly [keyof Marks, Iterable<string>])[] = [
  ['names', givenNamesInSmallLetters],
  ['peoples', [...nationalities, ...beliefs, 'english']],
  ['places', placeFirstWords],
  ['months', monthNames],
  ['trades', [...occupations, ...honorifics]],
  ['streets', streetWords],
  ['secrets', secretWords],
  ['introductions', split('name surname llamo nombre heisse heiße appelle chiamo nome chamo heet naam')],
  [
    'births',
    split(
      'born birth dob b birthday birthdate bday b-day geboren geburtsdatum geb né née naissance nacido nacida nacimiento nací nascimento nasceu nasci nato nata nascita geboortedatum',
    ),
  ],
  [
    'documents',
    split(
      'ssn social sin passport license licence driver drivers national nino nhs medicare medicaid aadhaar aadhar pan tax taxpayer itin ein tin vat pesel bsn personnummer cpf dni nie curp id identity identification mrn medical patient member policy account acct routing sort plate vin visa alien green case student employee steuer steuernummer steuer-id ausweis personalausweis reisepass führerschein sozialversicherungsnummer versicherungsnummer passeport permis sécu sécurité nir nif cif nss pasaporte permiso seguridad passaporte patente fiscale contribuinte cartão rg nis pis paspoort rijbewijs burgerservicenummer sofinummer ahv',
    ),
  ],
  [
    'accounts',
    split(
      'handle user username login screen gamertag account userid usuario usuário utilisateur benutzername nutzername utente gebruikersnaam',
    ),
  ],
  [
    'tellings',
    split(
      'order customer client account acct invoice receipt reference ref ticket case booking reservation confirmation member membership policy tracking parcel shipment employee badge student roll patient file record claim contract loan serial imei transaction userid id pedido cuenta cliente factura commande compte facture dossier bestellung bestellnummer kundennummer konto kontonummer rechnung rechnungsnummer vertrag encomenda conta fatura ordine conto fattura codice bestelling klantnummer rekening factuur',
    ),
  ],
  ['codes', split('pin cvv cvv2 cvc code otp security verification')],
];

const marks = new Map<string, (keyof Marks)[]>();
/** Which hashes the marked words have: most words are none of them, and this tells so without making a string. */
const isMarked = new Uint8Array(MAX_HASH + 1);
isMarked[0] = 1;
for (const [mark, words] of lists) {
  for (const word of words) {
    marks.set(word, [...new Set([...(marks.get(word) ?? []), mark])]);
    isMarked[hashOf(word)] = 1;
  }
}

const none = Object.fromEntries(lists.map(([mark]) => [mark, [] as number[]])) as Record<keyof Marks, number[]>;

export function marksOf(words: Words): Marks {
  const found: Record<keyof Marks, number[]> = { ...none };
  const { table, length } = words;
  for (let i = 0; i < length; i++) {
    if (isMarked[table[3 * i + 2] as number] === 0) continue;
    const held = marks.get((words.at(i) as Word).small);
    if (held === undefined) continue;
    for (const mark of held) {
      if (found[mark].length === 0) found[mark] = [i];
      else found[mark].push(i);
    }
  }
  return found;
}
