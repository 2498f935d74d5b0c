import type { Timer } from '../../../../src/domain/timer.ts';

export type VirtualTimer = Timer & {
  sleep(ms: number): Promise<void>;
  /** Passes time, alarm by alarm in order, until `until` is settled. Throws if nothing is left that could settle it. */
  play<T>(until: Promise<T>): Promise<T>;
  /** Passes this much time. */
  pass(ms: number): Promise<void>;
};

type Alarm = { readonly at: number; readonly order: number; readonly then: () => void };

/** Time that passes only when told to, and then at once. */
export function createVirtualTimer(start = 1_000_000): VirtualTimer {
  let now = start;
  let nMade = 0;
  const alarms = new Set<Alarm>();
  const after = (ms: number, then: () => void) => {
    const alarm = { at: now + Math.max(0, ms), order: nMade++, then };
    alarms.add(alarm);
    return () => void alarms.delete(alarm);
  };
  const next = () => {
    let first: Alarm | undefined;
    for (const each of alarms)
      if (first === undefined || each.at < first.at || (each.at === first.at && each.order < first.order)) first = each;
    return first;
  };
  /** Lets everything that can run without time passing run. */
  const calm = () => new Promise<void>((resolve) => setImmediate(resolve));
  const ring = (alarm: Alarm) => {
    alarms.delete(alarm);
    now = Math.max(now, alarm.at);
    alarm.then();
  };
  return {
    now: () => now,
    after,
    sleep: (ms) => new Promise((resolve) => after(ms, resolve)),
    async play(until) {
      let isOver = false;
      const note = () => {
        isOver = true;
      };
      until.then(note, note);
      for (;;) {
        await calm();
        if (isOver) return until;
        const alarm = next();
        if (alarm === undefined) throw new Error('nothing is due any more, and it is not settled');
        // All of one moment together: what they set off sees the whole of it.
        for (let due: Alarm | undefined = alarm; due !== undefined && due.at <= alarm.at; due = next()) ring(due);
      }
    },
    async pass(ms) {
      const end = now + ms;
      await calm();
      for (let alarm = next(); alarm !== undefined && alarm.at <= end; alarm = next()) {
        ring(alarm);
        await calm();
      }
      now = end;
    },
  };
}
