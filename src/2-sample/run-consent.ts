import { findSuppressed, liftSuppression } from '../db/suppressed-users.ts';
import { StateError } from '../domain/errors.ts';
import { suppressionKey } from './pseudonym.ts';
import { type EraseDeps, eraseUser } from './run-erase.ts';

/**
 * Opts people out: nothing of them is taken in from here on, and what was taken is removed. Those who are out already are
 * passed over, so that the whole list of a consent system can be sent every night.
 * @param users raw ids, which are never stored.
 */
export async function optOut(
  deps: EraseDeps,
  users: readonly string[],
  by: string,
): Promise<{ readonly opted_out: number; readonly already_out: number }> {
  const keys = new Map(users.map((user) => [suppressionKey(deps.pseudonymKey, user), user]));
  const out = await findSuppressed(deps.db, [...keys.keys()]);
  let opted_out = 0;
  for (const [key, user] of keys) {
    if (out.has(key)) continue;
    await eraseUser(deps, user, { by, reason: 'opt-out' });
    opted_out += 1;
  }
  return { opted_out, already_out: users.length - opted_out };
}

/**
 * Lets a person who opted out be sampled again; what was removed stays so. Whoever was erased had asked for more than not
 * being sampled, so their coming back has to be said in so many words.
 * @throws StateError where the person had not opted out, or was erased and `afterErasure` is not given.
 */
export async function optIn(
  deps: EraseDeps,
  user: string,
  { by, afterErasure }: { by: string; afterErasure: boolean },
): Promise<void> {
  const key = suppressionKey(deps.pseudonymKey, user);
  await deps.db.transaction().execute(async (trx) => {
    const before = (await findSuppressed(trx, [key])).get(key);
    if (before === undefined) throw new StateError('This person has not opted out: there is nothing to lift.');
    if (before === 'erased' && !afterErasure) {
      throw new StateError(
        'This person was erased and stays so: if they have asked to be sampled again, say so with --after-erasure.',
      );
    }
    await liftSuppression(trx, key);
    await deps.audit.append(trx, { at: deps.clock.now(), kind: 'opt in', who: by, subject: key, detail: { before } });
  });
}
