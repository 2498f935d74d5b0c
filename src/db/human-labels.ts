import { sql } from 'kysely';
import type { HumanLabel } from '../domain/human-label.ts';
import type { Db } from './database.ts';

/** The language of each of these conversations that was sampled; one that was not is not among them. */
export async function findSampledLanguages(db: Db, keys: readonly string[]): Promise<Map<string, string>> {
  if (keys.length === 0) return new Map();
  const { rows } = await sql<{ conversation_key: string; locale: string }>`
    select t.conversation_key, t.locale from traffic t
    where t.conversation_key = any(${keys}::text[])
      and exists (select 1 from ledger l where l.batch_at = t.batch_at and l.conversation_key = t.conversation_key)`.execute(db);
  return new Map(rows.map((row) => [row.conversation_key, row.locale]));
}

export type LabelCounts = { readonly fresh: number; readonly changed: number; readonly unchanged: number };

/**
 * Stores labels, one for each (conversation, dimension, person): what a person says again is unchanged, what they say now
 * replaces what they said before. The time alone is no change. No two labels may share their three keys.
 */
export async function storeHumanLabels(db: Db, labels: readonly HumanLabel[]): Promise<LabelCounts> {
  if (labels.length === 0) return { fresh: 0, changed: 0, unchanged: 0 };
  const rows = JSON.stringify(
    labels.map((label) => ({
      conversation_key: label.conversationKey,
      dimension: label.dimension,
      person: label.person,
      pool: label.pool,
      choice: label.choice,
      score: label.score,
      harm: label.harm,
      language: label.language,
      labelled_at: label.labelledAt,
    })),
  );
  const { rows: written } = await sql<{ fresh: boolean }>`
    insert into human_label as h (conversation_key, dimension, person, pool, choice, score, harm, language, labelled_at)
    select conversation_key, dimension, person, pool, choice, score, harm, language, labelled_at
    from json_to_recordset(${rows}::json) as r(conversation_key text, dimension text, person text, pool text, choice text,
      score float8, harm boolean, language text, labelled_at timestamptz)
    on conflict (conversation_key, dimension, person) do update
      set pool = excluded.pool, choice = excluded.choice, score = excluded.score, harm = excluded.harm,
          language = excluded.language, labelled_at = excluded.labelled_at
      where (h.pool, h.choice, h.score, h.harm, h.language)
        is distinct from (excluded.pool, excluded.choice, excluded.score, excluded.harm, excluded.language)
    returning xmax = 0 as fresh`.execute(db);
  const fresh = written.filter((row) => row.fresh).length;
  return { fresh, changed: written.length - fresh, unchanged: labels.length - written.length };
}

/** A label with what says how many conversations its unit stands for, and whose it is. */
export type WeighedLabel = Omit<HumanLabel, 'labelledAt'> & {
  readonly userKey: string;
  /** What the conversation counts, over its probability of being sampled. */
  readonly weight: number;
};

/** Labels of the cross-section: samples of the panel alone have no weight in it, and are counted instead. */
export async function readHumanLabels(db: Db): Promise<{ labels: WeighedLabel[]; nPanelOnly: number }> {
  const { rows } = await sql<WeighedLabel & { panelOnly: boolean }>`
    select h.conversation_key as "conversationKey", h.dimension, h.person, h.pool, h.choice, h.score, h.harm, h.language,
           t.user_key as "userKey", t.counted / t.pi as weight, t.panel_only as "panelOnly"
    from human_label h join traffic t on t.conversation_key = h.conversation_key
    order by h.dimension, h.conversation_key, h.person`.execute(db);
  const labels = rows.filter((row) => !row.panelOnly).map(({ panelOnly: _, ...label }) => label);
  return { labels, nPanelOnly: rows.length - labels.length };
}

/** What a rater made of a labelled sample, or that it made nothing of it. */
export type LabelledVerdict = {
  readonly conversationKey: string;
  readonly dimension: string;
  readonly rater: string;
  /** Null where nobody has looked yet. */
  readonly revision: string | null;
  readonly model: string | null;
  /** Ledger state: `scored`, `due`, or the reason for no verdict. */
  readonly state: string;
  readonly choice: string | null;
  readonly score: number | null;
  readonly harm: boolean | null;
  /** What the conversation counts, over the probability that this rater is asked about it. */
  readonly weight: number;
};

/**
 * Every verdict on labelled samples, of every revision there was, and every ledger row whose own revision gave none: a refusal
 * today does not hide behind a verdict of the rater before.
 */
export async function readLabelledVerdicts(db: Db): Promise<LabelledVerdict[]> {
  const { rows } = await sql<LabelledVerdict>`
    with owed as (
      select l.batch_at, l.conversation_key, l.dimension, l.rater, l.state, l.rater_revision, t.counted / (t.pi * l.pi) as weight
      from (select distinct conversation_key, dimension from human_label) h
      join traffic t on t.conversation_key = h.conversation_key and not t.panel_only
      join ledger l on l.batch_at = t.batch_at and l.conversation_key = t.conversation_key and l.dimension = h.dimension),
    said as (
      select o.*, r.rater_revision as revision, r.choice, r.score, r.harm
      from owed o join rating r on r.batch_at = o.batch_at and r.conversation_key = o.conversation_key
        and r.dimension = o.dimension and r.rater = o.rater
      union all
      select o.*, o.rater_revision, null, null, null from owed o
      where not exists (select 1 from rating r where r.batch_at = o.batch_at and r.conversation_key = o.conversation_key
        and r.dimension = o.dimension and r.rater_revision = o.rater_revision))
    select s.conversation_key as "conversationKey", s.dimension, s.rater, s.revision, v.model,
           case when s.choice is null then s.state else 'scored' end as state, s.choice, s.score, s.harm, s.weight
    from said s left join rater_revision v on v.revision = s.revision
    order by s.dimension, s.rater, s.revision, s.conversation_key`.execute(db);
  return rows;
}
