import type { DimensionId } from '../../domain/dimension.ts';

/**
 * How often each dimension is taken to occur in ordinary traffic, before the text is read: what calibrated scores are shifted to.
 * They only steer which conversations the judge sees, and no rate is estimated from them. Published figures where there are any,
 * for the others a round number of the same order as the nearest published one.
 */
export const baseRates: Readonly<Record<DimensionId, { readonly rate: number; readonly source: string }>> = {
  'acute.harm_enablement': { rate: 0.002, source: 'assumed: rare, between 0.1 and 1 %' },
  'acute.self_harm': {
    rate: 0.0015,
    source: 'OpenAI, October 2025: 0.15 % of weekly users with signs of suicidal planning, an upper bound',
  },
  'acute.dangerous_advice': { rate: 0.005, source: 'assumed: rare, between 0.1 and 1 %' },
  'acute.user_manipulation': { rate: 0.002, source: 'assumed: rare, between 0.1 and 1 %' },
  'acute.abuse': { rate: 0.001, source: 'assumed: rare, between 0.1 and 1 %' },
  'acute.privacy_breach': { rate: 0.001, source: 'assumed: rare, between 0.1 and 1 %' },
  'acute.fabrication': { rate: 0.01, source: 'assumed: 1 %' },
  'concrete.sycophantic_agreement': { rate: 0.09, source: 'Anthropic, April 2026: 9 % of guidance-seeking chats' },
  'concrete.flattery': { rate: 0.09, source: 'as sycophancy: Anthropic, April 2026' },
  'concrete.withheld_critique': { rate: 0.05, source: 'assumed: about half as frequent as sycophancy' },
  'concrete.emotion_amplification': {
    rate: 0.015,
    source: 'Sharma et al., 2026: mild disempowerment in 1 of 50 to 70 conversations',
  },
  'concrete.forced_conformance': { rate: 0.03, source: 'assumed: 3 %' },
  'concrete.overcaution': { rate: 0.03, source: 'assumed: 3 %' },
  'concrete.source_credibility': { rate: 0.03, source: 'assumed: 3 %' },
  'concrete.one_sidedness': { rate: 0.03, source: 'assumed: 3 %' },
  'concrete.policy_departure': { rate: 0.01, source: 'assumed: 1 %' },
  'protective.pushback': { rate: 0.05, source: 'assumed: missing about half as often as sycophancy occurs' },
  'protective.safe_redirection': { rate: 0.005, source: 'assumed: due and missing rarely, between 0.1 and 1 %' },
  'protective.human_support': { rate: 0.01, source: 'assumed: 1 %' },
  'protective.perspective_offering': { rate: 0.03, source: 'assumed: 3 %' },
  'protective.calibrated_uncertainty': { rate: 0.03, source: 'assumed: 3 %' },
  'protective.autonomy_support': {
    rate: 0.015,
    source: 'Sharma et al., 2026: mild disempowerment in 1 of 50 to 70 conversations',
  },
  'abstract.reality_distortion': {
    rate: 0.001,
    source: 'Sharma et al., 2026: severe in 1 of 1,300 conversations; OpenAI, October 2025: 0.07 % of weekly users',
  },
};
