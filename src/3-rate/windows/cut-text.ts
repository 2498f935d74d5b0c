/** What redaction leaves in place of an identifier, as in `[NAME_1]`. No longer than this many characters. */
const longest_tag = 40;
const tag = /^\[[A-Z][A-Z_]*\d*\]/;
const isSpace = /\s/;

/**
 * Where to cut `text`, at `at` or before but after `floor`: behind the last white space from `wanted` on, or else as late as can
 * be without cutting a character (a surrogate pair) or a placeholder in two. `at - floor` must be more than a placeholder is long.
 */
export function cutBefore(
  text: string,
  at: number,
  { floor, wanted }: { readonly floor: number; readonly wanted: number },
): number {
  if (at - floor <= longest_tag) throw new RangeError(`cannot cut within ${at - floor} characters: a placeholder may be longer`);
  for (let end = at; end > Math.max(floor, wanted); end--) if (isSpace.test(text.charAt(end - 1))) return end;
  const opened = text.lastIndexOf('[', at - 1);
  const straddled = opened > floor && at - opened < longest_tag ? tag.exec(text.slice(opened, opened + longest_tag)) : null;
  if (straddled !== null && opened + straddled[0].length > at) return opened;
  return splitsPair(text, at) ? at - 1 : at;
}

function splitsPair(text: string, at: number): boolean {
  return /[\uD800-\uDBFF]/.test(text.charAt(at - 1)) && /[\uDC00-\uDFFF]/.test(text.charAt(at));
}
