import { describe, expect, it } from 'vitest';
import { deriveKeys } from '../../../../src/2-sample/keys/derive-keys.ts';
import { createKeyRing } from '../../../../src/2-sample/keys/key-ring.ts';
import { createTranscriptVault } from '../../../../src/2-sample/keys/transcript-vault.ts';
import { seal } from '../../../../src/2-sample/keys/vault.ts';
import { wrapKey } from '../../../../src/2-sample/keys/wrapped-key.ts';
import { createRedactor } from '../../../../src/2-sample/redaction/redact.ts';
import { KeyError } from '../../../../src/domain/errors.ts';
import { before_data_keys, noteRow } from '../../../../src/domain/vault.ts';
import { createTestSource, keyOf, ringOf } from '../builders.ts';

const ring = ringOf(1);
const vault = createTranscriptVault(ring);
const [ada, bob] = [vault.createKey('ada'), vault.createKey('bob')];
const text = createRedactor().redactText('the walrus keeps the ledger');
const transcript = [{ role: 'user' as const, content: text }];
const note = { evidence: [{ turn: 0, quote: text }], rationale: null };
const sealed = vault.sealTranscript(ada, transcript, 'row-1');
const sealedNote = vault.sealNote(ada, note, 'row-1 flattery r1');

describe('the vault', () => {
  it('opens what it sealed, in this process and in the next', () => {
    for (const each of [vault, createTranscriptVault(ringOf(1))]) {
      expect(each.openTranscript(ada, sealed, 'row-1')).toEqual(transcript);
      expect(each.openNote(ada, sealedNote, 'row-1 flattery r1')).toEqual(note);
    }
  });

  it('makes another key each time, even for the same owner', () => {
    expect(vault.createKey('ada').wrapped.equals(ada.wrapped)).toBe(false);
    expect(() => vault.openTranscript(vault.createKey('ada'), sealed, 'row-1')).toThrow(KeyError);
  });

  const altered = Buffer.from(sealed);
  altered[altered.length - 1]! ^= 1;
  it.each([
    ['in another row', () => vault.openTranscript(ada, sealed, 'row-2')],
    ["with another's key", () => vault.openTranscript(bob, sealed, 'row-1')],
    ["with another's key under this name", () => vault.openTranscript({ ...bob, owner: 'ada' }, sealed, 'row-1')],
    ['with this key under another name', () => vault.openTranscript({ ...ada, owner: 'bob' }, sealed, 'row-1')],
    ['as a note', () => vault.openNote(ada, sealed, 'row-1')],
    ['with a bit flipped', () => vault.openTranscript(ada, altered, 'row-1')],
    ['cut short', () => vault.openTranscript(ada, sealed.subarray(0, -1), 'row-1')],
    ['when a note, as a transcript', () => vault.openTranscript(ada, sealedNote, 'row-1 flattery r1')],
    ['when a note, in another row', () => vault.openNote(ada, sealedNote, 'row-1 flattery r2')],
  ])('opens nothing %s, and tells nothing of it', (_how, open) => {
    expect(open).toThrow(KeyError);
    expect(open).not.toThrow(/walrus|ledger/);
  });

  it('does not go by the key it remembers where the stored one was altered', () => {
    vault.openTranscript(ada, sealed, 'row-1');
    const wrapped = Buffer.from(ada.wrapped);
    wrapped[20]! ^= 1;
    expect(() => vault.openTranscript({ ...ada, wrapped }, sealed, 'row-1')).toThrow(KeyError);
  });

  it('remembers ten thousand keys and forgets the one that was used longest ago', () => {
    const counted = { n: 0 };
    const find: typeof ring.find = (fingerprint) => {
      counted.n += 1;
      return ring.find(fingerprint);
    };
    const finding = { ...ring, find };
    const remembering = createTranscriptVault(finding);
    const open = () => remembering.openTranscript(ada, sealed, 'row-1');
    open();
    for (let i = 0; i < 9_999; i += 1) remembering.createKey(`user ${i}`);
    open();
    expect(counted.n).toBe(1);
    for (let i = 0; i < 10_000; i += 1) remembering.createKey(`later user ${i}`);
    open();
    expect(counted.n).toBe(2);
  });

  it('finds a key that another process wrapped under a new master key', () => {
    const source = createTestSource(1);
    const running = createTranscriptVault(createKeyRing(source.source, () => new Date(0)));
    source.seeds = [2, 1];
    const other = createTranscriptVault(ringOf(2, 1));
    const key = other.createKey('eve');
    expect(running.openTranscript(key, other.sealTranscript(key, transcript, 'row-3'), 'row-3')).toEqual(transcript);
    expect(running.createKey('fay').master).toBe(key.master);
  });

  it('opens what the one key from before data keys sealed', () => {
    const old = deriveKeys(keyOf(1)).vault;
    const key = wrapKey(ring.current(), 'data key', before_data_keys, old);
    expect(vault.openTranscript(key, seal(old, JSON.stringify(transcript), 'transcript row-1'), 'row-1')).toEqual(transcript);
    const rating = { conversationKey: 'row-1', dimension: 'flattery', raterRevision: 'r1' };
    const row = noteRow(key, rating);
    expect(vault.openNote(key, seal(old, JSON.stringify(note), 'note row-1 flattery'), row)).toEqual(note);
    expect(noteRow(ada, rating)).toBe('row-1 flattery r1');
  });
});
