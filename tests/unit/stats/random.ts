/** A seeded generator for simulations (mulberry32), so that a test that passes passes always. */
export function seededRandom(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Beta-binomial harms of one user, conversation by conversation (Polya's urn): mean p, intra-class correlation icc. */
export function userHarms(random: () => number, size: number, p: number, icc: number): number[] {
  const stock = 1 / icc - 1;
  const harms: number[] = [];
  let sum = 0;
  for (let i = 0; i < size; i++) {
    const y = random() < (p * stock + sum) / (stock + i) ? 1 : 0;
    harms.push(y);
    sum += y;
  }
  return harms;
}

export const sum = (values: readonly number[]): number => values.reduce((total, v) => total + v, 0);

export function meanAndError(values: readonly number[]): { mean: number; se: number } {
  const mean = sum(values) / values.length;
  const variance = sum(values.map((v) => (v - mean) ** 2)) / (values.length - 1);
  return { mean, se: Math.sqrt(variance / values.length) };
}
