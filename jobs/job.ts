import type { App } from '../src/compose.ts';

/** A piece of work on a schedule. It works off its own watermark, so that missed and repeated runs change nothing. */
export type Job = {
  readonly name: string;
  /** Cron, UTC. */
  readonly schedule: string;
  readonly describe: string;
  /** @returns what it made, by kind. */
  run(app: App): Promise<Record<string, number>>;
};
