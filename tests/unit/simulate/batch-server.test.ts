import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SimulatedBatch } from '../../../src/simulate/batch-flow.ts';
import { readInputFile } from '../../../src/simulate/batch-input.ts';
import { type BatchServer, startBatchServer } from '../../../src/simulate/batch-server.ts';

const lineOf = (customId: string, over: object = {}, body: object = {}) =>
  JSON.stringify({
    custom_id: customId,
    method: 'POST',
    url: '/v1/chat/completions',
    body: { model: 'm', messages: [], ...body },
    ...over,
  });

describe('readInputFile', () => {
  it.each<[string, string[], { code: string; line: number | null }[]]>([
    ['good lines', [lineOf('a'), lineOf('b')], []],
    ['no line', [''], [{ code: 'empty_file', line: null }]],
    ['broken JSON', [lineOf('a'), '{"custom_id":'], [{ code: 'invalid_json_line', line: 2 }]],
    ['an id twice', [lineOf('a'), lineOf('b'), lineOf('a')], [{ code: 'duplicate_custom_id', line: 3 }]],
    ['another endpoint', [lineOf('a', { url: '/v1/embeddings' })], [{ code: 'url_mismatch', line: 1 }]],
    ['another model', [lineOf('a'), lineOf('b', {}, { model: 'n' })], [{ code: 'model_mismatch', line: 2 }]],
    ['a method other than POST', [lineOf('a', { method: 'GET' })], [{ code: 'invalid_request', line: 1 }]],
    ['a member nobody knows', [lineOf('a', { priority: 1 })], [{ code: 'invalid_request', line: 1 }]],
    ['too many', Array.from({ length: 50_001 }, (_, i) => lineOf(`${i}`)), [{ code: 'too_many_tasks', line: null }]],
  ])('%s', (_what, lines, expected) => {
    const { errors } = readInputFile(lines.join('\n'), '/v1/chat/completions');
    expect(errors.map(({ code, line }) => ({ code, line }))).toEqual(expected);
  });
});

describe('batch server', () => {
  let server: BatchServer;
  beforeEach(async () => {
    server = await startBatchServer({
      complete: ({ customId }) =>
        customId === 'b' ? { status: 400, body: { error: {} } } : { status: 200, body: { ok: customId } },
      now: () => 1_000_000,
      apiKey: 'k',
    });
  });
  afterEach(() => server.close());

  const headers = { authorization: 'Bearer k' };
  const shown = async (response: Response) => (await response.json()) as SimulatedBatch;
  const look = async (id: string) => shown(await fetch(`${server.url}/batches/${id}`, { headers }));
  const post = (path: string, body: unknown) =>
    fetch(`${server.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const upload = (text: string, fields: Record<string, string> = { purpose: 'batch' }, name = 'in.jsonl') => {
    const form = new FormData();
    for (const [key, value] of Object.entries(fields)) form.append(key, value);
    form.append('file', new File([text], name));
    return fetch(`${server.url}/files`, { method: 'POST', headers, body: form });
  };
  const creation = { endpoint: '/v1/chat/completions', completion_window: '24h' };
  const created = async (text: string) => {
    const { id } = await shown(await upload(text));
    return shown(await post('/batches', { ...creation, input_file_id: id }));
  };

  it('takes a batch through its states on its own clock, and sorts lines into two files', async () => {
    const { id, status } = await created([lineOf('a'), lineOf('b')].join('\n'));
    expect(status).toBe('validating');
    const seen: string[] = [];
    for (let step = 0; step < 4; step++) {
      await look(id);
      await server.flow.advance();
      seen.push((await look(id)).status);
    }
    expect(seen).toEqual(['in_progress', 'finalizing', 'completed', 'completed']);
    const batch = await look(id);
    expect(batch.request_counts).toEqual({ total: 2, completed: 1, failed: 1 });
    const contentOf = async (fileId: string | null) =>
      JSON.parse(await (await fetch(`${server.url}/files/${fileId}/content`, { headers })).text());
    expect(await contentOf(batch.output_file_id)).toMatchObject({
      custom_id: 'a',
      response: { status_code: 200, body: { ok: 'a' } },
      error: null,
    });
    expect(await contentOf(batch.error_file_id)).toMatchObject({ custom_id: 'b', response: { status_code: 400 }, error: null });
  });

  it('fails a batch whose file is not valid, with the line', async () => {
    const { id } = await created(`${lineOf('a')}\noops`);
    await server.flow.advance();
    const batch = await look(id);
    expect(batch).toMatchObject({ status: 'failed', output_file_id: null, error_file_id: null });
    expect(batch.errors?.data).toMatchObject([{ code: 'invalid_json_line', line: 2 }]);
  });

  it('cancels a batch that runs, and none that has ended', async () => {
    const { id } = await created(lineOf('a'));
    expect((await shown(await post(`/batches/${id}/cancel`, {}))).status).toBe('cancelling');
    await server.flow.advance();
    const batch = await look(id);
    expect(batch).toMatchObject({ status: 'cancelled', output_file_id: null });
    expect(server.flow.file(batch.error_file_id ?? '')?.text).toContain('batch_cancelled');
    expect((await post(`/batches/${id}/cancel`, {})).status).toBe(409);
  });

  it.each([
    ['another purpose', { purpose: 'fine-tune' }, 'in.jsonl'],
    ['another kind of file', { purpose: 'batch' }, 'in.txt'],
    ['a parameter nobody knows', { purpose: 'batch', ttl: '3' }, 'in.jsonl'],
    [
      'an expiry below an hour',
      { purpose: 'batch', 'expires_after[anchor]': 'created_at', 'expires_after[seconds]': '60' },
      'in.jsonl',
    ],
  ])('refuses an upload with %s', async (_what, fields, name) => {
    expect((await upload(lineOf('a'), fields, name)).status).toBe(400);
    expect(server.flow.files()).toEqual([]);
  });

  it.each([
    ['a file that is not there', { ...creation, input_file_id: 'file-9' }],
    ['another window', { ...creation, completion_window: '1h', input_file_id: 'file-1' }],
    ['metadata that is too long', { ...creation, input_file_id: 'file-1', metadata: { a: 'x'.repeat(513) } }],
    ['a member nobody knows', { ...creation, input_file_id: 'file-1', priority: 1 }],
  ])('refuses a batch with %s', async (_what, body) => {
    await upload(lineOf('a'));
    expect((await post('/batches', body)).status).toBe(400);
    expect(server.flow.batches()).toEqual([]);
  });

  it('answers 401 without the key, and 404 for what is not there', async () => {
    expect((await fetch(`${server.url}/batches`)).status).toBe(401);
    for (const path of ['/batches/batch_9', '/files/file-9/content', '/chat/completions'])
      expect((await fetch(`${server.url}${path}`, { headers })).status).toBe(404);
  });
});
