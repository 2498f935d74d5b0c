/** A share as people read it: `4.1 %`, `38 %`, and never `0.0 %` for what is not nothing. */
export function formatShare(share: number): string {
  const percent = 100 * share;
  if (percent !== 0 && Math.abs(percent) < 0.095) return `${percent.toPrecision(1)} %`;
  return `${percent.toFixed(Math.abs(percent) < 9.95 ? 1 : 0)} %`;
}
