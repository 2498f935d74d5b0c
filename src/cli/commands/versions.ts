import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { mergeDays } from '../../7-report/merge-days.ts';
import { withholdPoints } from '../../7-report/withhold-points.ts';
import type { App } from '../../compose.ts';
import { readRatePoints } from '../../db/rate-points.ts';
import { certify, lastKnownGood, listVersions, retireVersion } from '../../db/versions.ts';
import { everybody } from '../../domain/cell.ts';
import { StateError } from '../../domain/errors.ts';
import { formatShare } from '../../domain/format-share.ts';
import { withApp } from '../context.ts';
import { columns, minute, printResult } from '../print.ts';

const day_ms = 86_400_000;
/** Fewer rated conversations than this say too little of a version to call it good. */
const least_rated = 100;

export function addVersions(program: Command): void {
  const group = program.command('versions').description('model versions, and which one is last known good');

  group
    .command('list')
    .description('every version seen in traffic')
    .action(async (_options, command: Command) => {
      await withApp(command, async (app, { json }) => {
        const lkg = await lastKnownGood(app.database.db);
        const rows = (await listVersions(app.database.db)).map((row) => ({ ...row, lkg: row.version === lkg?.version }));
        printResult(json, rows, () =>
          rows.length === 0
            ? 'No version has been seen yet: ingest conversations first.'
            : columns(
                rows.map((row) => [
                  row.version,
                  row.lkg ? 'last known good' : row.retiredAt === null ? '' : 'retired',
                  `first seen ${minute(row.firstSeenAt)}`,
                  `last seen ${minute(row.lastSeenAt)}`,
                ]),
              ),
        );
      });
    });

  group
    .command('certify')
    .argument('<version>')
    .requiredOption('--by <name>', 'who vouches for it')
    .option('--days <n>', 'the window it was good in, counted back from the last closed day', '28')
    .option('--until <time>', 'work as if it were this time')
    .description('certify a version as last known good, with the rates it was good at')
    .action(async (version: string, { by, days, until }: { by: string; days: string; until?: string }, command: Command) => {
      await withApp(
        command,
        async (app, { json }) => {
          const certification = await certifyVersion(app, version, by, Number(days));
          printResult(json, certification, () =>
            [
              `${version} is last known good, certified by ${by} on ${certification.rates.length} dimensions:`,
              columns(
                certification.rates.map((r) => [
                  `  ${r.dimension}`,
                  `${formatShare(r.rate)} (${formatShare(r.low)} to ${formatShare(r.high)})`,
                  `n = ${r.n}`,
                ]),
              ),
            ].join('\n'),
          );
        },
        { until },
      );
    });

  group
    .command('retire')
    .argument('<version>')
    .requiredOption('--by <name>', 'who retires it')
    .description('a retired version is nothing to roll back to')
    .action(async (version: string, { by }: { by: string }, command: Command) => {
      await withApp(command, async (app, { json }) => {
        const at = app.clock.now();
        await mustKnow(app, version);
        await app.database.db.transaction().execute(async (trx) => {
          await retireVersion(trx, version, by, at);
          await app.audit.append(trx, { at, kind: 'retire version', who: by, subject: version });
        });
        printResult(json, { version, retired_by: by }, () => `${version} is retired.`);
      });
    });
}

/**
 * Certifies a version by its day points of the last `days` days: every dimension with enough rated conversations.
 * @throws StateError for an unknown version, or one that has not been rated enough to vouch for.
 */
export async function certifyVersion(app: App, version: string, by: string, days: number) {
  const { db } = app.database;
  if (!Number.isInteger(days) || days < 1) throw new StateError(`--days must be a whole number of days, not ${days}.`);
  await mustKnow(app, version);
  const now = app.clock.now();
  const from = new Date(now.getTime() - days * day_ms);
  const all = await readRatePoints(db, app.rater, 'day', from, now);
  // Certified rates stand in reports: a sum that held a withheld day would give that day away.
  const hidden = withholdPoints(all, app.report.disclosure);
  const points = all.filter(
    (point) => point.cell.version === version && point.cell.cohort.facet === everybody.facet && !hidden.has(point),
  );
  const rates = app.rubrics.rubrics.flatMap(({ dimension }) => {
    const merged = mergeDays(points.filter(({ cell }) => cell.dimension === dimension));
    if (merged === null || merged.n < least_rated) return [];
    const { rate, low, high, n } = merged;
    return [{ dimension, rate, low, high, n }];
  });
  if (rates.length === 0) {
    throw new StateError(
      `${version} has fewer than ${least_rated} rated conversations in closed days of the last ${days} days: rate and measure first ("longwatch job run rate", then measure).`,
    );
  }
  const certification = {
    id: randomUUID(),
    version,
    dimensions: rates.map((rate) => rate.dimension),
    from,
    to: now,
    rates,
    by,
    at: now,
  };
  await db.transaction().execute(async (trx) => {
    await certify(trx, certification);
    await app.audit.append(trx, {
      at: now,
      kind: 'certify version',
      who: by,
      subject: version,
      detail: { dimensions: certification.dimensions },
    });
  });
  return certification;
}

async function mustKnow(app: App, version: string): Promise<void> {
  const known = (await listVersions(app.database.db)).map((row) => row.version);
  if (!known.includes(version)) {
    throw new StateError(`Version ${version} has not been seen in traffic; seen so far: ${known.join(', ') || 'none'}.`);
  }
}
