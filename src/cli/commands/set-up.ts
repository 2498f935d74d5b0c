import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type KeyList, listKeys } from '../../2-sample/run-rotation.ts';
import { createKeyFile } from '../../clients/key-file.ts';
import { keyFileOf } from '../../compose.ts';
import { latestRuns } from '../../db/job-runs.ts';
import { LongwatchError } from '../../domain/errors.ts';
import { configOf, default_config, globalOptions, withApp } from '../context.ts';
import { print, printResult } from '../print.ts';
import { readStatus } from './status.ts';

const example_config = `# Longwatch configuration. Every key has a default; remove what you do not need.
# judge:
#   model: gpt-5-mini            # any OpenAI-compatible endpoint: set OPENAI_BASE_URL and OPENAI_API_KEY
#   price: { input_per_million: 0.25, output_per_million: 2 }   # what your endpoint asks
#   budget: { money_per_day: 20 }  # less money: fewer calls at a known probability, never silently none
sampling:
  conversations_per_day: 1000    # rated conversations wanted a day from each version with traffic
  require_consent: false         # true: a conversation without consent "granted" is never sampled
detect:
  false_alarms_per_year: 0.5     # expected false pages a year, over all cells and all looks
# respond:
#   alert_webhook: https://example.com/longwatch-alerts       # signed with LONGWATCH_WEBHOOK_SECRET
#   rollback_webhook: https://example.com/longwatch-rollback
people: []                       # who may approve a rollback: [{name: Robin, roles: [on-call]}]
`;

export function addSetUp(program: Command): void {
  program
    .command('init')
    .description('write a configuration and a key; never overwrites either')
    .action(async (_options, command: Command) => {
      const options = globalOptions(command);
      const file = options.config ?? default_config;
      const wrote = !existsSync(file);
      if (wrote) await writeFile(file, example_config);
      const config = configOf({ ...options, config: file });
      const keyFile = config.keyCommand === undefined ? keyFileOf(config) : null;
      const made = keyFile !== null && createKeyFile(resolve(keyFile));
      const keys =
        keyFile === null
          ? 'keys: printed by LONGWATCH_KEY_COMMAND, so no file was made'
          : `${keyFile}: ${made ? 'made; back it up apart from the database, for without it nothing stored can be opened' : 'kept as it was'}`;
      printResult(options.json, { config: file, wrote_config: wrote, key: keyFile, made_key: made }, () =>
        [`${file}: ${wrote ? 'written' : 'kept as it was'}`, keys].join('\n'),
      );
    });

  program
    .command('doctor')
    .description('check configuration, database, key, clock, judge and coverage')
    .action(async (_options, command: Command) => {
      const checks = await examine(command);
      const { json } = globalOptions(command);
      if (json) print(JSON.stringify(checks, null, 2));
      else for (const { ok, what, says } of checks) print(`${ok ? 'ok     ' : 'PROBLEM'}  ${what}: ${says}`);
      const bad = checks.filter((check) => !check.ok);
      if (bad.length > 0) throw new DoctorError(`${bad.length} of ${checks.length} checks found a problem.`);
    });
}

class DoctorError extends LongwatchError {
  readonly code = 'doctor';
}

type Check = { readonly what: string; readonly ok: boolean; readonly says: string };

async function examine(command: Command): Promise<Check[]> {
  try {
    return await withApp(command, async (app) => {
      const { db, kind } = app.database;
      const status = await readStatus(app);
      const future = (await latestRuns(db)).find((run) => run.startedAt > app.clock.now());
      const judged = status.coverage.find((row) => row.rater === app.rater);
      const missing = judged === undefined ? 0 : Object.values(judged.unscored).reduce((sum, n) => sum + n, 0);
      return [
        { what: 'configuration', ok: true, says: 'valid' },
        { what: 'rubrics', ok: true, says: `${app.rubrics.rubrics.length} dimensions are watched` },
        { what: 'database', ok: true, says: `${kind}, schema up to date` },
        describeKeys(await listKeys(app.keys)),
        {
          what: 'clock',
          ok: future === undefined,
          says:
            future === undefined
              ? 'not before any work done'
              : `job ${future.job} ran at ${future.startedAt.toISOString()}, which is still to come`,
        },
        await examineJudge(app.config.judge === undefined ? null : app.config.openai),
        {
          what: 'coverage',
          ok: judged === undefined || missing / Math.max(1, judged.due - judged.waiting) <= 1 - app.config.detect.coverage_floor,
          says:
            judged === undefined
              ? 'nothing was due yet'
              : `${judged.scored} of ${judged.due} due ratings scored, ${judged.waiting} waiting`,
        },
      ];
    });
  } catch (error) {
    if (error instanceof LongwatchError) return [{ what: error.code, ok: false, says: error.message }];
    throw error;
  }
}

function describeKeys({ masters }: KeyList): Check {
  const what = 'key';
  const wraps = masters.filter(({ workingKeys, dataKeys }) => workingKeys + dataKeys > 0);
  const lost = wraps.filter(({ place }) => place === null);
  if (lost.length > 0) {
    const names = lost.map(({ fingerprint }) => fingerprint).join(', ');
    return {
      what,
      ok: false,
      says: `nobody holds ${names}, which data keys are wrapped under: put it back ("longwatch keys list")`,
    };
  }
  if (wraps.some(({ place }) => place !== 1)) {
    return { what, ok: true, says: 'a rotation is not finished: run "longwatch keys rotate"' };
  }
  return { what, ok: true, says: 'the one this database was written with' };
}

async function examineJudge(endpoint: { baseUrl: string; apiKey: string | null } | null): Promise<Check> {
  const what = 'judge';
  if (endpoint === null) return { what, ok: true, says: 'none configured: the local screen alone rates' };
  if (endpoint.apiKey === null) return { what, ok: false, says: 'a model is configured but OPENAI_API_KEY is not set' };
  try {
    const response = await fetch(`${endpoint.baseUrl.replace(/\/$/, '')}/models`, {
      headers: { authorization: `Bearer ${endpoint.apiKey}` },
      signal: AbortSignal.timeout(10_000),
    });
    await response.body?.cancel();
    if (response.status === 401 || response.status === 403)
      return { what, ok: false, says: `answers ${response.status}: check OPENAI_API_KEY` };
    return { what, ok: true, says: `answers at ${new URL(endpoint.baseUrl).host}` };
  } catch {
    return {
      what,
      ok: false,
      says: `does not answer at ${new URL(endpoint.baseUrl).host}: check OPENAI_BASE_URL and the network`,
    };
  }
}
