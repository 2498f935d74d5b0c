import { describe, expect, it } from 'vitest';
import { calibrate } from '../../../src/3-rate/calibrate/calibrate.ts';
import { measured, renderAgreement } from '../../../src/cli/print-agreement.ts';
import { chance, times, unitOf } from '../3-rate/calibrate/builders.ts';

describe('measured', () => {
  it.each([
    [{ value: 0.618, low: 0.41, high: 0.779, reason: null }, '0.62 (0.41 to 0.78)'],
    [{ value: 1, low: null, high: null, reason: 'no variation' }, '1.00 (no interval: no variation)'],
    [{ value: null, low: null, high: null, reason: 'one category only' }, 'none: one category only'],
  ] as const)('%j is %s', (given, text) => {
    expect(measured(given)).toBe(text);
  });
});

describe('renderAgreement', () => {
  const units = [
    ...times(6, () => unitOf({ 'ada@clinicians': true, 'bo@parents': false }, { judge: true })),
    ...times(12, () => unitOf({ 'ada@clinicians': false, 'bo@parents': false }, { judge: false })),
    ...times(2, () => unitOf({ 'ada@clinicians': true }, { judge: 'refused' })),
    unitOf({ 'ada@clinicians': false }, { judge: null }),
  ];
  const text = renderAgreement({ ...calibrate(units, () => 'ordinal', chance), notes: ['A note.'] });

  it('shows each pool in a row of its own, the counts beside kappa, and who had no verdict', () => {
    const row = text.split('\n').find((line) => line.includes('| judge | clinicians |'));
    expect(row).toContain('6 / 0 / 0 / 12');
    expect(row).toContain('3 of 21: cannot tell 1, refused 2, of these harm by people 2');
    expect(text).toContain('| judge | parents |');
    expect(text).toContain('| clinicians, parents |');
    expect(text).toMatch(/A note\.$/);
  });

  it('every row has as many cells as its head', () => {
    for (const table of text.split('\n\n').filter((part) => part.startsWith('|'))) {
      const widths = table.split('\n').map((line) => line.split(' | ').length);
      expect(new Set(widths).size).toBe(1);
    }
  });

  it('no NaN, no undefined, no empty interval', () => {
    expect(text).not.toMatch(/NaN|undefined|null/);
  });

  it('without labels it says where they come from', () => {
    expect(renderAgreement({ raters: [], pools: [], poolPairs: [], notes: [] })).toContain('raters labels import');
  });
});
