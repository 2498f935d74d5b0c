/** What a judge costs and may cost. Money in whatever currency the prices are given in. */
export type JudgeCost = {
  /** As it stands in the books. */
  readonly name: string;
  readonly price: { readonly inputPerMillion: number; readonly outputPerMillion: number } | null;
  /** A UTC day's budget; Infinity where there is none. */
  readonly limit: { readonly calls: number; readonly money: number };
};

/** Tokens of a call before any was made: a middling conversation, three rubrics' instructions and a short answer. */
const first_guess = { input: 4_000, output: 500 };

/** The price of so many tokens; 0 where no price is known. */
export function costOf({ price }: Pick<JudgeCost, 'price'>, inputTokens: number, outputTokens: number): number {
  return price === null ? 0 : (inputTokens * price.inputPerMillion + outputTokens * price.outputPerMillion) / 1e6;
}

/** What the next call is expected to cost, by what those of late came to. */
export function expectedCallCost(
  judge: Pick<JudgeCost, 'price'>,
  lately: { readonly nCalls: number; readonly money: number } | undefined,
): number {
  if (lately !== undefined && lately.nCalls >= 20) return judge.price === null ? 0 : lately.money / lately.nCalls;
  return costOf(judge, first_guess.input, first_guess.output);
}
