import { type BatchError, readInputFile } from './batch-input.ts';

/** What becomes of one request of a batch: an HTTP answer, an error that never got to a model, or no line in either file. */
export type LineReply = { readonly status: number; readonly body: unknown } | { readonly error: string } | 'no line';

export type BatchFlowOptions = {
  /** What a request is answered with. `body` is the line's body, parsed. */
  readonly complete: (request: { readonly customId: string; readonly body: unknown }) => LineReply | Promise<LineReply>;
  /** Epoch milliseconds, for the times that objects carry. */
  readonly now: () => number;
  /** How batches end that nobody cancels; `answered` is how many requests an expiring one gets round to. */
  readonly end?: { readonly status: 'completed' } | { readonly status: 'expired'; readonly answered: number };
  /** Tokens (a quarter of the bytes) that may be queued; a larger input file fails validation. */
  readonly maxQueuedTokens?: number;
  /** Has the last word on the lines of an output or error file: other orders, copies, broken lines. */
  readonly rewrite?: (lines: readonly string[], file: 'output' | 'error') => readonly string[];
};

export type SimulatedFile = {
  readonly object: {
    readonly id: string;
    readonly object: 'file';
    readonly bytes: number;
    readonly created_at: number;
    readonly expires_at?: number;
    readonly filename: string;
    readonly purpose: 'batch' | 'batch_output';
    readonly status: 'processed';
  };
  readonly text: string;
};

type Status = 'validating' | 'failed' | 'in_progress' | 'finalizing' | 'completed' | 'expired' | 'cancelling' | 'cancelled';

/** A batch object as endpoints show it. */
export type SimulatedBatch = Readonly<Partial<Record<`${Status}_at`, number>>> & {
  readonly id: string;
  readonly object: 'batch';
  readonly endpoint: '/v1/chat/completions';
  readonly completion_window: '24h';
  readonly input_file_id: string;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly created_at: number;
  readonly expires_at: number;
  readonly status: Status;
  readonly output_file_id: string | null;
  readonly error_file_id: string | null;
  readonly errors: { readonly object: 'list'; readonly data: readonly BatchError[] } | null;
  readonly request_counts: { readonly total: number; readonly completed: number; readonly failed: number };
};

/** The store and the state machine behind the endpoints. */
export type BatchFlow = ReturnType<typeof createBatchFlow>;

const endedStatuses: readonly Status[] = ['failed', 'completed', 'expired', 'cancelled'];

/**
 * Files and batches in memory. A batch goes validating, in_progress, finalizing, completed; or failed after validating, expired
 * out of in_progress, cancelled after cancelling: one step for each `advance`.
 */
export function createBatchFlow(options: BatchFlowOptions) {
  const { complete, now, end = { status: 'completed' }, maxQueuedTokens = Number.POSITIVE_INFINITY, rewrite } = options;
  const files = new Map<string, SimulatedFile>();
  const batches = new Map<string, SimulatedBatch>();
  let made = 0;
  const seconds = () => Math.floor(now() / 1000);

  function addFile(text: string, filename: string, purpose: 'batch' | 'batch_output', expiresAfterS: number | null) {
    const created_at = seconds();
    const object = {
      id: `file-${++made}`,
      object: 'file' as const,
      bytes: Buffer.byteLength(text),
      created_at,
      ...(expiresAfterS === null ? {} : { expires_at: created_at + expiresAfterS }),
      filename,
      purpose,
      status: 'processed' as const,
    };
    files.set(object.id, { object, text });
    return object;
  }

  function move(batch: SimulatedBatch, status: Status, change: Partial<SimulatedBatch> = {}): void {
    batches.set(batch.id, { ...batch, ...change, status, [`${status}_at`]: seconds() });
  }

  function validate(batch: SimulatedBatch): void {
    const text = files.get(batch.input_file_id)?.text ?? '';
    const { requests, errors } = readInputFile(text, batch.endpoint);
    const isTooMuch = Buffer.byteLength(text) / 4 > maxQueuedTokens;
    const full = { code: 'token_limit_exceeded', message: 'Enqueued token limit reached.', line: null, param: null };
    const data = errors.length > 0 ? errors : isTooMuch ? [full] : [];
    if (data.length > 0) move(batch, 'failed', { errors: { object: 'list', data } });
    else move(batch, 'in_progress', { request_counts: { total: requests.length, completed: 0, failed: 0 } });
  }

  /** Answers the first `answered` requests; the others end with `error`. */
  async function finish(batch: SimulatedBatch, status: Status, answered: number, error: string): Promise<void> {
    const { requests } = readInputFile(files.get(batch.input_file_id)?.text ?? '', batch.endpoint);
    const output: string[] = [];
    const errors: string[] = [];
    for (const [index, request] of requests.entries()) {
      const reply = index < answered ? await complete(request) : { error };
      if (reply === 'no line') continue;
      const line = { id: `batch_req_${++made}`, custom_id: request.customId };
      if ('error' in reply) {
        errors.push(JSON.stringify({ ...line, response: null, error: { code: reply.error, message: 'Not executed.' } }));
      } else {
        const response = { status_code: reply.status, request_id: `req_${made}`, body: reply.body };
        (reply.status < 300 ? output : errors).push(JSON.stringify({ ...line, response, error: null }));
      }
    }
    const fileOf = (lines: readonly string[], kind: 'output' | 'error') => {
      const written = rewrite?.(lines, kind) ?? lines;
      return written.length === 0
        ? null
        : addFile(`${written.join('\n')}\n`, `${batch.id}_${kind}.jsonl`, 'batch_output', null).id;
    };
    move(batch, status, {
      output_file_id: fileOf(output, 'output'),
      error_file_id: fileOf(errors, 'error'),
      request_counts: { total: requests.length, completed: output.length, failed: errors.length },
    });
  }

  async function step(batch: SimulatedBatch): Promise<void> {
    const all = Number.POSITIVE_INFINITY;
    if (batch.status === 'validating') return validate(batch);
    if (batch.status === 'in_progress' && end.status === 'expired')
      return finish(batch, 'expired', end.answered, 'batch_expired');
    if (batch.status === 'in_progress') return move(batch, 'finalizing');
    if (batch.status === 'finalizing') return finish(batch, 'completed', all, '');
    if (batch.status === 'cancelling') return finish(batch, 'cancelled', 0, 'batch_cancelled');
  }

  return {
    addFile,
    file: (id: string) => files.get(id),
    files: () => [...files.values()],
    deleteFile: (id: string) => files.delete(id),
    createBatch(inputFileId: string, metadata: Readonly<Record<string, string>> | null): SimulatedBatch {
      const created_at = seconds();
      const batch: SimulatedBatch = {
        id: `batch_${++made}`,
        object: 'batch',
        endpoint: '/v1/chat/completions',
        completion_window: '24h',
        input_file_id: inputFileId,
        metadata,
        created_at,
        expires_at: created_at + 86_400,
        status: 'validating',
        output_file_id: null,
        error_file_id: null,
        errors: null,
        request_counts: { total: 0, completed: 0, failed: 0 },
      };
      batches.set(batch.id, batch);
      return batch;
    },
    batch: (id: string) => batches.get(id),
    /** Newest first, as endpoints list them. */
    batches: () => [...batches.values()].reverse(),
    deleteBatch: (id: string) => batches.delete(id),
    /** False for a batch that has ended. */
    cancel(id: string): boolean {
      const batch = batches.get(id);
      if (batch === undefined || endedStatuses.includes(batch.status)) return false;
      move(batch, 'cancelling');
      return true;
    },
    /** Moves one batch, or every batch, one step on; ended ones stay as they are. */
    async advance(id?: string): Promise<void> {
      for (const batch of [...batches.values()]) if (id === undefined || batch.id === id) await step(batch);
    },
  };
}
