import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatIsoWeek } from '../src/7-report/iso-week.ts';
import { renderMarkdown } from '../src/7-report/render-markdown.ts';
import { isKept, reportWeek } from '../src/7-report/run.ts';
import { readWatermark, writeWatermark } from '../src/db/watermarks.ts';
import type { Job } from './job.ts';

const day_ms = 86_400_000;

/**
 * Reads: rate_point, finding, alert, rollback, ledger. Writes: <data folder>/reports/<week>.md, its watermark.
 * Writes the last week once measure has closed it. Safe to repeat: the file is written whole, then named.
 */
export const reportJob: Job = {
  name: 'report',
  schedule: '30 * * * *',
  describe: 'write last week’s report once its last hour has closed',
  async run(app) {
    const { db } = app.database;
    const closed = await readWatermark(db, 'measure');
    if (closed === null) return { reports: 0 };
    const day = Math.floor(closed.getTime() / day_ms);
    const monday = new Date((day - ((day + 3) % 7)) * day_ms);
    const done = await readWatermark(db, 'report');
    if (done !== null && done >= monday) return { reports: 0 };
    const lastMonday = new Date(monday.getTime() - 7 * day_ms);
    if (!isKept(app.report, lastMonday)) {
      await writeWatermark(db, 'report', monday);
      return { reports: 0 };
    }
    const report = await reportWeek(app.report, lastMonday);
    const folder = join(app.config.dataDir, 'reports');
    await mkdir(folder, { recursive: true });
    const file = join(folder, `${formatIsoWeek(lastMonday)}.md`);
    await writeFile(`${file}.part`, renderMarkdown(report));
    await rename(`${file}.part`, file);
    await writeWatermark(db, 'report', monday);
    return { reports: 1 };
  },
};
