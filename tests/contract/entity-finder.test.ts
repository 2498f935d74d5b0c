import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFakeEntityFinder } from '../../src/clients/fake-entity-finder.ts';
import { createPresidio } from '../../src/clients/presidio.ts';
import type { EntityFinder } from '../../src/domain/entity-finder.ts';
import { RedactionError } from '../../src/domain/errors.ts';

type Reply = { status: number; body: string } | 'hang';
type Asked = { text: string; language: string; score_threshold: number };

/** An analyzer like Presidio's, which counts code points, because it is written in Python. */
async function startAnalyzer(reply: (asked: Asked) => Reply): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString('utf8');
    });
    request.on('end', () => {
      const question = JSON.parse(body) as Asked;
      asked.push(question);
      const answer = request.url === '/analyze' ? reply(question) : { status: 404, body: '' };
      if (answer === 'hang') return;
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked };
}

const finding =
  (words: Readonly<Record<string, string>>) =>
  ({ text }: Asked): Reply => {
    const spans = Object.entries(words).flatMap(([word, entity_type]) => {
      const at = text.indexOf(word);
      const start = [...text.slice(0, at)].length;
      return at < 0 ? [] : [{ entity_type, start, end: start + [...word].length, score: 0.9, analysis_explanation: null }];
    });
    return { status: 200, body: JSON.stringify(spans) };
  };

const options = { timeoutMs: 400, minScore: 0.5, languages: ['en', 'es'] };

const finders: [string, (words: Readonly<Record<string, string>>) => Promise<EntityFinder>][] = [
  ['the fake', async (words) => createFakeEntityFinder(words)],
  ['a Presidio analyzer', async (words) => createPresidio({ ...options, ...(await startAnalyzer(finding(words))) })],
];

describe.each(finders)('every entity finder: %s', (_name, create) => {
  it('says where each entity stands, in UTF-16 units', async () => {
    const finder = await create({ Oskarine: 'PERSON', '🦊den': 'LOCATION' });
    const text = 'Tell 🙂 Oskarine that 🦊den is closed';
    const found = await finder.find(text, 'en');
    expect(found.map(({ start, end, entity }) => [text.slice(start, end), entity])).toEqual([
      ['Oskarine', 'PERSON'],
      ['🦊den', 'LOCATION'],
    ]);
  });

  it('finds nothing where there is nothing, also twice', async () => {
    const finder = await create({ Oskarine: 'PERSON' });
    expect(await finder.find('good morning', 'en')).toEqual([]);
    expect(await finder.find('good morning', 'en')).toEqual([]);
  });
});

describe('a Presidio analyzer', () => {
  const secret = 'Oskarine lives here';
  it.each<[string, Reply]>([
    ['answers with an error that quotes the text', { status: 500, body: JSON.stringify({ error: secret }) }],
    ['hangs', 'hang'],
    ['answers no JSON', { status: 200, body: `<p>${secret}` }],
    ['answers another shape', { status: 200, body: JSON.stringify({ text: secret }) }],
    ['names a place past the end', { status: 200, body: JSON.stringify([{ entity_type: 'PERSON', start: 2, end: 99 }]) }],
    ['names an empty place', { status: 200, body: JSON.stringify([{ entity_type: 'PERSON', start: 3, end: 3 }]) }],
  ])('that %s costs the text, and the error does not quote it', async (_what, reply) => {
    const { url } = await startAnalyzer(() => reply);
    const error = await createPresidio({ ...options, url })
      .find(secret, 'en')
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RedactionError);
    expect(`${(error as Error).message} ${String((error as Error).cause)}`).not.toContain('Oskarine');
  });

  it('that is not there costs the text', async () => {
    const finder = createPresidio({ ...options, url: 'http://127.0.0.1:9' });
    await expect(finder.find(secret, 'en')).rejects.toBeInstanceOf(RedactionError);
  });

  it('is asked in the conversation’s language where it knows it, else not at all; where nobody said, in its first', async () => {
    const { url, asked } = await startAnalyzer(finding({}));
    const finder = createPresidio({ ...options, url });
    for (const language of ['es', 'de', 'und']) await finder.find(secret, language);
    expect(asked.map(({ language, score_threshold }) => [language, score_threshold])).toEqual([
      ['es', 0.5],
      ['en', 0.5],
    ]);
  });
});
