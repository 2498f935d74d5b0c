import { watchRaters } from '../src/3-rate/run-watch.ts';
import type { Job } from './job.ts';

/**
 * Reads: rubrics, anchors and controls, rater_spend. Writes: control_rating, anchor_test, rater_finding, rater_spend, its watermark.
 * Works off the current day; a day without a run is lost, for nobody can ask yesterday's rater today. Safe to repeat and to kill:
 * only what is missing of the day is asked, and one worker at a time asks.
 */
export const watchRatersJob: Job = {
  name: 'watch-raters',
  schedule: '30 * * * *',
  describe: 'rate anchors and canaries, and test whether a judge still judges as it did',
  run: (app) => watchRaters(app.watch),
};
