import cron from 'node-cron';
import { describe, expect, it } from 'vitest';
import { jobs } from '../../../jobs/index.ts';

describe('the jobs', () => {
  it('stand in the order of the data', () => {
    expect(jobs.map((job) => job.name)).toEqual([
      'plan-sampling',
      'rate',
      'watch-raters',
      'measure',
      'detect',
      'respond',
      'report',
      'retain',
    ]);
  });

  it.each(jobs.map((job) => [job.name, job] as const))(
    '%s has a schedule that can be kept, and says what it does',
    (name, job) => {
      expect(cron.validate(job.schedule)).toBe(true);
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(job.describe).toMatch(/^[a-z].+[^.]$/);
    },
  );

  it('measure, detect and respond follow each other within the hour', () => {
    const minuteOf = (name: string) => Number(jobs.find((job) => job.name === name)?.schedule.split(' ')[0]);
    expect(minuteOf('measure')).toBeLessThan(minuteOf('detect'));
    expect(minuteOf('detect')).toBeLessThan(minuteOf('respond'));
    expect(minuteOf('respond')).toBeLessThan(minuteOf('report'));
  });
});
