#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { LongwatchError } from '../domain/errors.ts';
import { addAlerts } from './commands/alerts.ts';
import { addAudit } from './commands/audit.ts';
import { addBacktest } from './commands/backtest.ts';
import { addConsent } from './commands/consent.ts';
import { addDemo } from './commands/demo.ts';
import { addErase } from './commands/erase.ts';
import { addIngest } from './commands/ingest.ts';
import { addJob } from './commands/job.ts';
import { addKeys } from './commands/keys.ts';
import { addRaters } from './commands/raters.ts';
import { addReport } from './commands/report.ts';
import { addRollback } from './commands/rollback.ts';
import { addRubrics } from './commands/rubrics.ts';
import { addSampler } from './commands/sampler.ts';
import { addSamples } from './commands/samples.ts';
import { addServe } from './commands/serve.ts';
import { addSetUp } from './commands/set-up.ts';
import { addStatus } from './commands/status.ts';
import { addVersions } from './commands/versions.ts';
import { default_config } from './context.ts';

const exit_failed = 1;
const exit_usage = 2;

function createProgram(): Command {
  const program = new Command('longwatch')
    .description('Watches what a chat model does to the people who use it, and raises a rollback alert when it drifts.')
    .option('--json', 'print for a program, not for a person', false)
    .option('--config <file>', `configuration (default: ${default_config} in the data folder or here)`)
    .option('--data-dir <folder>', 'where the embedded database, keys and reports live', '.longwatch')
    .showHelpAfterError('Try --help.')
    .exitOverride();
  for (const add of [
    addDemo,
    addSetUp,
    addIngest,
    addJob,
    addBacktest,
    addServe,
    addStatus,
    addVersions,
    addAlerts,
    addRollback,
    addReport,
    addRubrics,
    addRaters,
    addSampler,
    addSamples,
    addConsent,
    addErase,
    addAudit,
    addKeys,
  ]) {
    add(program);
  }
  inherit(program);
  return program;
}

/** Subcommands take the global options too, and leave the process to us when their usage is wrong. */
function inherit(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command);
    for (const option of command.options) {
      if (!child.options.some((own) => own.long === option.long)) child.addOption(option);
    }
    inherit(child);
  }
}

async function main(argv: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync([...argv]);
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exit_usage;
    if (error instanceof LongwatchError) {
      process.stderr.write(`${error.message}\n`);
      return exit_failed;
    }
    // Not one of ours: say what kind it is and where, and keep its message, which may quote anything, to those who ask.
    const kind = error instanceof Error ? error.name : 'error';
    const where = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => line.trim().startsWith('at ')) : [];
    process.stderr.write(
      `Unexpected ${kind}: this is a bug in Longwatch, please report it with the lines below.\n${where.slice(0, 6).join('\n')}\n`,
    );
    return exit_failed;
  }
}

process.exitCode = await main(process.argv);
