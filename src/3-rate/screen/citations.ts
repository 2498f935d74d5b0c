/** What an answer offers as sources, by shape alone: whether they exist is beyond a local screen. */
export type Citations = { readonly count: number; readonly domains: number };

/**
 * Counts links, DOIs, "et al." and years in brackets, and the distinct domains among the links.
 * Redaction may have put a placeholder where a link stood: it counts as a link to a domain of its own.
 * @example findCitations('See https://a.org/x and https://a.org/y (Smith et al., 2019).') // { count: 3, domains: 1 }
 */
export function findCitations(text: string): Citations {
  const links = [...text.matchAll(/\b(?:https?:\/\/|www\.)([a-z0-9.-]+)[^\s)\]]*/gi)];
  const placeholders = [...text.matchAll(/\[(?:URL|DOMAIN_NAME|LINK)_\d+\]/g)];
  const dois = text.match(/\b10\.\d{4,9}\/[^\s)\]]+/g)?.filter((doi) => !links.some(([link]) => link.includes(doi))) ?? [];
  const authors = text.match(/\bet al\b|[(,]\s?(?:19|20)\d\d[a-z]?\)/gi) ?? [];
  // "(Smith et al., 2019)" is one source with two marks.
  const doubled = text.match(/\bet al\.?,?\s*\(?(?:19|20)\d\d[a-z]?\)/gi) ?? [];
  const domains = new Set([
    ...links.map(([, host = '']) => host.toLowerCase().replace(/^www\./, '')),
    ...placeholders.map(([placeholder]) => placeholder),
  ]);
  return { count: links.length + placeholders.length + dois.length + authors.length - doubled.length, domains: domains.size };
}
