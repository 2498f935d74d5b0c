import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteMessage } from '../../../../src/2-sample/design/byte-message.ts';
import { coin } from '../../../../src/2-sample/design/coin.ts';
import { HmacSha256 } from '../../../../src/2-sample/design/hmac-sha256.ts';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
const hexOf = (key: Uint8Array, message: Uint8Array): string => {
  const put = new ByteMessage(0);
  put.bytes(message);
  return [...new HmacSha256(key).digest(put)].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
};

// Source: RFC 4231, section 4, test cases 1 to 4, 6 and 7 (5 is a truncation).
test.each([
  ['0b'.repeat(20), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
  [
    Buffer.from('Jefe').toString('hex'),
    'what do ya want for nothing?',
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  ['aa'.repeat(20), Buffer.alloc(50, 0xdd), '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe'],
  [
    '0102030405060708090a0b0c0d0e0f10111213141516171819',
    Buffer.alloc(50, 0xcd),
    '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b',
  ],
  [
    'aa'.repeat(131),
    'Test Using Larger Than Block-Size Key - Hash Key First',
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  ],
  [
    'aa'.repeat(131),
    'This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.',
    '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
  ],
])('RFC 4231 vector %#', (key, message, digest) => {
  expect(hexOf(bytes(key), Uint8Array.from(Buffer.from(message as string)))).toBe(digest);
});

test('any key and any bytes give what node:crypto gives', () => {
  const some = fc.uint8Array({ maxLength: 300 });
  fc.assert(
    fc.property(some, some, (key, message) => {
      expect(hexOf(key, message)).toBe(createHmac('sha256', key).update(message).digest('hex'));
    }),
    { numRuns: 500 },
  );
});

test.each([54, 55, 56, 63, 64, 118, 119, 120, 128])('so does a message of %i bytes, at the edges of its padding', (length) => {
  const message = new Uint8Array(length).fill(length);
  expect(hexOf(bytes('07'), message)).toBe(createHmac('sha256', bytes('07')).update(message).digest('hex'));
});

describe('texts', () => {
  // Any UTF-16, halves of surrogate pairs included.
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  );
  test('are written as UTF-8 the way TextEncoder and Buffer do', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 4 }), (texts) => {
        const message = new ByteMessage(1);
        for (const text of texts) message.text(text);
        expect([...new Uint8Array(message.view.buffer, 0, message.length)]).toEqual(
          texts.flatMap((text) => [...new TextEncoder().encode(text)]),
        );
      }),
      { numRuns: 500 },
    );
  });
  test('half a surrogate pair is U+FFFD, and the whole one character', () => {
    const message = new ByteMessage(0);
    message.text('\ud83d|\udca9|\ud83d\udca9');
    expect(Buffer.from(message.view.buffer, 0, message.length).toString('hex')).toBe('efbfbd7cefbfbd7cf09f92a9');
  });
  test('a coin is the upper 52 bits of the digest of its parts, whatever they say', () => {
    const key = Buffer.alloc(32, 5);
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        const digest = createHmac('sha256', key).update(`xs\u001f${a}\u001f${b}`).digest();
        expect(coin(key, 'xs', a, b)).toBe(Number(digest.readBigUInt64BE() >> 12n) / 2 ** 52 + 2 ** -53);
      }),
      { numRuns: 500 },
    );
  });
  test('a message longer than any before has room', () => {
    const key = Buffer.alloc(32, 5);
    const digest = createHmac('sha256', key)
      .update(`xs\u001f${'ß'.repeat(100_000)}`)
      .digest();
    expect(coin(key, 'xs', 'ß'.repeat(100_000))).toBe(Number(digest.readBigUInt64BE() >> 12n) / 2 ** 52 + 2 ** -53);
  });
});
