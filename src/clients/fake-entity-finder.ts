import type { EntityFinder } from '../domain/entity-finder.ts';
import { RedactionError } from '../domain/errors.ts';

/** Finds the given words, each as the given entity. `fail` makes it unreachable. */
export function createFakeEntityFinder(words: Readonly<Record<string, string>>): EntityFinder & { fail(): void } {
  let down = false;
  return {
    fail() {
      down = true;
    },
    async find(text) {
      if (down) throw new RedactionError('The fake redaction service is down; the text was dropped.');
      return Object.entries(words).flatMap(([word, entity]) => {
        const start = text.indexOf(word);
        return start < 0 ? [] : [{ start, end: start + word.length, entity }];
      });
    },
  };
}
