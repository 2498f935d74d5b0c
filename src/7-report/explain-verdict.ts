import type { Finding } from '../domain/finding.ts';

/**
 * Why a verdict is what it is, in words. A finding's own sentence has the numbers of all hours since its detector began, up to the
 * hour it was written in: from one report to the next they differ by hours of any few people, so a report does not repeat them.
 */
export function explainVerdict({ verdict, cause }: Pick<Finding, 'verdict' | 'cause'>): string {
  switch (verdict) {
    case 'drifted':
      return explainCause(cause);
    case 'steady':
      return 'a change of the size that matters is excluded';
    case 'inconclusive':
      return cause === 'coverage'
        ? 'too much of what was due has no verdict'
        : 'no alarm, but a change of the size that matters is not excluded';
    case 'no-data':
      return 'one of the two versions has nothing scored in this cell';
  }
}

function explainCause(cause: Finding['cause']): string {
  switch (cause) {
    case 'model':
      return 'both versions ran side by side, rated by the same rater in the same hours';
    case 'judge':
      return 'the two versions were rated by different rater revisions in some batch';
    case 'traffic mix':
      return 'most of the change is who asks what';
    case 'coverage':
      return 'too much of what was due has no verdict to name the cause';
    case 'none':
      return 'no cause is known';
  }
}
