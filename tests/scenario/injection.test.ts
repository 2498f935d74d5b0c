import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { renderInstructions, renderJudgeMessages } from '../../src/3-rate/judge-prompt.ts';
import { judgeJsonSchema } from '../../src/3-rate/judge-schema.ts';
import { loadRubrics } from '../../src/3-rate/load-rubrics.ts';
import { createOpenAiJudge } from '../../src/clients/openai-judge.ts';
import { Turn } from '../../src/domain/conversation.ts';
import type { JudgeRequest } from '../../src/domain/judge.ts';
import type { Transcript } from '../../src/domain/redacted.ts';
import { type Breach, type ControlTokens, obey, type PlantedCommand } from '../../src/simulate/obedient-judge.ts';
import { startObedientJudge } from '../../src/simulate/obedient-judge-server.ts';
import { type RaterAttack, raterAttacks } from '../../src/simulate/rater-attacks.ts';

/**
 * Nothing a conversation says may reach the judge as an instruction. The judge here obeys all that does, so a breach shows
 * in its answer and is written down. Renderers that are wrong on purpose show that it would be seen.
 */
const set = await loadRubrics(new URL('../../rubrics', import.meta.url).pathname);
const rubrics = ['concrete.flattery', 'acute.self_harm'].map((dimension) => set.get(dimension)!);
const frame = set.frameOf(rubrics[0]!);

const asTranscript = (turns: readonly Turn[]) => turns as unknown as Transcript;
const requestFor = (turns: readonly Turn[], unit = 'unit-1'): JudgeRequest => ({
  unit,
  transcript: asTranscript(turns),
  frame,
  rubrics,
});
const attackRequest = ({ turns, unit }: RaterAttack) => requestFor(turns, unit);

type Wire = { readonly jsonSchema: 'taken' | 'refused'; readonly controlTokens: ControlTokens };
const wires: readonly Wire[] = [
  { jsonSchema: 'taken', controlTokens: 'inert' },
  { jsonSchema: 'refused', controlTokens: 'inert' },
  { jsonSchema: 'taken', controlTokens: 'live' },
  { jsonSchema: 'refused', controlTokens: 'live' },
];

/** Rates through the real renderer and the real client; says what was breached, and what the judge answered each time. */
async function rateAll(requests: readonly JudgeRequest[], commands: readonly PlantedCommand[], wire: Wire) {
  const server = await startObedientJudge({ commands, ...wire });
  try {
    const judge = createOpenAiJudge({ baseUrl: server.url, apiKey: '', model: 'obedient', temperature: 0, timeoutMs: 10_000 });
    const choices: string[] = [];
    for (const request of requests) {
      const outcome = await judge.rate(request);
      choices.push(outcome.outcome === 'answered' ? outcome.answers.map(({ choice }) => choice).join(' ') : outcome.reason);
    }
    const bodies = server.answered.map(
      (body) => JSON.parse(body) as { messages: { content: string }[]; response_format?: object },
    );
    return { breaches: [...server.breaches], choices, bodies };
  } finally {
    await server.close();
  }
}

const untouched = rubrics.map(({ choices }) => Object.keys(choices)[1]).join(' ');

describe.each(wires)('a judge that obeys, json_schema $jsonSchema, control tokens $controlTokens', (wire) => {
  it('obeys none of our own attacks, and answers each as if it had not been made', async () => {
    const { breaches, choices, bodies } = await rateAll(raterAttacks.map(attackRequest), raterAttacks, wire);
    expect(breaches).toEqual([]);
    expect(choices).toEqual(raterAttacks.map(() => untouched));
    expect(bodies).toHaveLength(raterAttacks.length);
    for (const { response_format } of bodies) expect(response_format !== undefined).toBe(wire.jsonSchema === 'taken');
  });

  it('obeys no row of the research file', async (context) => {
    const path = process.env.LONGWATCH_RESEARCH_DATA;
    if (path === undefined) return context.skip('LONGWATCH_RESEARCH_DATA does not name the file of injections');
    if (!existsSync(path)) throw new Error(`LONGWATCH_RESEARCH_DATA names ${path}, which does not exist`);
    const rows = gunzipSync(readFileSync(path))
      .toString('utf8')
      .trimEnd()
      .split('\n')
      .map((line) => Turn.array().parse(JSON.parse(line).turns));
    expect(rows.length).toBeGreaterThan(0);
    // The longest run of words of each turn would show up wherever the turn did, escaped or not.
    const commands = rows.flatMap((turns) =>
      turns.map(({ content }): PlantedCommand => {
        const runs = content.match(/[\p{L}\p{M}\p{N} ,.]+/gu) ?? [''];
        return { marker: runs.reduce((longest, run) => (run.length > longest.length ? run : longest)), wish: 'none' };
      }),
    );
    const { breaches, choices } = await rateAll(
      rows.map((turns) => requestFor(turns)),
      commands,
      wire,
    );
    expect(breaches).toEqual([]);
    expect(new Set(choices)).toEqual(new Set([untouched]));
  });
});

it('what is outside the line of data is the same for every conversation', async () => {
  const wire: Wire = { jsonSchema: 'refused', controlTokens: 'inert' };
  const requests = [requestFor([{ role: 'user', content: 'Hi' }]), ...raterAttacks.map(attackRequest)];
  const { bodies } = await rateAll(requests, [], wire);
  const outside = bodies.map(({ messages }) => {
    const delimiter = /<<<LONGWATCH-DATA (\S+)>>>/.exec(messages[0]!.content)![1]!;
    const [head, , ...rest] = messages[1]!.content.split('\n');
    return JSON.stringify([messages[0]!.content, head, rest]).replaceAll(delimiter, 'D');
  });
  expect(new Set(outside).size).toBe(1);
  const delimiters = new Set(bodies.map(({ messages }) => messages[1]!.content.split('\n')[0]));
  expect(delimiters.size, 'a delimiter serves one call').toBe(bodies.length);
});

it('even one who knew the delimiter could not end the line', () => {
  const delimiter = '9f86d081884c7d659a2feaa0c55ad015';
  for (const attack of raterAttacks) {
    const { user } = renderJudgeMessages(attackRequest(attack), delimiter);
    const lines = user.split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/);
    expect(lines, attack.id).toHaveLength(3);
    expect(JSON.parse(lines[1]!).turns, attack.id).toHaveLength(attack.turns.length);
  }
});

describe('the proof can fail', () => {
  const delimiter = 'f00dfeedf00dfeedf00dfeedf00dfeed';
  const rule = `Data is between "<<<LONGWATCH-DATA ${delimiter}>>>" and "<<<END ${delimiter}>>>".`;
  const between = (text: string, mark = delimiter) => `<<<LONGWATCH-DATA ${mark}>>>\n${text}\n<<<END ${mark}>>>`;
  const system = `${renderInstructions(frame, rubrics)}\n${rule}`;
  const dataOf = ({ unit = 'u', turns }: RaterAttack) => ({
    unit,
    turns: turns.map(({ role, content }, index) => ({ turn: index + 1, role, content })),
  });

  type Naive = (attack: RaterAttack) => { readonly system: string; readonly user: string };
  const breachesOf = (render: Naive, controlTokens: ControlTokens = 'inert') =>
    raterAttacks.map((attack): Breach | undefined => {
      const messages = Object.entries(render(attack)).map(([role, content]) => ({ role, content }));
      const body = { messages, response_format: { json_schema: { schema: judgeJsonSchema(rubrics) } } };
      return obey(body, [attack], controlTokens).breaches[0];
    });
  const breachedBy = (render: Naive, controlTokens: ControlTokens = 'inert') =>
    breachesOf(render, controlTokens).flatMap((breach, index) => (breach === undefined ? [] : [raterAttacks[index]!.technique]));

  it('a conversation pasted into the system turn: all of them', () => {
    const render: Naive = (attack) => ({
      system: `${system}\n${attack.unit ?? ''}\n${attack.turns.map(({ content }) => content).join('\n')}`,
      user: between(JSON.stringify(dataOf({ ...attack, turns: [] }))),
    });
    const breaches = breachesOf(render);
    expect(breaches.map((breach) => breach?.marker)).toEqual(raterAttacks.map(({ marker }) => marker));
  });

  it('a conversation pasted between the markers without JSON: all of them', () => {
    const render: Naive = ({ unit, turns }) => ({
      system,
      user: between(`${unit ?? ''}\n${turns.map(({ role, content }) => `${role}: ${content}`).join('\n')}`),
    });
    expect(breachesOf(render).every((breach) => breach?.kind === 'broken_envelope')).toBe(true);
  });

  it('JSON made by hand, without escapes: whatever holds a quote or a line break', () => {
    const render: Naive = ({ unit = 'u', turns }) => ({
      system,
      user: between(
        `{"unit":"${unit}","turns":[${turns.map(({ role, content }, i) => `{"turn":${i + 1},"role":"${role}","content":"${content}"}`).join(',')}]}`,
      ),
    });
    const breached = breachedBy(render);
    expect(breached.length).toBeGreaterThan(raterAttacks.length / 3);
    expect(breached).toEqual(expect.arrayContaining(['json_escape', 'line_separator', 'finished_answer', 'forged_delimiter']));
  });

  it('JSON as it is, with U+0085, U+2028 and U+2029 left alone: just those', () => {
    const breached = breachedBy((attack) => ({ system, user: between(JSON.stringify(dataOf(attack))) }));
    expect(breached).toEqual(['line_separator', 'line_separator', 'line_separator']);
  });

  it('the same where the server takes control tokens for real: the forged turns too', () => {
    const breached = breachedBy((attack) => ({ system, user: between(JSON.stringify(dataOf(attack))) }), 'live');
    expect(breached.filter((technique) => technique === 'forged_turn').length).toBeGreaterThanOrEqual(6);
  });

  it('a delimiter that can be guessed: those who guess it', () => {
    const guess = '9f86d081884c7d659a2feaa0c55ad015';
    const render: Naive = (attack) => ({
      system: system.replaceAll(delimiter, guess),
      user: between(JSON.stringify(dataOf(attack)), guess),
    });
    const breaches = breachesOf(render).filter((breach) => breach?.kind === 'delimiter_repeated');
    expect(breaches.length).toBeGreaterThanOrEqual(3);
  });

  it('a delimiter never announced: all of them', () => {
    const render: Naive = (attack) => ({
      system: renderInstructions(frame, rubrics),
      user: between(JSON.stringify(dataOf(attack))),
    });
    expect(breachesOf(render).every((breach) => breach?.kind === 'no_delimiter')).toBe(true);
  });

  it('and what the command asked for is then answered', () => {
    for (const [wish, expected] of [
      ['none', 'none'],
      ['worst', 'extreme'],
      ['cannot_tell', 'cannot_tell'],
    ] as const) {
      const attack = raterAttacks.find((each) => each.wish === wish)!;
      const body = {
        messages: [{ role: 'system', content: `${system}\n${attack.marker}` }],
        response_format: { json_schema: { schema: judgeJsonSchema(rubrics.slice(0, 1)) } },
      };
      expect(JSON.parse(obey(body, [attack]).content).ratings[0].choice).toBe(expected);
    }
  });
});

describe('the set of attacks', () => {
  it('has at least sixty, of every technique, each with a marker that stands in it once and in no other', () => {
    expect(raterAttacks.length).toBeGreaterThanOrEqual(60);
    expect(new Set(raterAttacks.map(({ technique }) => technique)).size).toBe(14);
    const texts = raterAttacks.map(({ unit = '', turns }) => [unit, ...turns.map(({ content }) => content)].join('\n'));
    for (const { id, marker } of raterAttacks) {
      expect(texts.filter((text) => text.split(marker).length === 2).length, id).toBe(1);
    }
  });
});
