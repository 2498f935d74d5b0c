/** One record with the line it begins on, from 1; or what is wrong with it, which never repeats what it says. */
export type CsvRecord =
  | { readonly line: number; readonly ok: true; readonly fields: readonly string[] }
  | { readonly line: number; readonly ok: false; readonly reason: string };

/**
 * Reads CSV strictly as RFC 4180: commas, quotes around whole fields, a quote inside written twice, records ended by CRLF or LF.
 * A record that breaks the rules is reported and reading goes on with the next line. Blank lines are passed over.
 *
 * @example [...readCsv('a,"b ""c"""\n')] // one record with the fields a and b "c"
 */
export function* readCsv(text: string): Generator<CsvRecord> {
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const begins = line;
    const read = readRecord(text, at);
    line += countNewlines(text, at, read.end);
    at = read.end;
    if (read.reason !== null) yield { line: begins, ok: false, reason: read.reason };
    else if (read.fields.length > 1 || read.fields[0] !== '') yield { line: begins, ok: true, fields: read.fields };
  }
}

type ReadRecord = { readonly fields: string[]; readonly end: number; readonly reason: string | null };

function readRecord(text: string, start: number): ReadRecord {
  const fields: string[] = [];
  const broken = (at: number, reason: string): ReadRecord => ({ fields, end: nextLine(text, at), reason });
  for (let at = start; ; ) {
    if (text[at] === '"') {
      const close = closingQuote(text, at + 1);
      if (close < 0)
        return { fields, end: text.length, reason: 'a quote is opened and never closed, so nothing after it was read' };
      fields.push(text.slice(at + 1, close).replaceAll('""', '"'));
      at = close + 1;
    } else {
      const from = at;
      while (at < text.length && text[at] !== ',' && text[at] !== '\n' && text[at] !== '"') at++;
      if (text[at] === '"') return broken(at, 'a quote inside a field that does not begin with one; quote the whole field');
      const last = text[at] === ',' ? text.slice(from, at) : text.slice(from, at).replace(/\r$/, '');
      fields.push(last);
      if (text[at] === ',') {
        at++;
        continue;
      }
      return { fields, end: Math.min(text.length, at + 1), reason: null };
    }
    if (text[at] === ',') at++;
    else if (at >= text.length || text[at] === '\n') return { fields, end: Math.min(text.length, at + 1), reason: null };
    else if (text.startsWith('\r\n', at)) return { fields, end: at + 2, reason: null };
    else return broken(at, 'something stands between a closing quote and the comma after it');
  }
}

/** Where the quote that closes a field stands; -1 where none does. */
function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) if (text[at + 1] !== '"') return at;
  return -1;
}

function nextLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end + 1;
}

function countNewlines(text: string, from: number, to: number): number {
  let n = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) n++;
  return n;
}
