import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchLimits, groupForBatch } from '../../../../src/3-rate/batch/group-for-batch.ts';

const bytesOf = (item: string) => item.length;

describe('groupForBatch', () => {
  it.each([
    { fact: 'nothing', items: [], limits: {}, batches: [], tooLarge: [] },
    {
      fact: 'bytes to the brim',
      items: ['a', 'bb', 'cc'],
      limits: { maxBytes: 3 },
      batches: [['a', 'bb'], ['cc']],
      tooLarge: [],
    },
    {
      fact: 'requests to the brim',
      items: ['a', 'b', 'c'],
      limits: { maxRequests: 2 },
      batches: [['a', 'b'], ['c']],
      tooLarge: [],
    },
    {
      fact: 'an item no batch can hold is named and splits nothing',
      items: ['a', 'bbbb', 'c'],
      limits: { maxBytes: 3 },
      batches: [['a', 'c']],
      tooLarge: ['bbbb'],
    },
  ])('$fact', ({ items, limits, batches, tooLarge }) => {
    expect(groupForBatch<string>(items, { bytesOf, ...limits })).toEqual({ batches, tooLarge });
  });

  it('keeps to the limits of the Batch API unless told otherwise', () => {
    const many = Array.from({ length: 50_001 }, () => 'a');
    expect(groupForBatch(many, { bytesOf }).batches.map((batch) => batch.length)).toEqual([50_000, 1]);
    const sizes = [200_000_001, 200_000_000, 1];
    expect(groupForBatch(sizes, { bytesOf: (size) => size })).toEqual({ batches: [[200_000_000], [1]], tooLarge: [200_000_001] });
    expect(batchLimits).toEqual({ requests: 50_000, bytes: 200_000_000 });
  });

  it('loses nothing, keeps the order, goes over no limit, and could put no batch into the one before', () => {
    const items = fc.array(fc.string({ maxLength: 12 }), { maxLength: 40 });
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 20 }), (all, maxRequests, maxBytes) => {
        const { batches, tooLarge } = groupForBatch(all, { bytesOf, maxRequests, maxBytes });
        const fitting = all.filter((item) => item.length <= maxBytes);
        expect(batches.flat()).toEqual(fitting);
        expect(tooLarge).toEqual(all.filter((item) => item.length > maxBytes));
        const sizeOf = (batch: readonly string[]) => batch.join('').length;
        for (const [index, batch] of batches.entries()) {
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(maxRequests);
          expect(sizeOf(batch)).toBeLessThanOrEqual(maxBytes);
          const next = batches[index + 1]?.[0];
          if (next !== undefined) expect(batch.length === maxRequests || sizeOf(batch) + next.length > maxBytes).toBe(true);
        }
      }),
    );
  });

  it.each([0, -1, Number.NaN])('a limit of %s is no limit', (limit) => {
    expect(() => groupForBatch(['a'], { bytesOf, maxBytes: limit })).toThrow(RangeError);
    expect(() => groupForBatch(['a'], { bytesOf, maxRequests: limit })).toThrow(String(limit));
  });
});
