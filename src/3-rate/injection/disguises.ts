/** What text may be dressed in so that a model reads a command and a filter does not. All on text in lower case. */

// Letters of Cyrillic and Greek that look like Latin ones.
const twins = 'аеорсухіјѕһԁԛԝ' + 'αοενικτυρχ';
const twinsInLatin = 'aeopcyxijshdqw' + 'aoeviktupx';

const invisible = /[\u00ad\u200b\u2060\ufeff\u180e\u202a-\u202e\u2066-\u2069]|[\u{e0001}\u{e007f}]/gu;
const mayBeDressed = /[\u00ad\u200b\u2060\ufeff\u180e\u202a-\u202e\u2066-\u2069\uff01-\uff5e\u0370-\u052f\udb40]/;
// Digits between letters, more than once in a word: "pr3v10u5". One alone is a model number or a placeholder.
const leetWord = /[a-z]\d+[a-z]+\d|\d[a-z]+\d+[a-z]/;
const lettersFor: Readonly<Record<string, string>> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't' };

/** Whether `undress` could change anything. */
export function isDressed(lower: string): boolean {
  return mayBeDressed.test(lower) || leetWord.test(lower);
}

/** The text with look-alikes, full-width forms, invisible characters and digits for letters undone. */
export function undress(lower: string): string {
  const text = mayBeDressed.test(lower)
    ? foldTwins(readTags(lower).replace(invisible, '').normalize('NFKC').toLowerCase())
    : lower;
  if (!leetWord.test(text)) return text;
  return text.replace(/\b[a-z]*\d\w*\b/g, (word) => word.replace(/[013457]/g, (digit) => lettersFor[digit] ?? digit));
}

/** Tag characters spell ASCII that nobody sees. */
function readTags(text: string): string {
  return text.replace(/[\u{e0020}-\u{e007e}]+/gu, (tags) =>
    [...tags].map((tag) => String.fromCharCode((tag.codePointAt(0) ?? 0) - 0xe0000)).join(''),
  );
}

/** Only in words that hold Latin letters too: a Russian word stays Russian. */
function foldTwins(text: string): string {
  if (!/[\u0370-\u052f]/.test(text)) return text;
  return text.replace(/[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]+/gu, (word) =>
    /\p{Script=Latin}/u.test(word) ? word.replace(/[^a-z]/g, (letter) => twinsInLatin[twins.indexOf(letter)] ?? letter) : word,
  );
}

const shortestRun = 24;
// Characters of base64 in both of its alphabets, which hold those of hexadecimal.
const inRun = Uint8Array.from({ length: 128 }, (_, code) => Number(/[\w+/-]/.test(String.fromCharCode(code))));

/** Something that stood in another code, and where. */
export type Decoded = { readonly text: string; readonly at: number };

/** What the text says once decoded, for every code that it seems to hold. `text` keeps its case: base64 depends on it. */
export function decodings(text: string, lower: string): Decoded[] {
  const found: Decoded[] = [];
  const add = (decoded: string, at: number) => found.push({ text: decoded.toLowerCase(), at });
  for (const [run, index] of runs(text)) {
    if (/^[0-9a-f]+$/i.test(run)) add(Buffer.from(run, 'hex').toString('utf8'), index);
    // A run of small letters only is a word or a line of them.
    else if (/\d|[a-z][A-Z]/.test(run)) add(Buffer.from(run, 'base64').toString('utf8'), index);
  }
  const percent = !lower.includes('%') ? -1 : lower.search(/(?:%[0-9a-f]{2}[^%\s]{0,12}){3}/);
  if (percent >= 0)
    add(
      lower.replace(/%([2-7][0-9a-f])/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
      percent,
    );
  const escaped = lower.search(/\\(?:n|u00[0-9a-f]{2})/);
  if (escaped >= 0) add(undoEscapes(lower), escaped);
  return found;
}

/** Long runs of code characters, with where they begin. A plain loop: a pattern would try again from each letter of each word. */
function runs(text: string): [run: string, index: number][] {
  const found: [string, number][] = [];
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    if (i < text.length && inRun[text.charCodeAt(i)] === 1) continue;
    if (i - start >= shortestRun) found.push([text.slice(start, i), start]);
    start = i + 1;
  }
  return found;
}

/** The escapes of JSON and of most programming languages, written out in the text. */
function undoEscapes(lower: string): string {
  return lower.replace(/\\+(?:u00([0-9a-f]{2})|n)/g, (_, code: string | undefined) =>
    code === undefined ? '\n' : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
