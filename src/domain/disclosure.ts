/** How many people must stand behind a number that a person sees. */
export type DisclosureLimit = {
  readonly minUsers: number;
  /** Days for which a user keeps a pseudonym: how long people can be counted without counting anybody twice. */
  readonly epochDays: number;
};

/**
 * People with a verdict behind a rate: those in its cell, and those of the same version and dimension outside it. At least so many;
 * nobody only where there is nobody.
 */
export type PeopleBehind = { readonly inside: number; readonly outside: number };

/** What is said in place of a number. Of a neighbour withheld for a small cell's sake the same, so as not to tell which it is. */
export function withheldReason(minUsers: number): string {
  return `fewer than ${minUsers} people, here or in a cell beside it`;
}
