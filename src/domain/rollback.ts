/** A return to LKG. `failed` may be executed again; `not resolved` means the rate did not recover in time. */
export const rollbackStates = ['planned', 'approved', 'executed', 'failed', 'verified', 'not resolved'] as const;
export type RollbackState = (typeof rollbackStates)[number];

export type Rollback = {
  readonly id: string;
  readonly alertId: string;
  readonly from: string;
  readonly to: string;
  readonly state: RollbackState;
  readonly plannedBy: string;
  readonly plannedAt: Date;
  readonly approvedBy: string | null;
  readonly approvedAt: Date | null;
  readonly executedAt: Date | null;
  readonly verifiedAt: Date | null;
  /** Evidence that the rate has recovered; recovered at 20. */
  readonly recoveryEValue: number | null;
  readonly note: string | null;
};
