import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The built command: `npm test` builds it first. */
const main = new URL('../../dist/src/cli/main.js', import.meta.url).pathname;

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

export type RunOptions = {
  readonly env?: Record<string, string>;
  readonly stdin?: string;
  readonly cwd?: string;
  /** SIGKILL after this many milliseconds. */
  readonly killAfter_ms?: number;
};

/** Runs `longwatch ARGS` in a process of its own, with nothing of this one's environment but what Node needs. */
export function longwatch(args: readonly string[], { env = {}, stdin, cwd, killAfter_ms }: RunOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], {
      cwd: cwd ?? tmpdir(),
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data: Buffer) => {
      stdout += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
      stderr += data.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.end(stdin ?? '');
    if (killAfter_ms !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfter_ms);
  });
}

/** A data folder that keeps history: these tests tell of fixed days, and the command's clock is the machine's. */
export function keepHistory(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(join(dataDir, 'longwatch.config.yaml'), 'retention: { transcript_days: 3650, verdict_days: 3650 }\n');
}

/** A folder that is gone when the block ends. */
export function temporaryFolder(): { readonly path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), 'longwatch-test-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
