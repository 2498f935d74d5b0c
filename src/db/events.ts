import type { Db } from './database.ts';

/** Append-only: who did what to what. `detail` holds ids and numbers, never text of a conversation. */
export async function appendEvent(
  db: Db,
  event: { at: Date; kind: string; who: string; subject: string; detail?: object },
): Promise<void> {
  await db
    .insertInto('event')
    .values({
      at: event.at,
      kind: event.kind,
      who: event.who,
      subject: event.subject,
      detail: JSON.stringify(event.detail ?? {}),
    })
    .execute();
}
