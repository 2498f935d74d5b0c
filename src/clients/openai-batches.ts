import type OpenAI from 'openai';
import { APIError } from 'openai';
import { z } from 'zod';
import { type Attempt, attempt, type CallOptions, type Failure } from './attempt.ts';

/** The part of a batch that is read. Only a failed one has errors. */
const Batch = z.object({
  id: z.string().min(1),
  status: z.string(),
  created_at: z.number().nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  input_file_id: z.string().nullish(),
  output_file_id: z.string().nullish(),
  error_file_id: z.string().nullish(),
  errors: z
    .object({ data: z.array(z.object({ code: z.string().nullish() })).nullish() })
    .nullish()
    .catch(null),
});
export type Batch = z.infer<typeof Batch>;
const Page = z.object({ data: z.array(Batch), has_more: z.boolean().nullish() });
const Uploaded = z.object({ id: z.string().min(1) });

export type OpenAiBatchesConfig = {
  readonly client: OpenAI;
  /** For each call that carries no file, headers and body. */
  readonly timeoutMs: number;
  readonly transferTimeoutMs: number;
  /** After how many seconds the endpoint deletes files by itself; null to leave that to the endpoint. */
  readonly filesExpireAfterS: number | null;
};

/** How far back of the newest batch one is looked for: nobody comes back to a submission later than that. */
const lookBackS = 3 * 86_400;

/** The calls of the Batch and Files endpoints, each one attempt, their answers checked. */
export function createOpenAiBatches({ client, timeoutMs, transferTimeoutMs, filesExpireAfterS }: OpenAiBatchesConfig) {
  const expiry = filesExpireAfterS === null ? undefined : { anchor: 'created_at' as const, seconds: filesExpireAfterS };

  const retrieve = (remoteId: string): Promise<Attempt<Batch>> =>
    attempt(timeoutMs, async (options) => Batch.parse(await client.batches.retrieve(remoteId, options)));

  // Not `client.batches.list`, which takes an answer without a list for an empty list.
  const list = (query: { limit: number; after?: string }): Promise<Attempt<z.infer<typeof Page>>> =>
    attempt(timeoutMs, async (options) => Page.parse(await client.get('/batches', { ...options, query })));

  return {
    retrieve,

    /** The newest batch with this metadata, or null. Where a list does not show metadata, recent batches are looked at singly. */
    async find(key: string, value: string): Promise<Attempt<Batch | null>> {
      let newest = Number.NEGATIVE_INFINITY;
      let after: string | undefined;
      for (;;) {
        const page = await list({ limit: 100, ...(after === undefined ? {} : { after }) });
        if (!page.ok) return page;
        const { data, has_more } = page.value;
        newest = Math.max(newest, ...data.map((batch) => batch.created_at ?? 0));
        const recent = data.filter((batch) => (batch.created_at ?? newest) >= newest - lookBackS);
        for (const listed of recent) {
          const batch = listed.metadata === undefined ? await retrieve(listed.id) : { ok: true as const, value: listed };
          if (!batch.ok) return batch;
          if (batch.value.metadata?.[key] === value) return batch;
        }
        const last = data.at(-1)?.id;
        // Some servers ignore `after` and would give the same page for ever.
        if (!has_more || recent.length === 0 || last === undefined || last === after) return { ok: true, value: null };
        after = last;
      }
    },

    /** Whether a failed retrieval means that the batch is gone. Were the address wrong, the list would be missing as well. */
    async isGone({ status }: Failure): Promise<boolean> {
      return status === 404 && (await list({ limit: 1 })).ok;
    },

    upload: (file: File): Promise<Attempt<{ id: string }>> =>
      attempt(transferTimeoutMs, async (options) =>
        Uploaded.parse(
          await client.files.create(
            { file, purpose: 'batch', ...(expiry === undefined ? {} : { expires_after: expiry }) },
            options,
          ),
        ),
      ),

    create: (fileId: string, endpoint: '/v1/chat/completions', metadata: Record<string, string>): Promise<Attempt<Batch>> =>
      attempt(timeoutMs, async (options) =>
        Batch.parse(
          await client.batches.create(
            {
              input_file_id: fileId,
              endpoint,
              completion_window: '24h',
              metadata,
              ...(expiry === undefined ? {} : { output_expires_after: expiry }),
            },
            options,
          ),
        ),
      ),

    cancel: (remoteId: string): Promise<Attempt<unknown>> =>
      attempt(timeoutMs, (options) => client.batches.cancel(remoteId, options)),

    deleteFile: (fileId: string): Promise<Attempt<unknown>> =>
      attempt(timeoutMs, (options) => client.files.delete(fileId, options)),

    /** Reads files, given as streams of bytes that are opened when iterated, all within one time-out. */
    download: <Value>(
      fileIds: readonly string[],
      read: (files: readonly AsyncIterable<Uint8Array>[]) => Promise<Value>,
    ): Promise<Attempt<Value>> =>
      attempt(transferTimeoutMs, (options) => read(fileIds.map((fileId) => contentOf(client, fileId, options)))),
  };
}

/** A file's bytes; none of a file that is no longer there. */
async function* contentOf(
  client: OpenAI,
  fileId: string,
  options: CallOptions,
): AsyncGenerator<Uint8Array<ArrayBufferLike>, void, undefined> {
  let response: Response;
  try {
    response = await client.files.content(fileId, options);
  } catch (error) {
    if (error instanceof APIError && error.status === 404) return;
    throw error;
  }
  if (response.body !== null) yield* response.body;
}
