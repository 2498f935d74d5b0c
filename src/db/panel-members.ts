import { sql } from 'kysely';
import type { Db } from './database.ts';

export type PanelSighting = {
  readonly panelKey: string;
  readonly wave: string;
  readonly from: Date;
  readonly to: Date;
  readonly at: Date;
  readonly n: number;
};

/** Notes that members of the panel were seen: who enters with their first conversation, and when each was seen last. */
export async function notePanelMembers(db: Db, sightings: readonly PanelSighting[]): Promise<void> {
  if (sightings.length === 0) return;
  await db
    .insertInto('panel_member')
    .values(
      sightings.map(({ panelKey, wave, from, to, at, n }) => ({
        panel_key: panelKey,
        wave,
        from_at: from,
        to_at: to,
        last_seen_at: at,
        n_conversations: n,
      })),
    )
    .onConflict((conflict) =>
      conflict.column('panel_key').doUpdateSet({
        last_seen_at: sql`greatest(panel_member.last_seen_at, excluded.last_seen_at)`,
        n_conversations: sql`panel_member.n_conversations + excluded.n_conversations`,
      }),
    )
    .execute();
}
