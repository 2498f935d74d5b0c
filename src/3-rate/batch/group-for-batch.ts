/** What the Batch API takes in one batch: 50,000 requests in a file of 200 MB. Some compatible endpoints take less. */
export const batchLimits = { requests: 50_000, bytes: 200_000_000 } as const;

export type BatchGroups<Item> = {
  /** In the order given, none of them empty and none over a limit. */
  readonly batches: readonly (readonly Item[])[];
  /** Items whose line alone is over the byte limit: no batch can hold them. */
  readonly tooLarge: readonly Item[];
};

export type GroupLimits<Item> = {
  /** Bytes of an item's line in the input file, its line break included. */
  readonly bytesOf: (item: Item) => number;
  readonly maxRequests?: number;
  readonly maxBytes?: number;
};

/**
 * Splits items into batches in their order, each as full as the limits allow.
 *
 * @throws RangeError for a limit that is not at least 1
 * @example groupForBatch(['a', 'bb', 'cc'], { bytesOf: (s) => s.length, maxBytes: 3 }) // batches [['a', 'bb'], ['cc']]
 */
export function groupForBatch<Item>(items: readonly Item[], limits: GroupLimits<Item>): BatchGroups<Item> {
  const { bytesOf, maxRequests = batchLimits.requests, maxBytes = batchLimits.bytes } = limits;
  for (const limit of [maxRequests, maxBytes]) {
    if (!(limit >= 1)) throw new RangeError(`a limit of a batch must be at least 1, not ${limit}`);
  }
  const batches: Item[][] = [];
  const tooLarge: Item[] = [];
  let open: Item[] = [];
  let filled = 0;
  for (const item of items) {
    const bytes = bytesOf(item);
    if (bytes > maxBytes) {
      tooLarge.push(item);
      continue;
    }
    if (open.length > 0 && (open.length >= maxRequests || filled + bytes > maxBytes)) {
      batches.push(open);
      [open, filled] = [[], 0];
    }
    open.push(item);
    filled += bytes;
  }
  if (open.length > 0) batches.push(open);
  return { batches, tooLarge };
}
