import { type BatchItem, type BatchJudge, type BatchResult, DiscardError } from '../domain/batch-judge.ts';
import type { JudgeAnswer, JudgeOutcome } from '../domain/judge.ts';
import { createFakeJudge } from './fake-judge.ts';

export type FakeBatchJudgeConfig = {
  /** What it says of an item: the answers, or any other outcome; null where neither file has a line for it. */
  readonly answer: (item: BatchItem) => JudgeOutcome | readonly JudgeAnswer[] | null;
  /** How batches end. */
  readonly endsAs?: string;
  /** Polls of a batch that find it running. */
  readonly pollsRunning?: number;
  readonly model?: string;
  readonly temperature?: number;
  readonly family?: string;
};

export type FakeBatchJudge = BatchJudge & {
  /** Batches paid for so far. */
  created(): number;
  /** Batches of which files lie there. */
  kept(): number;
};

type Held = { readonly items: readonly BatchItem[]; runningPolls: number; status: string; files: boolean };

/** A batch judge in memory, under the same contract as the real one. */
export function createFakeBatchJudge(config: FakeBatchJudgeConfig): FakeBatchJudge {
  const { answer, endsAs = 'completed', pollsRunning = 1, model = 'fake-judge', temperature = 0, family } = config;
  const batches = new Map<string, Held>();
  const isRunning = (batch: Held) => batch.runningPolls > 0;

  async function outcomeOf(item: BatchItem): Promise<JudgeOutcome> {
    const said = answer(item) ?? { outcome: 'retry', reason: 'failed', afterMs: null };
    return createFakeJudge({ answer: () => said }).rate(item.request);
  }

  return {
    identity: { model, temperature, ...(family === undefined ? {} : { family }) },
    created: () => batches.size,
    kept: () => [...batches.values()].filter((batch) => batch.files).length,
    async submit(id, items) {
      if (items.length === 0) return { outcome: 'refused', reason: 'empty_file' };
      if (new Set(items.map((item) => item.customId)).size < items.length)
        return { outcome: 'refused', reason: 'duplicate_custom_id' };
      const remoteId = `fake-${id}`;
      if (!batches.has(remoteId)) batches.set(remoteId, { items, runningPolls: pollsRunning, status: endsAs, files: true });
      return { outcome: 'submitted', remoteId };
    },
    async poll(remoteId) {
      const batch = batches.get(remoteId);
      if (batch === undefined) return { outcome: 'ended', status: 'gone' };
      if (!isRunning(batch)) return { outcome: 'ended', status: batch.status };
      batch.runningPolls--;
      return { outcome: 'running' };
    },
    async results(remoteId, items) {
      const batch = batches.get(remoteId);
      if (batch !== undefined && isRunning(batch)) return { outcome: 'retry', afterMs: null };
      const submitted = new Set(batch?.files ? batch.items.map((item) => item.customId) : []);
      const results: BatchResult[] = [];
      for (const item of items) {
        const outcome: JudgeOutcome = submitted.has(item.customId)
          ? await outcomeOf(item)
          : { outcome: 'retry', reason: 'failed', afterMs: null };
        results.push({ customId: item.customId, outcome });
      }
      return { outcome: 'read', results };
    },
    async discard(remoteId) {
      const batch = batches.get(remoteId);
      if (batch === undefined) return;
      if (isRunning(batch)) {
        [batch.runningPolls, batch.status] = [0, 'cancelled'];
        throw new DiscardError(`Batch ${remoteId} is being cancelled: its files can be deleted once that has ended.`);
      }
      batch.files = false;
    },
  };
}
