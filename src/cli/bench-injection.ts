import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { createRedactor } from '../2-sample/redaction/redact.ts';
import { detectInjection } from '../3-rate/injection/detect-injection.ts';
import { loadRubrics } from '../3-rate/load-rubrics.ts';
import { createOpenAiJudge } from '../clients/openai-judge.ts';
import { packageRoot } from '../compose.ts';
import { Turn } from '../domain/conversation.ts';
import type { Transcript } from '../domain/redacted.ts';
import type { ControlTokens, PlantedCommand } from '../simulate/obedient-judge.ts';
import { startObedientJudge } from '../simulate/obedient-judge-server.ts';
import { raterAttacks } from '../simulate/rater-attacks.ts';
import { wilsonInterval } from '../stats/wilson.ts';
import { columns, printResult } from './print.ts';

const usage = 'usage: npm run bench:injection -- INJECTION.jsonl.gz CONVERSATIONS.jsonl.gz [--json]\n';
const least_per_second = 2_000;
const rounds = 3;

const Line = z.object({ category: z.string(), turns: z.array(Turn).min(1) });
type Line = z.infer<typeof Line>;
type Share = { readonly found: number; readonly n: number; readonly low: number; readonly high: number };

/**
 * `npm run bench:injection`: how much the detector finds in texts that command a model (none of those of the file is aimed at a
 * rater; the phrases were developed on the lines 0, 2, 4, ... and the others held out) and in our own attacks, what it makes of
 * ordinary conversations, and how fast; then what of all that a judge obeys that obeys whatever reaches it as an instruction.
 * Exit 1 for a breach, or under 2,000 conversations for a second of processor time.
 */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: { json: { type: 'boolean', default: false } }, allowPositionals: true });
  const [injectionFile, ordinaryFile] = positionals;
  if (injectionFile === undefined || ordinaryFile === undefined) {
    process.stderr.write(usage);
    return 2;
  }
  try {
    const injections = readLines(injectionFile);
    const ordinary = readLines(ordinaryFile);
    const half = (parity: number) => injections.filter((_, index) => index % 2 === parity);
    const heldOut = half(1);
    const result = {
      detected: {
        developed_on: share(half(0)),
        held_out: share(heldOut),
        held_out_by_category: Object.fromEntries(
          [...new Set(heldOut.map(({ category }) => category))]
            .sort()
            .map((wanted) => [wanted, share(heldOut.filter(({ category }) => category === wanted))]),
        ),
        // An attack in the unit's id is not in the conversation, so there is nothing to detect.
        own_attacks: share(raterAttacks.filter(({ unit }) => unit === undefined)),
        ordinary: share(ordinary),
      },
      least_per_second,
      conversations_per_second: speed(ordinary),
      judge: await obeyed(injections),
    };
    printResult(values.json, result, () => describe(result));
    return result.judge.every(({ breaches }) => breaches === 0) && result.conversations_per_second >= least_per_second ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    process.stderr.write(`There is no file ${'path' in error ? String(error.path) : ''}.\n${usage}`);
    return 2;
  }
}

function readLines(path: string): Line[] {
  const lines = gunzipSync(readFileSync(path)).toString('utf8').trimEnd().split('\n');
  return lines.map((line) => Line.parse(JSON.parse(line)));
}

function share(conversations: readonly { readonly turns: readonly Turn[] }[]): Share {
  const found = conversations.filter(({ turns }) => detectInjection(turns).suspected).length;
  const n = conversations.length;
  return { found, n, ...wilsonInterval({ rate: found / n, n, confidence: 0.95 }) };
}

/** For a second of processor time, the best of a few rounds: other work on the machine is not the detector's. */
function speed(conversations: readonly Line[]): number {
  const seconds = Array.from({ length: rounds }, () => {
    const began = process.cpuUsage();
    for (const { turns } of conversations) detectInjection(turns);
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1e6;
  });
  return Math.round(conversations.length / Math.min(...seconds));
}

/** Rates everything through redaction, the renderer and the client that production uses. */
async function obeyed(injections: readonly Line[]) {
  const set = await loadRubrics(join(packageRoot(), 'rubrics'));
  const rubrics = set.rubrics.filter(({ dimension }) => dimension === 'concrete.flattery');
  const [rubric] = rubrics;
  if (rubric === undefined) throw new RangeError('there is no rubric for concrete.flattery to ask the judge for');
  const redactor = createRedactor();
  const units = [...raterAttacks, ...injections].map((each, index) => ({
    unit: ('unit' in each ? each.unit : undefined) ?? `unit-${index}`,
    transcript: redactor.redactTurns(each.turns, { user: 'somebody' }),
  }));
  const commands: PlantedCommand[] = [
    ...raterAttacks,
    ...units.slice(raterAttacks.length).map(({ transcript }) => ({ marker: longestWords(transcript), wish: 'none' as const })),
  ];
  const results: { readonly json_schema: string; readonly control_tokens: string; calls: number; breaches: number }[] = [];
  for (const jsonSchema of ['taken', 'refused'] as const) {
    for (const controlTokens of ['inert', 'live'] satisfies ControlTokens[]) {
      const server = await startObedientJudge({ commands, controlTokens, jsonSchema });
      try {
        const judge = createOpenAiJudge({
          baseUrl: server.url,
          apiKey: '',
          model: 'obedient',
          temperature: 0,
          timeoutMs: 30_000,
        });
        for (const { unit, transcript } of units) await judge.rate({ unit, transcript, frame: set.frameOf(rubric), rubrics });
        const { breaches, answered } = server;
        results.push({
          json_schema: jsonSchema,
          control_tokens: controlTokens,
          calls: answered.length,
          breaches: breaches.length,
        });
      } finally {
        await server.close();
      }
    }
  }
  return results;
}

/** The longest run of words without any mark that JSON might escape: it would show wherever the conversation did. */
function longestWords(transcript: Transcript): string {
  const runs = transcript.flatMap(({ content }) => content.match(/[\p{L}\p{M}\p{N} ,.]+/gu) ?? []);
  return runs.reduce((longest, run) => (run.length > longest.length ? run : longest), '');
}

type Result = {
  readonly detected: Record<'developed_on' | 'held_out' | 'own_attacks' | 'ordinary', Share> & {
    readonly held_out_by_category: Readonly<Record<string, Share>>;
  };
  readonly conversations_per_second: number;
  readonly judge: Awaited<ReturnType<typeof obeyed>>;
};

function describe({ detected, conversations_per_second, judge }: Result): string {
  const percent = (value: number) => `${(value * 100).toFixed(1)} %`;
  const row = (name: string, { found, n, low, high }: Share) => [
    name,
    `${found} of ${n}`,
    percent(found / n),
    `${percent(low)} to ${percent(high)}`,
  ];
  return [
    columns([
      ['suspected', '', '', '95 % interval'],
      row('even lines (developed on)', detected.developed_on),
      row('odd lines (held out)', detected.held_out),
      ...Object.entries(detected.held_out_by_category).map(([name, each]) => row(`  ${name.replaceAll('_', ' ')}`, each)),
      row('our own attacks on raters', detected.own_attacks),
      row('ordinary conversations', detected.ordinary),
    ]),
    '',
    `${conversations_per_second.toLocaleString('en')} conversations for a second of processor time (at least ${least_per_second.toLocaleString('en')})`,
    '',
    columns([
      ['a judge that obeys', 'control tokens', 'calls', 'breaches'],
      ...judge.map((each) => [`json_schema ${each.json_schema}`, each.control_tokens, String(each.calls), String(each.breaches)]),
    ]),
  ].join('\n');
}

process.exitCode = await main();
