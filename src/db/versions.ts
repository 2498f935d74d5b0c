import { sql } from 'kysely';
import type { Db } from './database.ts';
import type { CertifiedRate } from './schema.ts';

export type KnownVersion = {
  readonly version: string;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly retiredAt: Date | null;
};

/** A version certified good on named dimensions over a window, by a person. */
export type Certification = {
  readonly id: string;
  readonly version: string;
  readonly dimensions: readonly string[];
  readonly from: Date;
  readonly to: Date;
  readonly rates: readonly CertifiedRate[];
  readonly by: string;
  readonly at: Date;
};

/** Notes that versions were seen in traffic. */
export async function noteVersions(db: Db, seen: ReadonlyMap<string, { first: Date; last: Date }>): Promise<void> {
  if (seen.size === 0) return;
  await db
    .insertInto('version')
    .values([...seen].map(([version, { first, last }]) => ({ version, first_seen_at: first, last_seen_at: last })))
    .onConflict((conflict) =>
      conflict.column('version').doUpdateSet({
        first_seen_at: sql`least(version.first_seen_at, excluded.first_seen_at)`,
        last_seen_at: sql`greatest(version.last_seen_at, excluded.last_seen_at)`,
      }),
    )
    .execute();
}

/** Every version seen, newest first. */
export async function listVersions(db: Db): Promise<KnownVersion[]> {
  const rows = await db.selectFrom('version').selectAll().orderBy('first_seen_at', 'desc').execute();
  return rows.map((row) => ({
    version: row.version,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    retiredAt: row.retired_at,
  }));
}

export async function retireVersion(db: Db, version: string, by: string, at: Date): Promise<void> {
  await db.updateTable('version').set({ retired_at: at, retired_by: by }).where('version', '=', version).execute();
}

export async function certify(db: Db, certification: Certification): Promise<void> {
  await db
    .insertInto('certification')
    .values({
      id: certification.id,
      version: certification.version,
      dimensions: JSON.stringify(certification.dimensions),
      from_at: certification.from,
      to_at: certification.to,
      rates: JSON.stringify(certification.rates),
      certified_by: certification.by,
      certified_at: certification.at,
    })
    .execute();
}

/** The last known good version: the newest certification of a version that has not been retired. */
export async function lastKnownGood(db: Db): Promise<Certification | null> {
  const row = await db
    .selectFrom('certification')
    .innerJoin('version', 'version.version', 'certification.version')
    .selectAll('certification')
    .where('version.retired_at', 'is', null)
    .orderBy('certified_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    id: row.id,
    version: row.version,
    dimensions: row.dimensions,
    from: row.from_at,
    to: row.to_at,
    rates: row.rates,
    by: row.certified_by,
    at: row.certified_at,
  };
}
