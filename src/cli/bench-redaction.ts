import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { createRedactor, type Redactor } from '../2-sample/redaction/redact.ts';
import type { Turn } from '../domain/conversation.ts';
import { invented } from './invented-secrets.ts';
import { columns, printResult } from './print.ts';

/**
 * `npm run bench:redaction -- PII.jsonl.gz CONVERSATIONS.jsonl.gz [--json]`: how much of what is labelled the redaction finds, how much it
 * takes that is not, how many words of harmless chats it changes, and how fast it is; beside it the usual patterns. Exit 1
 * when a bar is missed, 2 when a file is not there.
 *
 * The labelled texts come from templates. The redaction was developed on those of an even number; the odd ones were held out
 * and both are printed apart.
 */
const usage = `usage: npm run bench:redaction -- PII.jsonl.gz CONVERSATIONS.jsonl.gz [--json]
  PII.jsonl.gz            labelled texts: presidio-research synth_v2, one JSON object a line
  CONVERSATIONS.jsonl.gz  chats taken to be free of personal data, one JSON object a line
`;

type Stretch = { readonly start: number; readonly end: number };
type Label = Stretch & { readonly type: string };
type Sample = { readonly text: string; readonly labels: readonly Label[]; readonly heldOut: boolean };
type Find = (text: string) => readonly Stretch[];
type Tally = { n: number; found: number; touched: number };

/** What most programs do: eight patterns and no lists. */
const usualPatterns: readonly RegExp[] = [
  /[\w.+-]+@[\w-]+\.[\w.]{2,}/g,
  /(?:\+\d{1,3}[ .-]?)?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}\b/g,
  /\b(?:\d[ -]?){13,19}\b/g,
  /\b(?:\d{1,3}\.){3}\d{1,3}\b/g,
  /https?:\/\/\S+|www\.\S+/g,
  /\b\d{3}-\d{2}-\d{4}\b/g,
  /\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b/g,
  /\b\d{5}(?:-\d{4})?\b/g,
];

const bars = {
  all: 0.95,
  PERSON: 0.9,
  LOCATION: 0.9,
  exact: 0.99,
  precision: 0.8,
  tokens: 0.01,
  megabytes: 5,
};
const exactTypes = ['EMAIL_ADDRESS', 'PHONE_NUMBER', 'CREDIT_CARD', 'IBAN_CODE', 'IP_ADDRESS', 'DOMAIN_NAME', 'KEY', 'LINK'];
const locationTypes = ['GPE', 'STREET_ADDRESS', 'ZIP_CODE'];

const about = { user: 'bench-0000-nobody' };

/**
 * Where a text was replaced: what stands between the placeholders is found again in the original, in order, the first time
 * it occurs behind at least one replaced character. Adjacent placeholders count as one.
 */
function replacedIn(text: string, redacted: string): Stretch[] {
  const kept = redacted.split(/(?:\[(?:USER_ID|[A-Z_]+_\d{1,6})\])+/);
  const stretches: Stretch[] = [];
  let at = (kept[0] ?? '').length;
  for (const [i, piece] of kept.slice(1).entries()) {
    const isLast = i === kept.length - 2;
    const next = isLast ? text.length - piece.length : text.indexOf(piece, at + 1);
    if (next < at) throw new Error('The redacted text does not line up with the original.');
    stretches.push({ start: at, end: next });
    at = next + piece.length;
  }
  return stretches;
}

function readLines(path: string): Record<string, unknown>[] {
  return gunzipSync(readFileSync(path))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Labels count code points, strings count UTF-16 units. */
function readSamples(path: string): Sample[] {
  return readLines(path).map(({ scenario, turns, labels }) => {
    const text = (turns as Turn[])[0]?.content ?? '';
    const offsets = [0];
    for (const point of text) offsets.push((offsets.at(-1) ?? 0) + point.length);
    const spans = (labels as { spans: Label[] }).spans;
    return {
      text,
      heldOut: Number(/\d+/.exec(String(scenario))?.[0]) % 2 === 1,
      labels: spans.map(({ start, end, type }) => ({ start: offsets[start] ?? 0, end: offsets[end] ?? 0, type })),
    };
  });
}

function readInvented(): Sample[] {
  return Object.entries(invented).flatMap(([kind, sentences]) =>
    sentences.map((marked) => {
      const labels: Label[] = [];
      let text = '';
      for (const [i, part] of marked.split(/[«»]/).entries()) {
        if (i % 2 === 1)
          labels.push({ start: text.length, end: text.length + part.length, type: kind === 'keys' ? 'KEY' : 'LINK' });
        text += part;
      }
      return { text, labels, heldOut: false };
    }),
  );
}

const isGone = (text: string, { start, end }: Stretch, taken: readonly Stretch[]): boolean =>
  Array.from({ length: end - start }, (_, i) => start + i).every(
    (at) => !/[\p{L}\p{N}]/u.test(text.charAt(at)) || taken.some((stretch) => stretch.start <= at && at < stretch.end),
  );

function measure(samples: readonly Sample[], find: Find) {
  const tallies = new Map<string, Tally>();
  const precision = { chars: 0, inside: 0, spans: 0, labelled: 0 };
  for (const { text, labels } of samples) {
    const taken = find(text);
    for (const label of labels) {
      const tally = tallies.get(label.type) ?? { n: 0, found: 0, touched: 0 };
      tally.n += 1;
      if (isGone(text, label, taken)) tally.found += 1;
      if (taken.some(({ start, end }) => start < label.end && end > label.start)) tally.touched += 1;
      tallies.set(label.type, tally);
    }
    for (const { start, end } of taken) {
      precision.spans += 1;
      if (labels.some((label) => start < label.end && end > label.start)) precision.labelled += 1;
      precision.chars += end - start;
      for (let at = start; at < end; at++) if (labels.some((label) => label.start <= at && at < label.end)) precision.inside += 1;
    }
  }
  return { tallies, precision };
}

type Measured = ReturnType<typeof measure>;

function recallOf({ tallies }: Measured, types: readonly string[] | null, lenient = false): number {
  let [n, found] = [0, 0];
  for (const [type, tally] of tallies) {
    if (types !== null && !types.includes(type)) continue;
    n += tally.n;
    found += lenient ? tally.touched : tally.found;
  }
  return n === 0 ? Number.NaN : found / n;
}

/** Words of the original that the redacted text no longer has, each as often as it occurred. */
function wordsLost(text: string, redacted: string): { lost: number; words: number } {
  const words = text.split(/\s+/).filter(Boolean);
  if (text === redacted) return { lost: 0, words: words.length };
  const left = new Map<string, number>();
  for (const word of redacted.split(/\s+/)) left.set(word, (left.get(word) ?? 0) + 1);
  let lost = 0;
  for (const word of words) {
    const count = left.get(word) ?? 0;
    if (count > 0) left.set(word, count - 1);
    else lost += 1;
  }
  return { lost, words: words.length };
}

function shareLost(chats: readonly (readonly Turn[])[], redact: (turns: readonly Turn[]) => readonly string[]): number {
  let [lost, words] = [0, 0];
  for (const turns of chats) {
    for (const [i, redacted] of redact(turns).entries()) {
      const counted = wordsLost(turns[i]?.content ?? '', redacted);
      lost += counted.lost;
      words += counted.words;
    }
  }
  return lost / words;
}

/** Megabytes (10^6 UTF-16 units) to the second of wall-clock time and of this process's own computing time. */
function speedOf(chats: readonly (readonly Turn[])[], work: (turns: readonly Turn[]) => unknown): { wall: number; cpu: number } {
  const units = chats.flat().reduce((sum, { content }) => sum + content.length, 0);
  const before = process.cpuUsage();
  const start = performance.now();
  for (const turns of chats) work(turns);
  const wall = (performance.now() - start) / 1e3;
  const { user, system } = process.cpuUsage(before);
  return { wall: units / 1e6 / wall, cpu: units / (user + system) };
}

/** How many texts change when they are redacted once more: 0, or a quote from a transcript would not be found in it. */
function countUnstable(redactor: Redactor, chats: readonly (readonly Turn[])[]): number {
  return chats.filter((turns) => {
    const once = redactor.redactTurns(turns, about);
    const twice = redactor.redactTurns([...once], about);
    return once.some(({ content }, i) => content !== twice[i]?.content || redactor.redactText(content) !== content);
  }).length;
}

function run(piiPath: string, chatPath: string) {
  const redactor = createRedactor();
  const redact = (turns: readonly Turn[]) => redactor.redactTurns(turns, about).map(({ content }) => content);
  const ours: Find = (text) => replacedIn(text, redact([{ role: 'user', content: text }])[0] ?? '');
  const usual: Find = (text) =>
    usualPatterns.flatMap((pattern) =>
      Array.from(text.matchAll(pattern), ({ 0: { length }, index }) => ({ start: index, end: index + length })),
    );
  const replaceUsual = (turns: readonly Turn[]) =>
    turns.map(({ content }) => usualPatterns.reduce((text, pattern) => text.replace(pattern, '[REDACTED]'), content));

  const samples = readSamples(piiPath);
  const chats = readLines(chatPath).map(({ turns }) => turns as Turn[]);
  const all = [...samples, ...readInvented()];
  const found = measure(all, ours);
  const labelled = measure(samples, ours);
  const base = measure(all, usual);
  const halves = [false, true].map((heldOut) =>
    measure(
      samples.filter((sample) => sample.heldOut === heldOut),
      ours,
    ),
  );
  const [developed, heldOut] = halves as [Measured, Measured];

  const trivial = speedOf(chats, (turns) => turns.filter(({ content }) => /\d\dzq/.test(content)));
  const cold = speedOf(chats, redact);
  const passes = [speedOf(chats, redact), speedOf(chats, redact), speedOf(chats, redact)];
  const warm = passes.reduce((best, pass) => (pass.wall > best.wall ? pass : best));
  const usualSpeed = speedOf(chats, replaceUsual);
  const tokens = { ours: shareLost(chats, redact), usual: shareLost(chats, replaceUsual) };
  const unstable = countUnstable(redactor, [...chats, ...samples.map(({ text }) => [{ role: 'user' as const, content: text }])]);

  const { chars, inside, spans, labelled: right } = labelled.precision;
  const checks = [
    { bar: 'recall, all labels', value: recallOf(labelled, null), least: bars.all },
    { bar: 'recall, PERSON', value: recallOf(labelled, ['PERSON']), least: bars.PERSON },
    { bar: 'recall, LOCATION', value: recallOf(labelled, locationTypes), least: bars.LOCATION },
    ...exactTypes.map((type) => ({ bar: `recall, ${type}`, value: recallOf(found, [type]), least: bars.exact })),
    { bar: 'precision by characters', value: inside / chars, least: bars.precision },
    { bar: 'precision by spans', value: right / spans, least: bars.precision },
    { bar: 'chat words kept', value: 1 - tokens.ours, least: 1 - bars.tokens },
    { bar: 'MB/s by the clock', value: warm.wall, least: bars.megabytes },
    { bar: 'texts stable when redacted again', value: unstable === 0 ? 1 : 0, least: 1 },
  ];
  const summarise = (measured: Measured) => ({
    all: recallOf(measured, null),
    PERSON: recallOf(measured, ['PERSON']),
    LOCATION: recallOf(measured, locationTypes),
    precision: measured.precision.inside / measured.precision.chars,
  });
  return {
    types: [...found.tallies].map(([type, { n }]) => ({
      type,
      n,
      recall: recallOf(found, [type]),
      overlap: recallOf(found, [type], true),
      usual: recallOf(base, [type]),
      developed: recallOf(developed, [type]),
      held_out: recallOf(heldOut, [type]),
    })),
    whole: { ...summarise(labelled), overlap: recallOf(labelled, null, true), precision_by_spans: right / spans },
    developed_on_even_templates: summarise(developed),
    held_out_odd_templates: summarise(heldOut),
    usual_patterns: { all: recallOf(measure(samples, usual), null), precision: base.precision.inside / base.precision.chars },
    chat_words_changed: tokens,
    unstable,
    megabytes_per_second: { ours: warm, first_pass: cold, usual_patterns: usualSpeed, one_trivial_pattern: trivial },
    checks: checks.map((check) => ({ ...check, met: check.value >= check.least })),
  };
}

const share = (value: number): string => (Number.isNaN(value) ? '' : value.toFixed(3));
const speed = ({ wall, cpu }: { wall: number; cpu: number }): string =>
  `${wall.toFixed(1)} by the clock, ${cpu.toFixed(1)} of computing time`;

function describe(result: ReturnType<typeof run>): string {
  const rows = result.types.map(({ type, n, ...rest }) => [
    type,
    String(n),
    ...[rest.recall, rest.overlap, rest.usual, rest.developed, rest.held_out].map(share),
  ]);
  const half = (name: string, { all, PERSON, LOCATION, precision }: (typeof result)['developed_on_even_templates']) => [
    name,
    share(all),
    share(PERSON),
    share(LOCATION),
    share(precision),
  ];
  const { ours, first_pass, usual_patterns, one_trivial_pattern } = result.megabytes_per_second;
  return [
    columns([['type', 'n', 'recall', 'overlap', 'usual patterns', 'even templates', 'odd (held out)'], ...rows]),
    '',
    columns([
      ['texts', 'all labels', 'PERSON', 'LOCATION', 'precision (characters)'],
      half('all', result.whole),
      half('even templates (developed on)', result.developed_on_even_templates),
      half('odd templates (held out)', result.held_out_odd_templates),
      ['usual patterns', share(result.usual_patterns.all), '', '', share(result.usual_patterns.precision)],
    ]),
    '',
    `recall, any overlap: ${share(result.whole.overlap)}; precision by spans: ${share(result.whole.precision_by_spans)}`,
    `chat words changed: ${(result.chat_words_changed.ours * 100).toFixed(2)} % (usual patterns ${(result.chat_words_changed.usual * 100).toFixed(2)} %)`,
    `texts that change when redacted again: ${result.unstable}`,
    `MB/s, best of three passes: ${speed(ours)} (first pass, while it is compiled: ${speed(first_pass)}); usual patterns ${usual_patterns.wall.toFixed(0)}; one trivial pattern ${one_trivial_pattern.wall.toFixed(0)}`,
    '',
    columns(
      result.checks.map(({ bar, value, least, met }) => [met ? 'met' : 'MISSED', bar, value.toFixed(3), `at least ${least}`]),
    ),
  ].join('\n');
}

function main(): number {
  const { values, positionals } = parseArgs({ options: { json: { type: 'boolean', default: false } }, allowPositionals: true });
  const [pii, chats] = positionals;
  if (pii === undefined || chats === undefined) {
    process.stderr.write(usage);
    return 2;
  }
  try {
    const result = run(pii, chats);
    printResult(values.json, result, () => describe(result));
    return result.checks.every(({ met }) => met) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    process.stderr.write(`There is no file ${'path' in error ? String(error.path) : ''}.\n${usage}`);
    return 2;
  }
}

process.exitCode = main();
