import { type Span, spansOfPattern } from './span.ts';

// Any scheme: a database URL carries a password, a file URL a home folder.
const withScheme = /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s<>"'`]{3,2000}/gi;
const withoutScheme =
  /(?<![\w@./-])(?:www\.[^\s<>"'`]{3,2000}|(?:[a-z0-9-]{1,63}\.){1,4}(?:com|org|net|io|co|me|info|dev|app|blog|xyz|edu|gov|[a-z]{2})\/[^\s<>"'`]{2,2000})/gi;
/** As git writes them: user, host and path. */
const copied = /(?<![\w@.-])[\w.-]{1,40}@[\w.-]{1,80}:[\w.~-][\w./~-]{2,300}/g;
const fileNames = /^[\w-]+\.(?:js|ts|py|rb|go|rs|md|sh|cs|kt|pl|so|cc|hs|ml|ps|vb|tf)\//i;

/** Web and other addresses, with a scheme, with www, or with a known ending and a path. A URL often names its owner. */
export function recogniseUrls(text: string): Span[] {
  if (!/:\/\/|www\.|\.[a-z]{2,4}\/|\w:[\w~/]/i.test(text)) return [];
  const found = [
    ...spansOfPattern(withScheme, 'URL', text),
    ...(text.includes('@') ? spansOfPattern(copied, 'URL', text) : []),
    ...spansOfPattern(withoutScheme, 'URL', text, (value) => !fileNames.test(value)),
  ];
  return found.map((span) => ({ ...span, end: span.start + trimEnd(text.slice(span.start, span.end)).length }));
}

/** A full stop or a bracket that closes the sentence around a URL is not part of it. */
function trimEnd(url: string): string {
  let end = url.length;
  while (end > 0) {
    const last = url.charAt(end - 1);
    const unopened = (last === ')' && !url.slice(0, end).includes('(')) || (last === ']' && !url.slice(0, end).includes('['));
    if (!unopened && !'.,;:!?*_}|\\'.includes(last)) break;
    end -= 1;
  }
  return url.slice(0, end);
}
