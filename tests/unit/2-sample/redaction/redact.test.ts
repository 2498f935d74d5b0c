import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor } from '../../../../src/2-sample/redaction/redact.ts';
import type { Turn } from '../../../../src/domain/conversation.ts';
import { LongwatchError, RedactionError } from '../../../../src/domain/errors.ts';

const redactor = createRedactor();
const user = (content: string): Turn => ({ role: 'user', content });
const redactTurns = (contents: readonly string[], id = 'acct-55120'): string[] =>
  redactor.redactTurns(contents.map(user), { user: id }).map((turn) => turn.content);

/** Identifiers invented for these tests, with how people write them. */
const planted: readonly (readonly [string, string])[] = [
  ['quillon.marsh@fernhollow.example.org', 'Write to quillon.marsh@fernhollow.example.org please'],
  ['+44 7700 900321', 'my number is +44 7700 900321 if you need it'],
  ['(415) 555-0142', 'Call (415) 555-0142 after six'],
  ['4539 1488 0343 6467', 'pay with 4539 1488 0343 6467 today'],
  ['DE89370400440532013000', 'send it to DE89370400440532013000'],
  ['203.0.113.77', 'the log shows 203.0.113.77 twice'],
  ['219-09-9999', 'my social is 219-09-9999'],
  ['https://fernhollow.example.org/people/quillon', 'see https://fernhollow.example.org/people/quillon.'],
  ['ghp_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8', 'token ghp_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8 leaked'],
  ['Tr0ub4dor&3', 'my password is Tr0ub4dor&3'],
  ['Brisa Okunlola', 'My name is Brisa Okunlola and I need advice'],
  ['48 Larkspur Lane', 'I moved to 48 Larkspur Lane last spring'],
  ['03/09/1987', 'I was born on 03/09/1987'],
];

describe('a conversation', () => {
  test('keeps its roles and its number of turns', () => {
    const turns: Turn[] = [
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'hello' },
      { role: 'tool', content: '{}' },
    ];
    expect(redactor.redactTurns(turns, { user: 'u' })).toEqual(turns);
    expect(redactor.redactTurns([], { user: 'u' })).toEqual([]);
  });

  test('has one placeholder for one identifier in every turn, whatever its case', () => {
    const out = redactTurns([
      'mail quillon@fernhollow.org or other@fernhollow.org',
      'I wrote to QUILLON@fernhollow.org and to new@fernhollow.org',
    ]);
    expect(out).toEqual(['mail [EMAIL_1] or [EMAIL_2]', 'I wrote to [EMAIL_1] and to [EMAIL_3]']);
  });

  test('numbers each type by itself', () => {
    expect(redactTurns(['a@fern.org or +44 7700 900321'])).toEqual(['[EMAIL_1] or [PHONE_1]']);
  });

  test('starts again at one for the next conversation', () => {
    expect(redactTurns(['a@fern.org'])).toEqual(redactTurns(['b@fern.org']));
  });

  test('loses a name everywhere once any turn has given it away', () => {
    const out = redactTurns(['my name is Zubenel Quorrick', 'Nice to meet you, Zubenel! Tell Quorrick senior too.']);
    expect(out.join(' ')).not.toMatch(/zubenel|quorrick/i);
    expect(out[0]).toBe('my name is [NAME_1]');
  });

  test('does not spread an ordinary word that was part of a name', () => {
    expect(redactTurns(['my name is Brisa Young', 'Young people like it'])[1]).toBe('Young people like it');
  });

  test('numbers on after placeholders that the text already holds', () => {
    expect(redactTurns(['[EMAIL_4] and a@fern.org'])).toEqual(['[EMAIL_4] and [EMAIL_5]']);
  });
});

describe('the raw user id', () => {
  test.each([
    ['marisol77', 'log in as MARISOL77 at /home/marisol77/x', /marisol/i],
    ['u-9', 'I am u-9, not u-91', /u-9(?!1)/],
    ['a.b+c(d', 'id a.b+c(d here', /a\.b/],
    ['auth0|5f7c8ec7c33c6c004bbafe82', 'x auth0|5f7c8ec7c33c6c004bbafe82', /5f7c/],
  ])('%s is removed', (id, text, trace) => {
    const [out] = redactTurns([text], id);
    expect(out).not.toMatch(trace);
    expect(out).toMatch(/\[USER_ID\]|\[HANDLE_1\]/);
  });
  test('inside another identifier goes with it', () => {
    expect(redactTurns(['see https://x.example/u/marisol77/y'], 'marisol77')[0]).toBe('see [USER_ID]');
  });
  test('of a few characters leaves words alone that hold them', () => {
    expect(redactTurns(['we plan an annual banner'], 'ann')[0]).toBe('we plan an annual banner');
  });
  test('never survives, whatever it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9_|.-]{6,20}$/), fc.string(), fc.string(), (id, before, after) => {
        const raw = redactTurns([`${before}${id}${after}`], id)[0]!.replace(/\[[A-Z_]+(?:_\d+)?\]/g, '\u0000');
        expect(raw.toLowerCase()).not.toContain(id.toLowerCase());
      }),
    );
  });
});

describe('planted identifiers', () => {
  test.each(planted)('%s does not survive where it is written as people write it', (identifier, sentence) => {
    expect(redactor.redactText(sentence)).not.toContain(identifier);
  });
  test('do not survive in any company', () => {
    const filler = fc.constantFrom(
      'I see. ',
      'what do you think? ',
      'Please help me with this.\n',
      '- first point\n',
      'ok ',
      '\n\n',
    );
    fc.assert(
      fc.property(fc.shuffledSubarray([...planted], { minLength: 1 }), fc.array(filler, { maxLength: 6 }), (chosen, between) => {
        const text = chosen.map(([, sentence], i) => `${between[i] ?? ''}${sentence}. `).join('');
        const out = redactTurns([text])[0]!;
        for (const [identifier] of chosen) expect(out).not.toContain(identifier);
      }),
      { numRuns: 200 },
    );
  });
  test('do not survive split by invisible characters', () => {
    expect(redactor.redactText('mail a\u200Bb@fern\u2060hollow.org now')).toBe('mail [EMAIL_1] now');
  });
});

test('redacting a redacted text changes nothing', () => {
  const pieces = fc.constantFrom(
    ...planted.map(([, sentence]) => sentence),
    ...planted.map(([identifier]) => identifier),
    ' ',
    ', ',
    '\n',
    ' from ',
    'Dr. ',
    '12 ',
    '[NAME_2]',
    '@',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 8 }), (parts) => {
      const once = redactor.redactText(parts.join(''));
      expect(redactor.redactText(once)).toBe(once);
    }),
    { numRuns: 500 },
  );
});

describe('what is redacted already', () => {
  const written = [
    ...planted.map(([, sentence]) => sentence),
    'yesterday Velmunda Tarquo called from Wiesentaler 14',
    'I am 31, a night nurse, and Croatian',
    'we met on March 3, 2021 at Silver Thread Inc',
    'in 1987 we moved to Quorvex',
    'Mrs. Tarquo\nLeasing consultant\n48 Wiesentaler\nMobile: +44 7700 900321',
    'follow up with velmunda tarquo tomorrow',
    'const x = arr.map((v) => v * 2);',
  ];
  const conversation = fc.array(
    fc.array(fc.oneof(fc.constantFrom(...written), fc.constantFrom(' ', ', ', '\n', '. ', ' and '), fc.string()), {
      maxLength: 6,
    }),
    { minLength: 1, maxLength: 4 },
  );
  test('passes a second time unchanged', () => {
    fc.assert(
      fc.property(conversation, (turns) => {
        const once = redactTurns(turns.map((parts) => parts.join('')));
        expect(redactTurns(once)).toEqual(once);
      }),
      { numRuns: 300 },
    );
  });
  test('passes unchanged as a passage, cut where white space is', () => {
    fc.assert(
      fc.property(conversation, fc.nat(), fc.nat(), (turns, from, length) => {
        for (const turn of redactTurns(turns.map((parts) => parts.join('')))) {
          const words = turn.split(/(?<=\s)/);
          const start = from % words.length;
          const passage = words.slice(start, start + 1 + (length % words.length)).join('');
          expect(redactor.redactText(passage)).toBe(passage);
        }
      }),
      { numRuns: 300 },
    );
  });
  test('what only the company of a word gives away is left alone in a text that stands alone', () => {
    const text = 'yesterday Velmunda called in 1987, a Croatian aged 31';
    expect(redactor.redactText(text)).toBe(text);
    expect(redactTurns([text])).toEqual(['yesterday [NAME_1] called in [DATE_1], a [NATIONALITY_1] aged [AGE_1]']);
  });
});

test.each([
  'Could you explain how photosynthesis works in simple terms?',
  'The meeting is on March 3, 2025 at 10:30, and the budget is $12,500.00.',
  'Version 1.2.3.4 of the library fixed 17 of 240 bugs between 2019-2021.',
  'May I ask what will happen? Hope is not a plan. Grace matters. Mark my words.',
  'I feel like I am the chosen one and nobody understands me.',
  'const x = arr.map((v) => v * 2); // see std::vector and foo.bar/baz',
  'My password is not working and the token is required, what should I do?',
  "I am happy. I am Catholic. I'm German, and this is Python.",
  '1. First\n2. Second\n3. Third: 100 200 300',
])('an ordinary text passes unchanged: %s', (text) => {
  expect(redactor.redactText(text)).toBe(text);
});

describe('a failure', () => {
  const failing = createRedactor({
    recognisers: [
      {
        name: 'broken',
        recognise: (text) => {
          throw new Error(`cannot read ${text}`);
        },
      },
    ],
  });
  test('drops the text and tells nothing of it', () => {
    for (const redact of [() => failing.redactText('walrus'), () => failing.redactTurns([user('walrus')], { user: 'u' })]) {
      try {
        redact();
        expect.unreachable();
      } catch (error) {
        expect(error).toBeInstanceOf(RedactionError);
        expect(error).toBeInstanceOf(LongwatchError);
        expect(error).toMatchObject({ code: 'redaction', retry: 'never' });
        expect((error as Error).cause).toBeUndefined();
        expect(String(error)).toContain('broken');
        expect(String(error)).not.toContain('walrus');
      }
    }
  });
  test('outside the recognisers is the same class', () => {
    expect(() => redactor.redactText(null as unknown as string)).toThrow(RedactionError);
  });
});
