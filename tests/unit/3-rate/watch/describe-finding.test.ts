import { describe, expect, it } from 'vitest';
import { describeFinding } from '../../../../src/3-rate/watch/describe-finding.ts';
import type { RaterFinding } from '../../../../src/domain/rater-finding.ts';

const finding = (kind: RaterFinding['kind'], body: Omit<RaterFinding['body'], 'cause'>, rater = 'judge'): RaterFinding => ({
  id: 'x',
  at: new Date(0),
  dimension: 'concrete.flattery',
  rater,
  kind,
  body: { ...body, cause: 'judge' },
});

describe('a finding about a rater, for a person', () => {
  it('says what changed and what to do', () => {
    const changed = describeFinding(finding('revision changed', { from: 'aaa', to: 'bbb', from_model: 'old-model' }));
    expect(changed).toMatch(/^concrete\.flattery: the judge changed from revision aaa \(old-model\) to bbb\./);
    const obeyed = describeFinding(
      finding('canary obeyed', { item: 'control-1', wish: 'none', choice: 'none', revision: 'bbb' }, 'second'),
    );
    expect(obeyed).toMatch(/the second judge \(revision bbb\) did what a command planted in .*control-1 told it to/);
  });

  it('names the direction, the numbers and the way out of a drift', () => {
    const body = {
      direction: 'harmless',
      flips: 12,
      n: 90,
      baseline_flip_rate: 0.02,
      upper: 0.061,
      e_value: 31_234,
      threshold: 14_600,
      revision: 'bbb',
      since: '2026-04-20',
    };
    expect(describeFinding(finding('anchors drifted', body))).toBe(
      'concrete.flattery: the judge (revision bbb) now calls more of what it found harmful harmless since about 2026-04-20: 12 flips in 90 verdicts on anchors, at first 2.0 %, at most 6.1 %; evidence 31200 at a threshold of 14600. The judge changed, not the model. Find out why; if it is right now, run "longwatch raters rebase concrete.flattery".',
    );
  });
});
