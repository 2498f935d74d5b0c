import { closeSync, createReadStream, openSync, rmSync, writeSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Clock } from '../domain/clock.ts';
import type { Conversation } from '../domain/conversation.ts';
import { InputError } from '../domain/errors.ts';
import type { Intake, IntakeCounts } from '../domain/intake.ts';
import type { SeenRecord } from '../domain/seen.ts';
import { parseLine } from './parse-line.ts';
import { splitLines } from './split-lines.ts';

const chunk_lines = 500;
const chunk_chars = 8 * 1024 * 1024;
const max_line_bytes = 16 * 1024 * 1024;

export type IngestResult = IntakeCounts & {
  readonly lines: number;
  /** Conversations that an edge sampler had counted. */
  readonly countedAtEdge: number;
  readonly rejectedFile: string | null;
};
export type IngestProgress = { readonly lines: number; readonly bytesRead: number; readonly bytesTotal: number | null };

/**
 * Reads native JSONL from a file (`.gz` too) or standard input, in constant memory, and hands conversations to the intake
 * in chunks. A bad line is written aside to `<file>.rejected.jsonl` with file, line, field and reason (never its
 * content) and stops nothing. Safe to repeat: what was taken before changes nothing.
 * @throws InputError when the source cannot be read to its end; what came before it has been taken.
 */
export async function ingest(
  source: { readonly path: string } | { readonly stream: Readable },
  intake: Intake,
  clock: Clock,
  onProgress: (progress: IngestProgress) => void = () => undefined,
): Promise<IngestResult> {
  const name = 'path' in source ? source.path : '(standard input)';
  const bytesTotal = 'path' in source ? await sizeOf(source.path) : null;
  let bytesRead = 0;
  const raw = 'path' in source ? createReadStream(source.path) : source.stream;
  raw.on('data', (data: Buffer) => {
    bytesRead += data.length;
  });
  const unzipped = name.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  raw.on('error', (error: Error) => unzipped.destroy(error));
  const rejects = new RejectFile(`${'path' in source ? source.path : 'stdin'}.rejected.jsonl`, name);
  const totals = { fresh: 0, known: 0, grown: 0, excluded: 0, rejected: 0, sampled: 0, judged: 0, expired: 0 };
  let lines = 0;
  let countedAtEdge = 0;
  let pending: { line: number; conversation: Conversation }[] = [];
  let pendingSeen: SeenRecord[] = [];
  let pendingChars = 0;

  const flush = async () => {
    const { counts, rejections } = await intake.take(pending.map((p) => p.conversation));
    for (const key of Object.keys(totals) as (keyof IntakeCounts)[]) totals[key] += counts[key];
    for (const { index, field, reason } of rejections) rejects.write(pending[index]?.line ?? 0, field, reason);
    if (pendingSeen.length > 0) countedAtEdge += await intake.count(pendingSeen);
    pending = [];
    pendingSeen = [];
    pendingChars = 0;
    onProgress({ lines, bytesRead, bytesTotal });
  };

  try {
    for await (const line of splitLines(unzipped, max_line_bytes)) {
      lines += 1;
      const parsed =
        line.text === null
          ? { ok: false as const, field: '(line)', reason: `longer than ${max_line_bytes / 1024 / 1024} MB` }
          : parseLine(line.text, clock.now());
      if (parsed.ok) {
        if (parsed.kind === 'seen') pendingSeen.push(parsed.seen);
        else pending.push({ line: line.number, conversation: parsed.conversation });
        pendingChars += line.text?.length ?? 0;
        if (pending.length + pendingSeen.length >= chunk_lines || pendingChars >= chunk_chars) await flush();
      } else {
        totals.rejected += 1;
        rejects.write(line.number, parsed.field, parsed.reason);
      }
    }
    await flush();
  } catch (cause) {
    if (!isReadFailure(cause)) throw cause;
    await flush();
    throw new InputError(
      `${name} cannot be read past line ${lines} (${(cause as NodeJS.ErrnoException).code}): the lines before it were taken; repair the file and run the same command again, nothing is counted twice.`,
      { cause },
    );
  } finally {
    rejects.close();
  }
  return { ...totals, lines, countedAtEdge, rejectedFile: rejects.opened ? rejects.path : null };
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    throw new InputError(`${path} cannot be read: check the path and its permissions.`, { cause });
  }
}

function isReadFailure(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return (
    typeof code === 'string' &&
    (code.startsWith('Z_') || ['EIO', 'EISDIR', 'EACCES', 'ENOENT', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code))
  );
}

/**
 * Opened at the first rejection, so that a clean file leaves nothing behind, not even the rejects of a time before. Written at
 * once, so that a kill loses none.
 */
class RejectFile {
  readonly path: string;
  readonly #source: string;
  #handle: number | null = null;

  constructor(path: string, source: string) {
    this.path = path;
    this.#source = source;
    this.#attempt(() => rmSync(path, { force: true }));
  }

  get opened(): boolean {
    return this.#handle !== null;
  }

  write(line: number, field: string, reason: string): void {
    const record = `${JSON.stringify({ file: this.#source, line, field, reason })}\n`;
    this.#attempt(() => {
      this.#handle ??= openSync(this.path, 'w');
      writeSync(this.#handle, record);
    });
  }

  close(): void {
    if (this.#handle !== null) closeSync(this.#handle);
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch (cause) {
      throw new InputError(
        `${this.path} cannot be written: rejected lines are noted there; make it writable and run the same command again.`,
        { cause },
      );
    }
  }
}
