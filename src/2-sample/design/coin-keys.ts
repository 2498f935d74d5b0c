import { type PanelWave, panelWave } from './panel.ts';

/** A coin key and the UTC midnight from which it is in force. Newest first in every list. */
export type CoinKey = { readonly from: Date; readonly key: Uint8Array };

/** The key whose coins decide on a conversation: the newest that was in force when it began, else the oldest there is. */
export function coinKeyAt(coins: readonly CoinKey[], at: Date): Uint8Array {
  const coin = coins.find(({ from }) => from <= at) ?? coins.at(-1);
  if (coin === undefined) throw new RangeError('a design needs at least one coin key');
  return coin.key;
}

/**
 * The wave a user is in. It is entered by the key in force when it begins, and a new key ends none half way: a wave under an
 * older key comes first.
 */
export function panelWaveUnder(coins: readonly CoinKey[], user: string, at: Date, share: number): PanelWave | null {
  if (share === 0) return null;
  for (const { key } of coins.toReversed()) {
    const wave = panelWave(key, user, at, share);
    if (wave !== null && coinKeyAt(coins, wave.from) === key) return wave;
  }
  return null;
}
