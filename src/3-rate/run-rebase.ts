import { readAnchorTests, saveAnchorTest } from '../db/anchor-tests.ts';
import type { AuditLog } from '../db/audit-log.ts';
import { InputError, StateError } from '../domain/errors.ts';
import { isSamePerson } from './rubrics/count-approvals.ts';
import type { RaterDeps } from './run.ts';
import { judgeDuties } from './run-duties.ts';
import { type AnchorTest, anchorEValue, awaitBaseline } from './watch/anchor-test.ts';

export type RebaseDeps = Pick<RaterDeps, 'db' | 'clock' | 'rubrics' | 'judges' | 'policy'> & {
  readonly audit: AuditLog;
  /** Who may. Empty: any named person. */
  readonly people: readonly string[];
};

export type Rebase = { readonly dimension: string; readonly revision: string; readonly by: string; readonly epoch: number };

/**
 * Accepts how a judge behaves now as what it is held to from now on: every anchor will be rated anew, and its tests begin again.
 * The rates it gives are not changed by that; what it said before and after stay comparable only through the anchors. In the
 * audit log with the person and the reason.
 * @throws StateError where no judge rates the dimension or its baseline is still being taken; InputError for who or why.
 */
export async function rebaseRater(
  { db, clock, audit, people, ...deps }: RebaseDeps,
  { dimension, by, because }: { dimension: string; by: string; because: string },
): Promise<Rebase> {
  const who = people.length === 0 ? by.trim() : people.find((name) => isSamePerson(name, by));
  if (who === undefined) throw new InputError(`--by: ${by} is not among the configured people: ${people.join(', ')}.`);
  if (who === '') throw new InputError('--by: name the person who answers for it.');
  if (because.trim() === '') throw new InputError('--because: say in a few words why the judge is right to have changed.');
  const duty = judgeDuties(deps).get(dimension);
  if (duty === undefined) throw new StateError(`No judge rates ${dimension}: there is nothing to re-base.`);
  const { revision } = duty;
  return db.transaction().execute(async (trx) => {
    const tests = ((await readAnchorTests(trx, true)) as AnchorTest[]).filter((test) => test.revision === revision);
    const [first] = tests;
    if (first === undefined || tests.some(({ state }) => state.phase === 'baseline')) {
      throw new StateError(
        `The baseline of ${dimension} is still being taken: there is nothing to re-base yet. Job watch-raters takes it.`,
      );
    }
    const epoch = first.state.epoch + 1;
    for (const test of tests) await saveAnchorTest(trx, { ...test, state: awaitBaseline(epoch), latchedAt: null });
    const eValues = Object.fromEntries(tests.map(({ direction, state }) => [`e_value_${direction}`, anchorEValue(state)]));
    await audit.append(trx, {
      at: clock.now(),
      kind: 'rebase rater',
      who,
      subject: `${dimension} ${revision}`,
      detail: { because: because.trim(), epoch, ...eValues },
    });
    return { dimension, revision, by: who, epoch };
  });
}
