import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LongwatchError } from '../domain/errors.ts';
import { convertResearchData } from '../simulate/convert-research-data.ts';
import { defaultArrivals, histories } from '../simulate/research-data.ts';
import { type BacktestResult, runBacktest } from './backtest.ts';
import { columns, print } from './print.ts';

const seed = 'longwatch';

/**
 * `npm run backtest:research -- CONVERSATIONS.jsonl.gz`: converts the research data, replays each history through every job
 * with the recorded labels as the judge over HTTP, and prints the verdicts beside what is known. Exit 1 when one differs.
 */
async function main([input]: readonly string[]): Promise<number> {
  if (input === undefined) {
    process.stderr.write('usage: npm run backtest:research -- CONVERSATIONS.jsonl.gz\n');
    return 2;
  }
  const folder = await mkdtemp(join(tmpdir(), 'longwatch-research-'));
  try {
    await convertResearchData(input, folder, { ...defaultArrivals, seed });
    const rows: string[][] = [
      ['history', 'expected', 'verdict', 'ratio (95 %, at all times)', 'found after', 'false alarms', ''],
    ];
    let wrong = 0;
    for (const { name, expected } of histories) {
      const file = join(folder, `${name}.jsonl`);
      const options = { files: [file], judge: 'recorded', baseline: null, folder: join(folder, name), json: false, quiet: true };
      const result = await runBacktest(options);
      if (result.as_expected !== true || result.false_alarms !== 0) wrong += 1;
      rows.push([name, expected, ...describe(result)]);
    }
    print(columns(rows));
    return wrong === 0 ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function describe({ verdicts, false_alarms, as_expected }: BacktestResult): string[] {
  const [verdict] = verdicts;
  if (verdict === undefined) return ['nothing found', '', '', '', 'NOT as expected'];
  const { finding, delay_hours } = verdict;
  const ratio = finding.ratio;
  return [
    finding.verdict,
    ratio === null ? '' : `${ratio.value.toFixed(2)} (${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)})`,
    delay_hours === null ? '' : `${(delay_hours / 24).toFixed(1)} days`,
    String(false_alarms),
    as_expected === true ? 'as expected' : 'NOT as expected',
  ];
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof LongwatchError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
