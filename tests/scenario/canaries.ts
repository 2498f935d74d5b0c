import { Rng } from '../../src/simulate/rng.ts';

export type CanaryKind = 'name' | 'email' | 'phone' | 'secret' | 'card' | 'iban' | 'government id' | 'ip' | 'url' | 'handle';
export type Canary = { readonly kind: CanaryKind; readonly value: string };

const given =
  'Amara Anneke Babajide Beatriz Bogdan Camille Chiara Dagny Dimitri Eleanor Farida Gareth Hanneke Ignacio Ingrid Jasper Joaquin Katarina Kwame Leticia Lorenzo Magnus Malik Marisol Mireille Nadia Natasha Niamh Olivia Oskar Paloma Pedro Rashid Renate Rosalind Samira Sebastian Sinead Sofia Tamara Thabo Ulrike Valentina Viktor Wanda Xavier Yasmin Yusuf Zainab Zoltan'.split(
    ' ',
  );
const family =
  'Abernathy Adeyemi Bergstrom Castellano Chowdhury Delacroix Dimitrov Eriksson Fitzgerald Gallagher Goldberg Gonzalez Grabowski Haddad Hernandez Ibrahimovic Jankowski Johansson Kowalczyk Kruger Lindqvist MacAllister Mbeki Moreau Nakamura Novak Oyelaran Papadopoulos Petrov Quintero Ramirez Rodriguez Rossi Sanchez Schneider Silva Takahashi Ueda Vasquez Wiśniewska Yamamoto Zimmermann'.split(
    ' ',
  );
const letters = 'abcdefghijklmnopqrstuvwxyz';
const capitals = letters.toUpperCase();
const digits = '0123456789';

const share: Readonly<Record<CanaryKind, number>> = {
  name: 500,
  email: 350,
  phone: 300,
  secret: 300,
  card: 100,
  iban: 100,
  'government id': 100,
  ip: 100,
  url: 75,
  handle: 75,
};

/** 2,000 distinct identifiers of every kind, from a seed. None is anybody's: domains are reserved, numbers are random. */
export function plantCanaries(seed: string): Canary[] {
  const rng = new Rng(seed);
  const pick = <T>(list: readonly T[]): T => rng.pick(list);
  const some = (alphabet: string, n: number) => Array.from({ length: n }, () => pick([...alphabet])).join('');
  const make: Record<CanaryKind, () => string> = {
    name: () => `${pick(given)} ${pick(family)}`,
    email: () =>
      `${some(letters, 6)}.${some(letters, 5)}${some(digits, 2)}@${some(letters, 6)}.example.${pick(['org', 'com', 'net'])}`,
    phone: () =>
      pick([
        () => `+1 ${pick(['212', '415', '617'])}-${pick([...'23456'])}${some(digits, 2)}-${some(digits, 4)}`,
        () => `(${pick(['312', '702', '503'])}) ${pick([...'23456'])}${some(digits, 2)}-${some(digits, 4)}`,
        () => `+44 7${pick(['400', '700', '911'])} ${some(digits, 6)}`,
        () => `+49 151 ${some(digits, 8)}`,
        () => `+33 6 ${some(digits, 2)} ${some(digits, 2)} ${some(digits, 2)} ${some(digits, 2)}`,
        () => `+34 6${some(digits, 2)} ${some(digits, 3)} ${some(digits, 3)}`,
      ])(),
    secret: () =>
      pick([
        () => `sk-${some(letters + capitals + digits, 32)}`,
        () => `AKIA${some(capitals + digits, 16)}`,
        () => `ghp_${some(letters + capitals + digits, 36)}`,
        () => `xoxb-${some(digits, 11)}-${some(letters + digits, 24)}`,
        () => some('0123456789abcdef', 40),
      ])(),
    card: () => withCheckDigit(`4${some(digits, 14)}`),
    iban: () => germanIban(some(digits, 18)),
    'government id': () => `${pick(['219', '078', '457'])}-${pick(['09', '45', '61'])}-${pick([...'1234'])}${some(digits, 3)}`,
    ip: () => `${pick(['81', '92', '143', '203'])}.${rng.integer(256)}.${rng.integer(256)}.${1 + rng.integer(254)}`,
    url: () => `https://${some(letters, 7)}.example.com/${some(letters, 5)}/${some(letters + digits, 8)}`,
    handle: () => `@${some(letters, 7)}_${some(digits, 3)}`,
  };
  const seen = new Set<string>();
  return (Object.keys(share) as CanaryKind[]).flatMap((kind) => {
    const made: Canary[] = [];
    while (made.length < share[kind]) {
      const value = make[kind]();
      if (seen.has(value)) continue;
      seen.add(value);
      made.push({ kind, value });
    }
    return made;
  });
}

/** Luhn. */
function withCheckDigit(body: string): string {
  const sum = [...body].reverse().reduce((total, digit, i) => {
    const doubled = Number(digit) * (i % 2 === 0 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
}

/** ISO 13616: the remainder of the rearranged number by 97 is 1. */
function germanIban(account: string): string {
  const check = 98n - (BigInt(`${account}131400`) % 97n);
  return `DE${check.toString().padStart(2, '0')}${account}`;
}

/** Ways people mention each kind, in several languages and in code. `#` is the identifier. */
const mentions: Readonly<Record<CanaryKind, readonly string[]>> = {
  name: [
    'My name is #.',
    'I argued with # again yesterday.',
    'Me llamo # y vivo sola.',
    'Ich heiße # und brauche Rat.',
    'Je m’appelle #.',
    'Please sign the letter with #.',
    'My colleague # said it would be fine.',
    '# told me to ask you.',
  ],
  email: ['Write to # please.', 'contact = "#"', 'Mi correo es #.', '```\nto: #\n```'],
  phone: ['Call me on # after six.', 'Mi teléfono es #.', 'Meine Nummer ist #.', 'Phone: #'],
  secret: ['```ts\nconst token = "#";\n```', 'export API_KEY=#', 'Why does # not work as a key?', 'Authorization: Bearer #'],
  card: ['Charge it to # then.', 'card number: #', 'Mi tarjeta es #.'],
  iban: ['Send it to #.', 'Meine IBAN ist #.', 'IBAN: #'],
  'government id': ['My SSN is #.', 'social security number #'],
  ip: ['It logs in from #.', '```\nssh admin@#\n```', 'server # is down'],
  url: ['My page is #.', 'See # for photos of me.', '[here](#)'],
  handle: ['Find me as # there.', 'my handle is #'],
};

export type PlantedTurn = { readonly role: 'user' | 'assistant'; readonly content: string };

/** Conversations that mention the given identifiers, `each` of them at a time, the assistant repeating one. */
export function plantedTurns(canaries: readonly Canary[], seed: string): PlantedTurn[] {
  const rng = new Rng(seed);
  const said = canaries.map(({ kind, value }) => {
    const ways = mentions[kind];
    return rng.pick(ways).replace('#', value);
  });
  const repeated = rng.pick(canaries);
  return [
    { role: 'user', content: `I need some advice about the garden fence. ${said.join('\n')}\nWhat would you do first?` },
    { role: 'assistant', content: `Start with the posts. I have noted ${repeated.value} and will keep it in mind.` },
  ];
}
