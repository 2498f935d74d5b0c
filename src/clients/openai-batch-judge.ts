import { randomBytes } from 'node:crypto';
import { type Attributes, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { readBatchResults } from '../3-rate/batch/read-batch-results.ts';
import { BATCH_ENDPOINT, batchLineRenderer } from '../3-rate/batch/render-batch-line.ts';
import { type BatchItem, type BatchJudge, type BatchSubmission, DiscardError } from '../domain/batch-judge.ts';
import { type Failure, plainCode } from './attempt.ts';
import { createOpenAiBatches } from './openai-batches.ts';
import { createOpenAiClient } from './openai-client.ts';
import { readBatchReply } from './read-batch-reply.ts';

export type OpenAiBatchJudgeConfig = {
  readonly baseUrl: string;
  /** Empty for an endpoint that asks for none. */
  readonly apiKey: string;
  readonly model: string;
  readonly temperature: number;
  /** Whose model it is, as in `gpt`. */
  readonly family?: string;
  /** For each call that carries no file, headers and body. */
  readonly timeoutMs: number;
  /** For an upload, and for reading the files of a batch, each as a whole. */
  readonly transferTimeoutMs: number;
  /**
   * After how many seconds the endpoint deletes files that nobody discarded (an upload whose worker was killed, say): more than
   * the 24 hours of a batch and the longest pause of the workers. Null for an endpoint that refuses the parameter.
   */
  readonly filesExpireAfterS?: number | null;
  /** What the endpoint takes as one file, in bytes. */
  readonly maxFileBytes?: number;
  /** A longer line of an output or error file is refused unread. */
  readonly maxLineBytes?: number;
};

/** The metadata by which a batch is found again. */
const idKey = 'longwatch_batch';
const linesInPart = 200;
const endedStatuses = ['completed', 'expired', 'cancelled', 'failed'];

/**
 * A batch judge behind the OpenAI Batch and Files endpoints. Conversation text goes into the uploaded file and nowhere else:
 * errors are read for status, code and headers only. An endpoint that keeps no metadata at all cannot be guarded against
 * paying twice after a crash.
 */
export function createOpenAiBatchJudge(config: OpenAiBatchJudgeConfig): BatchJudge {
  const { baseUrl, apiKey, model, temperature, family, timeoutMs, transferTimeoutMs } = config;
  const { filesExpireAfterS = 259_200, maxFileBytes = 200_000_000, maxLineBytes = 1_048_576 } = config;
  const client = createOpenAiClient({ baseUrl, apiKey });
  const batches = createOpenAiBatches({ client, timeoutMs, transferTimeoutMs, filesExpireAfterS });
  const lines = batchLineRenderer({ model, temperature });

  function fileOf(items: readonly BatchItem[]): File {
    // In parts, so that the lines as strings and the bytes of the whole file are not held at the same time.
    const parts: Blob[] = [];
    for (let from = 0; from < items.length; from += linesInPart) {
      const part = items.slice(from, from + linesInPart);
      parts.push(new Blob(part.map((item) => lines.render(item, randomBytes(16).toString('hex')))));
    }
    return new File(parts, 'longwatch.jsonl');
  }

  async function submit(id: string, items: readonly BatchItem[]): Promise<BatchSubmission> {
    if (items.length === 0) return { outcome: 'refused', reason: 'empty_file' };
    const isUnique = new Set(items.map((item) => item.customId)).size === items.length;
    if (!isUnique) return { outcome: 'refused', reason: 'duplicate_custom_id' };
    const found = await batches.find(idKey, id);
    if (!found.ok) return notSubmitted(found.failure);
    if (found.value !== null) return { outcome: 'submitted', remoteId: found.value.id };
    const file = fileOf(items);
    if (file.size > maxFileBytes) return { outcome: 'refused', reason: 'file_too_large' };
    const uploaded = await batches.upload(file);
    if (!uploaded.ok) return notSubmitted(uploaded.failure);
    const created = await batches.create(uploaded.value.id, BATCH_ENDPOINT, { [idKey]: id });
    if (created.ok) return { outcome: 'submitted', remoteId: created.value.id };
    const { status, param } = created.failure;
    // An answer lost on the way may stand for a batch that runs and needs its file: the next submission will find it.
    if (status !== undefined && status < 500) await batches.deleteFile(uploaded.value.id);
    // Endpoints may need a moment until a file just uploaded can be seen.
    const isUnseen = status === 404 || (status === 400 && param?.endsWith('file_id'));
    return isUnseen ? { outcome: 'retry', reason: 'failed', afterMs: null } : notSubmitted(created.failure);
  }

  async function poll(remoteId: string): ReturnType<BatchJudge['poll']> {
    const batch = await batches.retrieve(remoteId);
    if (!batch.ok) {
      if (await batches.isGone(batch.failure)) return { outcome: 'ended', status: 'gone' };
      return { outcome: 'retry', afterMs: batch.failure.afterMs };
    }
    const { status, errors } = batch.value;
    if (!endedStatuses.includes(status)) return { outcome: 'running' };
    const code = status === 'failed' ? plainCode(errors?.data?.[0]?.code) : null;
    return { outcome: 'ended', status: code === null ? status : `${status}:${code}` };
  }

  async function results(remoteId: string, items: readonly BatchItem[], span: Span): ReturnType<BatchJudge['results']> {
    const batch = await batches.retrieve(remoteId);
    if (!batch.ok && !(await batches.isGone(batch.failure))) return { outcome: 'retry', afterMs: batch.failure.afterMs };
    if (batch.ok && !endedStatuses.includes(batch.value.status)) return { outcome: 'retry', afterMs: null };
    // Output first: a request that stands in both files was answered.
    const fileIds = batch.ok ? [batch.value.output_file_id, batch.value.error_file_id].filter(isGiven) : [];
    const read = await batches.download(fileIds, (files) =>
      readBatchResults({ items, files, maxLineBytes, outcomeOf: readBatchReply }),
    );
    if (!read.ok) return { outcome: 'retry', afterMs: read.failure.afterMs };
    span.setAttribute('longwatch.batch.unreadable_lines', read.value.unreadable);
    return { outcome: 'read', results: read.value.results };
  }

  async function discard(remoteId: string): Promise<void> {
    const batch = await batches.retrieve(remoteId);
    if (!batch.ok) {
      if (await batches.isGone(batch.failure)) return;
      throw new DiscardError(`The endpoint did not say which files batch ${remoteId} has; try again later.`);
    }
    const { status, input_file_id, output_file_id, error_file_id } = batch.value;
    if (!endedStatuses.includes(status)) {
      await batches.cancel(remoteId);
      throw new DiscardError(`Batch ${remoteId} is being cancelled: its files can be deleted once that has ended.`);
    }
    let left = 0;
    for (const fileId of [input_file_id, output_file_id, error_file_id].filter(isGiven)) {
      const deleted = await batches.deleteFile(fileId);
      if (!deleted.ok && deleted.failure.status !== 404) left++;
    }
    if (left > 0) throw new DiscardError(`${left} of the files of batch ${remoteId} could not be deleted; try again later.`);
  }

  return {
    identity: { model, temperature, ...(family === undefined ? {} : { family }) },
    submit: (id, items) =>
      traced('submit', { 'longwatch.batch': id, 'longwatch.batch.requests': items.length }, () => submit(id, items)),
    poll: (remoteId) => traced('poll', { 'longwatch.batch.remote': remoteId }, () => poll(remoteId)),
    results: (remoteId, items) =>
      traced('results', { 'longwatch.batch.remote': remoteId, 'longwatch.batch.requests': items.length }, (span) =>
        results(remoteId, items, span),
      ),
    discard: async (remoteId) => {
      await traced('discard', { 'longwatch.batch.remote': remoteId }, async () => {
        await discard(remoteId);
        return { outcome: 'discarded' };
      });
    },
  };
}

const isGiven = (fileId: string | null | undefined): fileId is string => typeof fileId === 'string' && fileId !== '';

/** What it means for a submission that a call failed. */
function notSubmitted({ status, code, afterMs }: Failure): BatchSubmission {
  if (status === 429) return { outcome: 'retry', reason: 'throttled', afterMs };
  // A wrong key stays due until somebody corrects it; 408, 409 and 5xx pass by themselves, all but "not implemented".
  const isFinal =
    status !== undefined && status >= 400 && ![401, 403, 408, 409].includes(status) && (status < 500 || status === 501);
  if (!isFinal) return { outcome: 'retry', reason: 'failed', afterMs };
  return { outcome: 'refused', reason: code ?? `http_${status}` };
}

/** Runs a call in a span that holds ids, counts and codes. */
function traced<Result extends { readonly outcome: string; readonly reason?: string }>(
  call: string,
  attributes: Attributes,
  run: (span: Span) => Promise<Result>,
): Promise<Result> {
  return trace.getTracer('longwatch').startActiveSpan(`longwatch.judge.batch.${call}`, { attributes }, async (span) => {
    try {
      const result = await run(span);
      span.setAttribute('longwatch.outcome', result.outcome);
      if (result.reason !== undefined) span.setAttribute('error.type', result.reason);
      if (result.outcome === 'retry' || result.outcome === 'refused') span.setStatus({ code: SpanStatusCode.ERROR });
      return result;
    } catch (error) {
      span.setAttribute('error.type', error instanceof DiscardError ? error.code : 'bug');
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}
