import { type Span, spansOfPattern } from './span.ts';

const plain = /[\p{L}\p{N}][\p{L}\p{N}._%+'-]{0,63}@(?:[\p{L}\p{N}-]{1,63}\.){1,5}[\p{L}]{2,24}/gu;
// "marla dot quent at example dot org", "marla (at) example.org": how people write an address they do not want harvested.
const spelled =
  /[a-z0-9][\w.+-]{0,40}(?: dot [\w-]{1,30}){0,2} ?(?:\(at\)|\[at\]| at ) ?[a-z0-9-]{2,40}(?:(?: dot | ?\(dot\) ?| ?\[dot\] ?)[a-z]{2,15}){1,3}(?![\w])|[a-z0-9][\w.+-]{0,40} ?(?:\(at\)|\[at\]) ?[a-z0-9-]{2,40}(?:\.[a-z]{2,15}){1,3}/gi;

/** E-mail addresses, plain or spelled out. */
export function recogniseEmails(text: string): Span[] {
  const spans = text.includes('@') ? spansOfPattern(plain, 'EMAIL', text) : [];
  if (/ dot |[([](?:dot|at)[)\]]/i.test(text)) spans.push(...spansOfPattern(spelled, 'EMAIL', text));
  return spans;
}
