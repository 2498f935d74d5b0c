import { parseArgs } from 'node:util';
import { conversationKey } from '../2-sample/pseudonym.ts';
import { systemClock } from '../clients/system-clock.ts';
import { openKeys } from '../compose.ts';
import { openDatabase } from '../db/database.ts';
import type { DimensionId } from '../domain/dimension.ts';
import { LongwatchError } from '../domain/errors.ts';
import { startJudgeServer } from '../simulate/judge-server.ts';
import { recordedAnswer } from '../simulate/recorded-judge.ts';
import { configOf } from './context.ts';
import { print } from './print.ts';
import { readLabels } from './recorded-labels.ts';

const usage = 'usage: npm run judge:recorded -- LABELS.jsonl... [--data-dir FOLDER] [--port 8089]';

/**
 * `npm run judge:recorded`: serves recorded verdicts as an OpenAI-compatible judge, for the conversations of one database
 * (whose key tells which stored conversation is which).
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'data-dir': { type: 'string', default: '.longwatch' }, port: { type: 'string', default: '8089' } },
  });
  if (positionals.length === 0) {
    process.stderr.write(`${usage}\n`);
    process.exitCode = 2;
    return;
  }
  const pseudonym = await readPseudonymKey(values['data-dir']);
  const byUnit = new Map<string, ReadonlyMap<DimensionId, string>>();
  for (const [id, ratings] of await readLabels(positionals)) byUnit.set(conversationKey(pseudonym, id), ratings);
  const server = await startJudgeServer({ answer: recordedAnswer(byUnit), seed: 'recorded', port: Number(values.port) });
  print(`Recorded verdicts of ${byUnit.size} conversations: OPENAI_BASE_URL=${server.url} OPENAI_API_KEY=recorded`);
  await new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
  await server.close();
}

/** Opens the database only for as long as that takes: a data folder serves one process at a time. */
async function readPseudonymKey(dataDir: string): Promise<Buffer> {
  const config = configOf({ json: false, dataDir });
  const { databaseUrl: url } = config;
  const database = await openDatabase(url === undefined ? { kind: 'folder', dataDir: config.dataDir } : { kind: 'server', url });
  try {
    return (await openKeys(config, database, systemClock)).keys.pseudonym;
  } finally {
    await database.close();
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof LongwatchError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
