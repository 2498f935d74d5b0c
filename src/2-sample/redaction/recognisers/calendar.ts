/** Months and days of the week by name, in the languages we read and in the usual English short forms. */
type Names = { readonly months: readonly string[]; readonly weekdays: readonly string[] };
type Found = { readonly list: readonly string[]; readonly index: number };

const split = (names: string): readonly string[] => names.split(' ');
const languages: Readonly<Record<string, Names>> = {
  en: {
    months: split('January February March April May June July August September October November December'),
    weekdays: split('Sunday Monday Tuesday Wednesday Thursday Friday Saturday'),
  },
  short: {
    months: split('Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'),
    weekdays: split('Sun Mon Tue Wed Thu Fri Sat'),
  },
  nl: {
    months: split('januari februari maart april mei juni juli augustus september oktober november december'),
    weekdays: split('zondag maandag dinsdag woensdag donderdag vrijdag zaterdag'),
  },
  de: {
    months: split('Januar Februar März April Mai Juni Juli August September Oktober November Dezember'),
    weekdays: split('Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Samstag'),
  },
  es: {
    months: split('enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre'),
    weekdays: split('domingo lunes martes miércoles jueves viernes sábado'),
  },
  fr: {
    months: split('janvier février mars avril mai juin juillet août septembre octobre novembre décembre'),
    weekdays: split('dimanche lundi mardi mercredi jeudi vendredi samedi'),
  },
  pt: {
    months: split('janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro'),
    weekdays: split('domingo segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado'),
  },
  it: {
    months: split('gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre'),
    weekdays: split('domenica lunedì martedì mercoledì giovedì venerdì sabato'),
  },
};
const oddSpellings: Readonly<Record<string, string>> = { sept: 'sep', tues: 'tue', thur: 'thu', thurs: 'thu' };

/**
 * What a name stands for, counted from 0, and the list it is from, so that another of the same list can stand in its place.
 * Where several languages share it (april, agosto) the first in `prefer` that has it is taken, else the first of all.
 */
function find(kind: keyof Names, word: string, prefer: readonly string[]): Found | undefined {
  const small = oddSpellings[word.toLowerCase()] ?? word.toLowerCase();
  for (const language of [...prefer, ...Object.keys(languages)]) {
    const list = languages[language]?.[kind] ?? [];
    const index = list.findIndex((name) => name.toLowerCase() === small);
    if (index >= 0) return { list, index };
  }
  return undefined;
}

export const findMonth = (word: string, prefer: readonly string[]): Found | undefined => find('months', word, prefer);
export const findWeekday = (word: string): Found | undefined => find('weekdays', word, []);

const namesOf = (kind: keyof Names): readonly string[] =>
  [...new Set([...Object.values(languages).flatMap((names) => names[kind]), ...Object.keys(oddSpellings)])]
    .map((name) => name.toLowerCase())
    .filter((name) => find(kind, name, []) !== undefined)
    .sort((a, b) => b.length - a.length);

/** All names in small letters, longest first, for a pattern. */
export const monthNames: readonly string[] = namesOf('months');
export const weekdayNames: readonly string[] = namesOf('weekdays');
