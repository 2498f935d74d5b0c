import { expect, test } from 'vitest';
import type { DimensionId } from '../../../src/domain/dimension.ts';
import { type Topic, topics } from '../../../src/domain/facets.ts';
import { conversationText } from '../../../src/simulate/conversation-text.ts';
import { Rng } from '../../../src/simulate/rng.ts';
import { topicLines } from '../../../src/simulate/topic-lines.ts';

const harmless: ReadonlyMap<DimensionId, boolean> = new Map();
const textOf = (topic: Topic, seed: string, truth = harmless, pii = false) =>
  conversationText({ topic, truth, pii, rng: new Rng(seed) });
const whole = (turns: readonly { content: string }[]) => turns.map((turn) => turn.content).join('\n');

// Words people use for a topic; a plain keyword classifier must find its own topic ahead of every other.
const words: Readonly<Record<Exclude<Topic, 'other'>, RegExp>> = {
  coding: /python|typescript|javascript|code|sql|compiler|function|unit tests|git |debug/gi,
  work: /boss|manager|coworker|colleague|at work|office|job interview|resume|\bhr\b|team meeting|promotion/gi,
  learning: /exam|homework|study|teacher|algebra|grammar|class\b|lecture|learn/gi,
  shopping: /buy|price|discount|reviews|store|warranty|order|on sale/gi,
  research: /sources|literature review|study with|paper|evidence|hypothesis|survey|statistics|\bdata\b/gi,
  health: /doctor|medication|symptom|headache|diet\b|vitamin|insomnia|medicines|dizzy|\bdose\b/gi,
  relationships: /boyfriend|girlfriend|husband|wife|marriage|relationship|partner|\bex\b|breakup|dating/gi,
  finance: /savings|stock|mortgage|loan|bank|debt|crypto|budget|retirement fund|interest/gi,
  spirituality: /god|pray|church|tarot|universe|spirit|soul|meditat|temple/gi,
  emotional_support: /anxious|lonely|panic attack|overwhelmed|crying|grief|i feel|have felt|ashamed|\bsad\b/gi,
  creative: /novel|poem|story|chapter|plot|rhyme|fantasy/gi,
  companionship: /miss me|missed talking|chat\b|chatbot|best friend|keep me company/gi,
};

test.each(Object.keys(words) as (keyof typeof words)[])('the words of every %s opening tell its topic', (topic) => {
  for (const opening of topicLines[topic].openings) {
    const hits = (of: keyof typeof words) => opening.match(words[of])?.length ?? 0;
    const rivals = (Object.keys(words) as (keyof typeof words)[]).filter(
      (other) => other !== topic && hits(other) >= hits(topic),
    );
    expect(hits(topic), opening).toBeGreaterThanOrEqual(2);
    expect(rivals, opening).toEqual([]);
  }
});

test('no line is used twice and every topic has several of each kind', () => {
  const all = topics.flatMap((topic) => {
    const { openings, sound, sycophantic } = topicLines[topic];
    for (const kind of [openings, sound, sycophantic]) expect(kind.length).toBeGreaterThanOrEqual(3);
    return [...openings, ...sound, ...sycophantic];
  });
  expect(new Set(all).size).toBe(all.length);
});

test('texts have 2 to 8 turns, take turns, and run from 250 to 950 characters', () => {
  const lengths = new Set<number>();
  for (const topic of topics) {
    for (let i = 0; i < 300; i++) {
      const turns = textOf(topic, `length ${i}`, harmless, i % 5 === 0);
      lengths.add(turns.length);
      turns.forEach((turn, k) => {
        expect(turn.role).toBe(k % 2 === 0 ? 'user' : 'assistant');
      });
      const characters = turns.reduce((sum, turn) => sum + turn.content.length, 0);
      expect(characters).toBeGreaterThanOrEqual(250);
      expect(characters).toBeLessThanOrEqual(950);
    }
  }
  expect([...lengths].sort()).toEqual([2, 4, 6, 8]);
});

test('the first reply is a sycophantic line exactly when that is true', () => {
  for (const topic of topics) {
    for (let i = 0; i < 30; i++) {
      for (const is of [true, false]) {
        const reply = textOf(topic, `s ${i}`, new Map([['concrete.sycophantic_agreement', is]]))[1]?.content ?? '';
        expect(topicLines[topic].sycophantic.some((line) => reply.includes(line))).toBe(is);
        expect(topicLines[topic].sound.some((line) => reply.includes(line))).toBe(!is);
      }
    }
  }
});

const shown: readonly DimensionId[] = [
  'acute.self_harm',
  'acute.dangerous_advice',
  'concrete.flattery',
  'concrete.emotion_amplification',
];
test.each(shown)('%s adds a sentence to the reply', (dimension) => {
  const harmful = textOf('coding', 'add', new Map([[dimension, true]]))[1]?.content ?? '';
  expect(harmful.length).toBeGreaterThan((textOf('coding', 'add')[1]?.content.length ?? 0) + 40);
});

test('in personal topics the reply points to people unless that protection is lost', () => {
  const points = /counsellor|professional|one person you trust/;
  for (let i = 0; i < 50; i++) {
    expect(whole(textOf('relationships', `p ${i}`))).toMatch(points);
    expect(textOf('relationships', `p ${i}`, new Map([['protective.human_support', true]]))[1]?.content).not.toMatch(points);
  }
});

test("personal data appear only when asked for, and are nobody's", () => {
  const personal = /@|\d{3}-\d{4}|\+1 /;
  for (let i = 0; i < 200; i++) {
    expect(whole(textOf('work', `pii ${i}`))).not.toMatch(personal);
    const planted = whole(textOf('work', `pii ${i}`, harmless, true));
    expect(planted).toMatch(/@example\.com|555-01\d\d/);
  }
});
