import type { InjectionSignName } from './signs.ts';

type CharacterSign = {
  readonly name: InjectionSignName;
  /** A cheap look for what `pattern` cannot do without. */
  readonly needs: RegExp;
  readonly pattern: RegExp;
};

const signs: readonly CharacterSign[] = [
  // Flags of some countries are an emoji followed by tags; zero-width joiners shape many scripts. Neither counts.
  {
    name: 'hidden_characters',
    needs: /[\u00ad\u200b\u202d\u202e\u2060\udb40\ufeff]/,
    pattern:
      /(?<!\u{1f3f4})(?<![\u{e0020}-\u{e007f}])[\u{e0020}-\u{e007e}]{2}|[\u202d\u202e]|(?:\p{L}[\u200b\u2060\ufeff\u00ad]+){3}/u,
  },
  // All that JSON and terminals call control characters but for tab, line feed and a return before one.
  {
    name: 'odd_controls',
    needs: /[^\P{Cc}\t\n]|[\u2028\u2029]/u,
    pattern: /[^\P{Cc}\t\n\r]|[\u2028\u2029]|\r(?!\n)/u,
  },
  { name: 'odd_controls', needs: /[\ud800-\udfff]/, pattern: /\p{Cs}/u },
  {
    name: 'mixed_script',
    needs: /[\u03b1-\u03c9\u0430-\u0458]/,
    pattern: /[a-z][\u0430-\u0458\u03b1-\u03c9][a-z]|[\u0430-\u0458][a-z][\u0430-\u0458]/i,
  },
];

/** Signs in the characters themselves, each with the offset of its first place. */
export function characterSigns(text: string): ReadonlyMap<InjectionSignName, number> {
  const found = new Map<InjectionSignName, number>();
  for (const { name, needs, pattern } of signs) {
    if (found.has(name) || !needs.test(text)) continue;
    const at = text.search(pattern);
    if (at >= 0) found.set(name, at);
  }
  return found;
}
