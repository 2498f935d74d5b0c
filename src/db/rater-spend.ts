import { sql } from 'kysely';
import type { Db } from './database.ts';

/** What one judge may be asked and cost in a UTC day. Infinity where nothing limits it. */
export type SpendLimit = { readonly calls: number; readonly money: number };

/** What one judge was asked and cost in a UTC day, calls under way included. */
export type Spend = {
  readonly judge: string;
  readonly nCalls: number;
  readonly nInputTokens: number;
  readonly nOutputTokens: number;
  readonly money: number;
};

/**
 * Books calls before they are made, as many of those wanted as the limit leaves, each at the cost expected of it. Several workers
 * never book the same call: the day's row is locked. What a killed worker had booked stays booked, for it may have been asked.
 * @param db a transaction.
 * @param day `YYYY-MM-DD`.
 * @returns how many calls may be made.
 */
export async function bookCalls(
  db: Db,
  {
    judge,
    day,
    wanted,
    moneyPerCall,
    limit,
  }: { judge: string; day: string; wanted: number; moneyPerCall: number; limit: SpendLimit },
): Promise<number> {
  await sql`
    insert into rater_spend (day, judge, n_calls, n_input_tokens, n_output_tokens, money) values (${day}::date, ${judge}, 0, 0, 0, 0)
    on conflict do nothing`.execute(db);
  const { rows } = await sql<{ n_calls: number; money: number }>`
    select n_calls, money from rater_spend where day = ${day}::date and judge = ${judge} for update`.execute(db);
  const spent = rows[0] ?? { n_calls: 0, money: 0 };
  const affordable = moneyPerCall > 0 ? Math.floor((limit.money - spent.money) / moneyPerCall) : Infinity;
  const granted = Math.max(0, Math.min(wanted, limit.calls - spent.n_calls, affordable));
  if (granted > 0)
    await addSpend(db, day, { judge, nCalls: granted, nInputTokens: 0, nOutputTokens: 0, money: granted * moneyPerCall });
  return granted;
}

/** Corrects the books by what calls really came to; negative where one was not made after all. */
export async function addSpend(db: Db, day: string, { judge, nCalls, nInputTokens, nOutputTokens, money }: Spend): Promise<void> {
  await sql`
    insert into rater_spend as s (day, judge, n_calls, n_input_tokens, n_output_tokens, money)
    values (${day}::date, ${judge}, ${nCalls}, ${nInputTokens}, ${nOutputTokens}, ${money})
    on conflict (day, judge) do update set n_calls = s.n_calls + excluded.n_calls,
      n_input_tokens = s.n_input_tokens + excluded.n_input_tokens, n_output_tokens = s.n_output_tokens + excluded.n_output_tokens,
      money = s.money + excluded.money`.execute(db);
}

/** Sums by judge over the UTC days in [from, to], as `YYYY-MM-DD`. */
export async function readSpend(db: Db, from: string, to: string): Promise<Spend[]> {
  const { rows } = await sql<Spend>`
    select judge, sum(n_calls)::int as "nCalls", sum(n_input_tokens)::float8 as "nInputTokens",
      sum(n_output_tokens)::float8 as "nOutputTokens", sum(money) as money
    from rater_spend where day >= ${from}::date and day <= ${to}::date group by judge order by judge`.execute(db);
  return rows;
}
