import { parseArgs } from 'node:util';
import { deriveKeys } from '../2-sample/keys.ts';
import { conversationKey } from '../2-sample/pseudonym.ts';
import { readKeyFile } from '../clients/key-file.ts';
import { keyFileOf } from '../compose.ts';
import type { DimensionId } from '../domain/dimension.ts';
import { LongwatchError } from '../domain/errors.ts';
import { startJudgeServer } from '../simulate/judge-server.ts';
import { recordedAnswer } from '../simulate/recorded-judge.ts';
import { print } from './print.ts';
import { readLabels } from './recorded-labels.ts';

const usage = 'usage: npm run judge:recorded -- LABELS.jsonl... [--data-dir FOLDER] [--port 8089]';

/**
 * `npm run judge:recorded`: serves recorded verdicts as an OpenAI-compatible judge, for the conversations of one data folder
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
  const { pseudonym } = deriveKeys(
    readKeyFile(keyFileOf({ dataDir: values['data-dir'], keyFile: process.env.LONGWATCH_KEY_FILE })),
  );
  const byUnit = new Map<string, ReadonlyMap<DimensionId, string>>();
  for (const [id, ratings] of await readLabels(positionals)) byUnit.set(conversationKey(pseudonym, id), ratings);
  const server = await startJudgeServer({ answer: recordedAnswer(byUnit), seed: 'recorded', port: Number(values.port) });
  print(`Recorded verdicts of ${byUnit.size} conversations: OPENAI_BASE_URL=${server.url} OPENAI_API_KEY=recorded`);
  await new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
  await server.close();
}

try {
  await main();
} catch (error) {
  if (!(error instanceof LongwatchError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
