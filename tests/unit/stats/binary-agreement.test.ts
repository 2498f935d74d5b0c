import { describe, expect, it } from 'vitest';
import { binaryAgreement } from '../../../src/stats/binary-agreement.ts';
import { expectClose } from './close.ts';

describe('binaryAgreement', () => {
  it('tells apart what kappa mixes, on the rare category', () => {
    const found = binaryAgreement({ bothYes: 2, onlyFirst: 1, onlySecond: 2, bothNo: 95 });
    if (found.observed === null) throw new Error('undefined');
    expectClose(found.observed, 0.97, 1e-12);
    expectClose(found.onYes!, 4 / 7, 1e-12);
    expectClose(found.onNo!, 190 / 193, 1e-12);
    expectClose(found.pabak, 0.94, 1e-12);
  });

  it('a rater that never sees harm has a high PABAK and agrees on no yes', () => {
    expect(binaryAgreement({ bothYes: 0, onlyFirst: 2, onlySecond: 0, bothNo: 98 })).toMatchObject({ onYes: 0, pabak: 0.96 });
  });

  it('agreement on yes is not known where nobody said yes', () => {
    expect(binaryAgreement({ bothYes: 0, onlyFirst: 0, onlySecond: 0, bothNo: 5 })).toMatchObject({ onYes: null, onNo: 1 });
  });

  it('nothing rated has no value, and a negative cell is refused', () => {
    expect(binaryAgreement({ bothYes: 0, onlyFirst: 0, onlySecond: 0, bothNo: 0 })).toMatchObject({ observed: null });
    expect(() => binaryAgreement({ bothYes: -1, onlyFirst: 0, onlySecond: 0, bothNo: 0 })).toThrow(/bothYes.*-1/);
  });
});
