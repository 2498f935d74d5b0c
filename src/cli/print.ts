/** Results go to standard output, and nothing else does. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** The same result for a program (`--json`) or for a person. */
export function printResult(json: boolean, value: unknown, text: () => string): void {
  print(json ? JSON.stringify(value, null, 2) : text());
}

/** Columns as wide as what is in them. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** To the minute, UTC. */
export function minute(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
