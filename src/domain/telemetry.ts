/** Port. Counters and spans for whoever operates Longwatch. Attributes are ids and small vocabularies, never text. */
export interface Telemetry {
  count(name: string, n: number, attributes: Readonly<Record<string, string>>): void;
  span<T>(name: string, attributes: Readonly<Record<string, string | number>>, work: () => Promise<T>): Promise<T>;
}
