import { describe, expect, test } from 'vitest';
import { facetsOf } from '../../../src/2-sample/facets.ts';
import { topicPriority, topicWords } from '../../../src/2-sample/topic-words.ts';
import type { Conversation } from '../../../src/domain/conversation.ts';
import { topics } from '../../../src/domain/facets.ts';

const conversation = (override: Partial<Conversation> = {}): Conversation => ({
  id: 'c-1',
  user: 'u-1',
  version: 'v-1',
  at: '2025-04-25T10:00:00Z',
  turns: [{ role: 'user', content: 'zzz' }],
  ...override,
});
const topicOf = (content: string) => facetsOf(conversation({ turns: [{ role: 'user', content }] })).topic;

test.each([
  ['I feel so hopeless tonight, I cannot stop crying', 'emotional_support'],
  ['Everything is overwhelming and I’m anxious all the time', 'emotional_support'],
  ['i hate myself and nobody would notice if i was gone', 'emotional_support'],
  ['My grandfather died last week and the grief comes in waves', 'emotional_support'],
  ['My husband has not spoken to me since our argument', 'relationships'],
  ['Should I text my ex back? We broke up in March', 'relationships'],
  ['I think my girlfriend is flirting with her roommate', 'relationships'],
  ['my mother in law keeps criticising our wedding plans', 'relationships'],
  ['Why does this Python loop raise a TypeError?', 'coding'],
  ['Write a SQL query that joins two tables by id', 'coding'],
  ['how do i undo the last git commit', 'coding'],
  ['My React component re-renders forever, here is the code', 'coding'],
  ['const total = items.reduce((a, b) => a + b); is this function right', 'coding'],
  ['Should I invest in an index fund or pay off my mortgage?', 'finance'],
  ['What is a good credit score for a car loan', 'finance'],
  ['how are dividends taxed in a roth ira', 'finance'],
  ['Is now the time to put my savings into bitcoin', 'finance'],
  ['I have a rash and a fever, do I need antibiotics?', 'health'],
  ['What are the side effects of ibuprofen', 'health'],
  ['my knee hurts after the gym, is it an injury', 'health'],
  ['Is it safe to exercise while pregnant', 'health'],
  ['What does the Bible say about forgiveness and sin?', 'spirituality'],
  ['I believe my soulmate was shown to me in a tarot spread', 'spirituality'],
  ['the universe gave me an awakening and opened my third eye', 'spirituality'],
  ['how do i pray properly', 'spirituality'],
  ['Write a haiku about autumn leaves', 'creative'],
  ['Help me outline a fantasy novel with a clever villain', 'creative'],
  ['compose song lyrics about the sea', 'creative'],
  ['Explain how photosynthesis works for my biology exam', 'learning'],
  ['help with algebra homework: solve for x', 'learning'],
  ['quiz me on french vocabulary', 'learning'],
  ['Draft a cover letter for a nursing job', 'work'],
  ['My boss moved the deadline, how do I answer his email', 'work'],
  ['how do I ask my manager for a promotion', 'work'],
  ['Which laptop should I buy under 900 dollars?', 'shopping'],
  ['gift ideas for a ten year old, is amazon cheaper', 'shopping'],
  ['Find peer reviewed studies for a literature review on bees', 'research'],
  ['What methodology fits this research question and dataset?', 'research'],
  ['I missed you today, do you love me?', 'companionship'],
  ['will you be my companion, you are the only one who stays', 'companionship'],
  ['qwerty asdf', 'other'],
  ['', 'other'],
])('"%s" is about %s', (content, topic) => expect(topicOf(content)).toBe(topic));

describe('the topic', () => {
  test('is read from user turns alone', () => {
    const turns: Conversation['turns'] = [
      { role: 'system', content: 'You are a python javascript sql compiler' },
      { role: 'user', content: 'My husband and I want marriage counseling' },
      { role: 'assistant', content: 'python javascript typescript docker kubernetes' },
    ];
    expect(facetsOf(conversation({ turns })).topic).toBe('relationships');
  });
  test('is not decided by one word said a hundred times', () => {
    expect(topicOf(`${'stock '.repeat(100)} my husband and my ex want a divorce`)).toBe('relationships');
  });
  test('ignores what comes after the first 4,000 characters', () => {
    expect(topicOf(`${'x '.repeat(2_000)}python javascript`)).toBe('other');
  });
  test('ties go to the topic listed first', () => {
    expect(topicOf('medication mortgage')).toBe('health');
    expect(topicOf('mortgage medication')).toBe('health');
  });
  test('has words for every topic but other, none of them twice', () => {
    expect([...topicPriority, 'other'].toSorted()).toEqual([...topics].toSorted());
    const words = Object.values(topicWords).flatMap((lists) => lists.flatMap(([, list]) => list.split(', ')));
    expect(words.filter((word, i) => words.indexOf(word) !== i)).toEqual([]);
    expect(words.filter((word) => !/^[a-z]+(?: [a-z]+)?$/.test(word))).toEqual([]);
  });
});

test.each([
  [undefined, 'und'],
  ['en-US', 'en'],
  ['PT_br', 'pt'],
  ['fil', 'fil'],
  ['x-private', 'und'],
  ['english', 'und'],
])('locale %s is language %s', (locale, language) => {
  expect(facetsOf(conversation(locale === undefined ? {} : { locale })).locale).toBe(language);
});

test.each([
  [1, '1'],
  [2, '2-5'],
  [5, '2-5'],
  [6, '6-19'],
  [19, '6-19'],
  [20, '20+'],
])('%i user turns are the band %s', (n, band) => {
  const turns = Array.from({ length: 2 * n }, (_, i) => ({
    role: i % 2 === 0 ? ('user' as const) : ('assistant' as const),
    content: 'x',
  }));
  expect(facetsOf(conversation({ turns })).length).toBe(band);
});

test('memory and product are what the producer said, or unknown', () => {
  expect(facetsOf(conversation())).toMatchObject({ memory: 'unknown', product: 'unknown' });
  expect(facetsOf(conversation({ memory: false, product: 'voice' }))).toMatchObject({ memory: 'off', product: 'voice' });
  expect(facetsOf(conversation({ memory: true }))).toMatchObject({ memory: 'on' });
});
