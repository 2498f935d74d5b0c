import { sql } from 'kysely';
import type { Db } from './database.ts';

/**
 * Takes work that only one process should do at a time, until a time; whoever is killed with it is waited for no longer than
 * that. Not a lock: what is done under it must bear being done twice.
 * @returns whether it is the caller's now.
 */
export async function takeLease(db: Db, name: string, holder: string, now: Date, until: Date): Promise<boolean> {
  const value = JSON.stringify({ until: until.toISOString(), holder });
  const { rows } = await sql`
    insert into meta as m (key, value) values (${keyOf(name)}, ${value})
    on conflict (key) do update set value = excluded.value
      where m.value::jsonb ->> 'holder' = ${holder} or (m.value::jsonb ->> 'until')::timestamptz <= ${now}
    returning key`.execute(db);
  return rows.length > 0;
}

/** Gives it back, where it is still the holder's. */
export async function freeLease(db: Db, name: string, holder: string): Promise<void> {
  await sql`delete from meta where key = ${keyOf(name)} and value::jsonb ->> 'holder' = ${holder}`.execute(db);
}

const keyOf = (name: string) => `lease ${name}`;
