/** A person's yes to one version of a rubric. It binds to the content: other words have other hashes, and lose it. */
export type Approval = {
  readonly dimension: string;
  readonly version: number;
  /** `rubricHash` of what was approved. */
  readonly contentHash: string;
  readonly person: string;
  /** The role they spoke in. */
  readonly role: string;
  readonly at: Date;
};

/** A version goes live once this many people have approved it in this role. */
export type ApprovalRule = { readonly role: string; readonly count: number };

/** Somebody the configuration names, with what they may answer for. */
export type Person = { readonly name: string; readonly roles: readonly string[] };
