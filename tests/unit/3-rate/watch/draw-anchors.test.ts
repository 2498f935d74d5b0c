import { describe, expect, it } from 'vitest';
import { drawAnchors } from '../../../../src/3-rate/watch/draw-anchors.ts';

const named = (prefix: string, n: number) => Array.from({ length: n }, (_, i) => `${prefix}${i}`);
const sets = new Map([
  ['big', named('b', 50)],
  ['small', named('s', 4)],
  ['middle', named('m', 20)],
]);
const countOf = (drawn: readonly { dimension: string }[], dimension: string) =>
  drawn.filter((each) => each.dimension === dimension).length;

describe('the anchors of a day', () => {
  it('are spread evenly, and what a small set leaves goes to the others', () => {
    const drawn = drawAnchors(sets, 30, '2026-04-06');
    expect(drawn).toHaveLength(30);
    expect(['big', 'small', 'middle'].map((dimension) => countOf(drawn, dimension))).toEqual([13, 4, 13]);
  });

  it('are drawn without replacement, and no more than there are', () => {
    const drawn = drawAnchors(sets, 1_000, '2026-04-06');
    expect(drawn).toHaveLength(74);
    expect(new Set(drawn.map(({ item }) => item)).size).toBe(74);
  });

  it('are the same whoever draws them, in whatever order the items come, and others on another day', () => {
    const turned = new Map([...sets].reverse().map(([dimension, items]) => [dimension, [...items].reverse()]));
    expect(drawAnchors(turned, 30, '2026-04-06')).toEqual(drawAnchors(sets, 30, '2026-04-06'));
    expect(drawAnchors(sets, 30, '2026-04-07')).not.toEqual(drawAnchors(sets, 30, '2026-04-06'));
  });

  it('begin with the fewer that a smaller budget would draw', () => {
    expect(drawAnchors(sets, 30, '2026-04-06').slice(0, 12)).toEqual(drawAnchors(sets, 12, '2026-04-06'));
  });

  it('take every item as often as any other over many days', () => {
    const days = 600;
    const counts = new Map(named('b', 50).map((item) => [item, 0]));
    for (let day = 0; day < days; day++) {
      for (const { item } of drawAnchors(new Map([['big', named('b', 50)]]), 10, `day ${day}`))
        counts.set(item, counts.get(item)! + 1);
    }
    // Binomial(600, 0.2): mean 120, standard deviation 9.8.
    for (const [item, n] of counts) expect(Math.abs(n - 120), item).toBeLessThan(4.5 * 9.8);
  });

  it('are none where there are none', () => {
    expect(drawAnchors(new Map(), 10, '2026-04-06')).toEqual([]);
    expect(drawAnchors(sets, 0, '2026-04-06')).toEqual([]);
  });
});
