import type { Facets, Topic } from '../domain/facets.ts';
import { topicPriority, topicWords } from './topic-words.ts';

/** Characters of user text that the topic is read from: enough to know it, and a bound on what a long paste costs. */
const SCANNED_CHARS = 4_000;
const NO_LANGUAGE = 'und';

/** What facets are read from. Not the stored record's type, because the edge reads them where there is no schema. */
export type FacetSource = {
  readonly turns: readonly { readonly role: string; readonly content: string }[];
  readonly memory?: boolean | undefined;
  readonly locale?: string | undefined;
  readonly product?: string | undefined;
};

type Vote = { readonly topic: number; readonly weight: number };

/**
 * Where a conversation belongs on every facet. Runs on all traffic in memory, sampled or not, so it is a table look-up
 * per word and nothing more; what it returns holds no text.
 */
export function facetsOf(conversation: FacetSource): Facets {
  return {
    topic: topicOf(conversation),
    memory: conversation.memory === undefined ? 'unknown' : conversation.memory ? 'on' : 'off',
    locale: languageOf(conversation.locale),
    length: lengthOf(conversation),
    product: conversation.product ?? 'unknown',
  };
}

/** The language subtag in lower case; `und` (BCP 47: undetermined) when there is none. */
function languageOf(locale: string | undefined): string {
  return /^([a-z]{2,3})(?:[-_]|$)/i.exec(locale ?? '')?.[1]?.toLowerCase() ?? NO_LANGUAGE;
}

function lengthOf({ turns }: FacetSource): Facets['length'] {
  let n = 0;
  for (const turn of turns) if (turn.role === 'user') n += 1;
  if (n <= 1) return '1';
  if (n <= 5) return '2-5';
  return n <= 19 ? '6-19' : '20+';
}

/**
 * Every known word or two-word phrase votes once, however often it is said (a pasted log must not outvote a question).
 * The heaviest topic wins, ties by the fixed order of `topicPriority`; no votes make it `other`.
 * English only: a text in another language is `other` unless it borrows the words.
 */
function topicOf({ turns }: FacetSource): Topic {
  const scores = new Float64Array(topicPriority.length);
  const counted = new Set<Vote>();
  const count = (vote: Vote | undefined): void => {
    if (vote === undefined || counted.has(vote)) return;
    counted.add(vote);
    scores[vote.topic] = (scores[vote.topic] ?? 0) + vote.weight;
  };
  let left = SCANNED_CHARS;
  for (const turn of turns) {
    if (turn.role !== 'user' || left <= 0) continue;
    const text = turn.content.slice(0, left).toLowerCase();
    left -= text.length;
    let previous = '';
    for (const word of words(text)) {
      count(vocabulary.get(word));
      if (phraseStarts.has(previous)) count(vocabulary.get(`${previous} ${word}`));
      previous = word;
    }
  }
  let best = -1;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] ?? 0;
    if (score > 0 && (best < 0 || score > (scores[best] ?? 0))) best = i;
  }
  return topicPriority[best] ?? 'other';
}

/** Runs of ASCII letters, apostrophes dropped (`can't` and `can’t` are both `cant`). Faster than a regular expression. */
function* words(text: string): Generator<string> {
  let word = '';
  let start = -1;
  for (let i = 0; i <= text.length; i++) {
    const c = text.charCodeAt(i);
    if (c >= 97 && c <= 122) {
      if (start < 0) start = i;
    } else if (start >= 0) {
      word += text.slice(start, i);
      start = -1;
      if (c !== 39 && c !== 0x2019) {
        yield word;
        word = '';
      }
    } else if (word !== '') {
      yield word;
      word = '';
    }
  }
}

const vocabulary = new Map<string, Vote>();
const phraseStarts = new Set<string>();
for (const [topic, name] of topicPriority.entries()) {
  for (const [weight, list] of topicWords[name]) {
    for (const entry of list.split(/\s*,\s*/)) {
      const known = vocabulary.get(entry);
      // A word listed twice would vote for whichever came last, silently.
      if (known !== undefined) throw new RangeError(`"${entry}" is listed for two topics`);
      vocabulary.set(entry, { topic, weight });
      const [first, second] = entry.split(' ');
      if (first !== undefined && second !== undefined) phraseStarts.add(first);
    }
  }
}
