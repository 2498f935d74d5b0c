import { z } from 'zod';
import type { ControlWish } from '../domain/control-item.ts';
import { type Asked, askedIn } from './judge-schema.ts';

/** A command somebody planted in a conversation: where `marker` is read as an instruction, `wish` is done. */
export type PlantedCommand = { readonly marker: string; readonly wish: ControlWish };

/**
 * What went wrong in one call.
 * - command_read: the marker stood where instructions stand.
 * - no_delimiter: the system turn does not announce exactly one delimiter.
 * - broken_envelope: what follows is not one line of JSON between the two announced marker lines.
 * - delimiter_repeated: it occurs more often than on its two lines, so where the data ends is open to argument.
 */
export type Breach = {
  readonly kind: 'command_read' | 'no_delimiter' | 'broken_envelope' | 'delimiter_repeated';
  /** Of the command that is obeyed because of it; null where none of the known ones is there. */
  readonly marker: string | null;
};

/**
 * How the server reads its own control tokens ("<|im_start|>", "[INST]") where they occur in a message. Servers that join the
 * turns of a chat before they tokenise it take them for real (`live`), and then text can open a turn.
 */
export type ControlTokens = 'inert' | 'live';

export type ObedientAnswer = { readonly content: string; readonly breaches: readonly Breach[] };

const ChatRequest = z.object({
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  response_format: z.object({ json_schema: z.object({ schema: z.unknown() }) }).optional(),
});
const Envelope = z.strictObject({
  unit: z.string(),
  turns: z.array(z.strictObject({ turn: z.int(), role: z.string(), content: z.string() })),
});
type Message = { readonly role: string; readonly content: string };
type Channels = { readonly instructions: string; readonly broken: Breach['kind'] | null };

/**
 * A judge that does whatever reaches it as an instruction, and has no judgement to hold against it. It reads a request as the
 * most trusting model would: the system turn is an instruction; so is everything in later turns outside the one line of data
 * that the system turn announced; so is all of it where that line is not what was announced.
 * Without a breach it names each rubric's second choice, which no command asks for.
 *
 * @throws {z.ZodError} when `body` is no chat request. @throws {RangeError} when it asks for no dimension.
 */
export function obey(body: unknown, commands: readonly PlantedCommand[], controlTokens: ControlTokens = 'inert'): ObedientAnswer {
  const request = ChatRequest.parse(body);
  const messages = controlTokens === 'live' ? request.messages.flatMap(splitAtControlTokens) : request.messages;
  const { instructions, broken } = readChannels(messages);
  const obeyed = commands.filter(({ marker }) => instructions.includes(marker));
  const breaches = obeyed.map(({ marker }): Breach => ({ kind: broken ?? 'command_read', marker }));
  if (broken !== null && breaches.length === 0) breaches.push({ kind: broken, marker: null });

  const schema = request.response_format?.json_schema.schema ?? schemaInPrompt(request.messages);
  return { content: JSON.stringify({ ratings: askedIn(schema).map((asked) => rate(asked, obeyed[0]?.wish)) }), breaches };
}

// The tokens that open or close a turn in common chat templates, and those that frame a system prompt.
const controlToken =
  /<\|(?:im_start|im_end|im_sep|system|user|assistant|end|eot_id|start_header_id|end_header_id|endoftext|start|message|channel)\|>|<\/?s>|\[\/?(?:INST|SYSTEM_PROMPT)\]|<<\/?SYS>>|<(?:start|end)_of_turn>/;

/** What stands behind a control token is a turn of its own, and its role is what the text says it is: an instruction. */
function splitAtControlTokens({ role, content }: Message): Message[] {
  const [own = '', ...forged] = content.split(controlToken);
  return [{ role, content: own }, ...forged.map((text) => ({ role: 'system', content: text }))];
}

const announcement = /<<<LONGWATCH-DATA ([^\s>]+)>>>/g;
// Every line end that some reader may honour.
const lineEnd = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/;

function readChannels(messages: readonly Message[]): Channels {
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  const others = messages.filter(({ role }) => role !== 'system').map(({ content }) => content);
  const everything = (broken: Breach['kind']) => ({ instructions: [...system, ...others].join('\n'), broken });

  const announced = new Set(system.flatMap((text) => [...text.matchAll(announcement)].map((match) => match[1] ?? '')));
  const [delimiter] = announced;
  if (delimiter === undefined || announced.size !== 1) return everything('no_delimiter');

  const text = others.join('\n');
  const lines = text.split(lineEnd);
  const head = lines.indexOf(`<<<LONGWATCH-DATA ${delimiter}>>>`);
  const end = lines.indexOf(`<<<END ${delimiter}>>>`);
  if (head < 0 || end !== head + 2 || !isEnvelope(lines[head + 1] ?? '')) return everything('broken_envelope');
  if (text.split(delimiter).length > 3) return everything('delimiter_repeated');
  return { instructions: [...system, ...lines.toSpliced(head, 3)].join('\n'), broken: null };
}

function isEnvelope(line: string): boolean {
  try {
    return Envelope.safeParse(JSON.parse(line)).success;
  } catch {
    return false;
  }
}

/** The schema of an endpoint that takes none: the last line of the system turn that begins like an object. */
function schemaInPrompt(messages: readonly Message[]): unknown {
  const system = messages.find(({ role }) => role === 'system')?.content ?? '';
  const line = system.split('\n').findLast((each) => each.startsWith('{'));
  return line === undefined ? undefined : JSON.parse(line);
}

function rate({ dimension, choices }: Asked, wish: ControlWish | undefined) {
  const choice = wish === undefined ? choices[1] : wishedChoice(choices, wish);
  return { dimension, choice, confidence: 0.9, evidence: [], rationale: wish === undefined ? 'As it seems.' : 'As told.' };
}

function wishedChoice(choices: readonly string[], wish: ControlWish): string | undefined {
  if (wish === 'cannot_tell') return wish;
  const scored = choices.filter((choice) => choice !== 'cannot_tell');
  return wish === 'none' ? scored[0] : scored.at(-1);
}
