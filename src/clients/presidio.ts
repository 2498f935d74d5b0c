import PQueue from 'p-queue';
import { z } from 'zod';
import type { EntityFinder, FoundEntity } from '../domain/entity-finder.ts';
import { RedactionError } from '../domain/errors.ts';

const Answer = z.array(z.object({ entity_type: z.string(), start: z.int().nonnegative(), end: z.int().positive() }));

/** Calls at a time: an analyzer is a language model on a processor, and more would only wait there. */
const concurrency = 8;

/**
 * Asks a Presidio-compatible analyzer (`POST <url>/analyze`). Its offsets count code points and ours UTF-16 units, so they
 * are translated here. It is asked for the languages it was set up for; other texts have our own recognisers alone.
 * Errors name neither the text nor the answer, which quotes it.
 */
export function createPresidio(options: {
  readonly url: string;
  readonly timeoutMs: number;
  readonly minScore: number;
  readonly languages: readonly string[];
}): EntityFinder {
  const queue = new PQueue({ concurrency });
  const endpoint = `${options.url.replace(/\/+$/, '')}/analyze`;
  return {
    async find(text, language) {
      // `und`: nobody said. The first language is the deployment's own.
      const asked = language === 'und' ? options.languages[0] : options.languages.find((each) => each === language);
      if (asked === undefined || text.trim() === '') return [];
      return queue.add(async () => toUtf16(text, await analyze(endpoint, text, asked, options)));
    },
  };
}

async function analyze(
  endpoint: string,
  text: string,
  language: string,
  { timeoutMs, minScore }: { timeoutMs: number; minScore: number },
): Promise<z.infer<typeof Answer>> {
  let answer: unknown;
  try {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text, language, score_threshold: minScore }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new RedactionError(`The redaction service answered ${response.status}; the text was dropped.`);
    }
    answer = await response.json();
  } catch (error) {
    if (error instanceof RedactionError) throw error;
    throw new RedactionError(`The redaction service did not answer within ${timeoutMs} ms; the text was dropped.`);
  }
  const parsed = Answer.safeParse(answer);
  if (!parsed.success)
    throw new RedactionError('The redaction service answered something else than spans; the text was dropped.');
  return parsed.data;
}

/** @throws RedactionError when an offset lies outside the text: the service read another text than we sent. */
function toUtf16(text: string, found: z.infer<typeof Answer>): FoundEntity[] {
  const offsets = [0];
  for (const character of text) offsets.push((offsets.at(-1) ?? 0) + character.length);
  return found.map(({ entity_type, start, end }) => {
    const from = offsets[start];
    const to = offsets[end];
    if (from === undefined || to === undefined || to <= from) {
      throw new RedactionError('The redaction service named a place outside the text; the text was dropped.');
    }
    return { start: from, end: to, entity: entity_type };
  });
}
