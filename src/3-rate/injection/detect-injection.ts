import type { Role, Turn } from '../../domain/conversation.ts';
import { characterSigns } from './character-signs.ts';
import { decodings, isDressed, undress } from './disguises.ts';
import { findPhrases } from './find-phrases.ts';
import { type InjectionSign, type InjectionSignName, signWeights } from './signs.ts';

export type InjectionFinding = {
  /** Whether `score` reaches the threshold. */
  readonly suspected: boolean;
  /** 0 (no sign) to 1: how sure the signs make us together, were they independent. Not a probability. */
  readonly score: number;
  /** One for each name found, in the order of their weights' table. */
  readonly signs: readonly InjectionSign[];
};

/** Two weak signs reach it, or one that ordinary talk hardly ever shows. */
const threshold = 0.5;

/**
 * Whether a conversation holds text aimed at a rater or at the instructions of a model: a cheap, local, deterministic look that
 * has nothing to do with the judge, so that the two do not err together. It is a sign for people and statistics to look at,
 * and protects nothing by itself: what keeps commands from the judge is the envelope.
 *
 * It knows phrases in fourteen languages, the marks of turns and answers, and common disguises; a command in plain new
 * words it does not see. Takes a transcript, or turns before redaction. Linear in the length of the text.
 */
export function detectInjection(transcript: readonly Turn[]): InjectionFinding {
  const found = new Map<InjectionSignName, number>();
  const add = (name: InjectionSignName, turn: number) => found.set(name, Math.min(turn, found.get(name) ?? turn));
  for (const { parts, turns } of voices(transcript)) {
    const raw = joined(parts, turns);
    const lower = joined(
      parts.map((part) => part.toLowerCase()),
      turns,
    );
    for (const [name, at] of characterSigns(raw.text)) add(name, raw.turnAt(at));
    const plain = findPhrases(lower.text);
    for (const [name, at] of plain) add(name, lower.turnAt(at));

    if (isDressed(lower.text)) {
      const undressed = joined(
        parts.map((part) => undress(part.toLowerCase())),
        turns,
      );
      for (const [name, at] of findPhrases(undressed.text)) {
        if (plain.has(name)) continue;
        add(name, undressed.turnAt(at));
        add('disguised_command', undressed.turnAt(at));
      }
    }
    for (const { text, at } of decodings(raw.text, lower.text)) {
      if ([...findPhrases(text).keys()].some((name) => !plain.has(name))) add('encoded_command', raw.turnAt(at));
    }
  }
  const names = (Object.keys(signWeights) as InjectionSignName[]).filter((name) => found.has(name));
  const score = 1 - names.reduce((doubt, name) => doubt * (1 - signWeights[name]), 1);
  return { suspected: score >= threshold, score, signs: names.map((name) => ({ name, turn: found.get(name) ?? 1 })) };
}

/** What one role says over the whole conversation: read in one piece, so that a command in pieces is one too. */
type Voice = { readonly parts: string[]; readonly turns: number[] };

function voices(transcript: readonly Turn[]): Iterable<Voice> {
  const byRole = new Map<Role, Voice>();
  for (const [index, { role, content }] of transcript.entries()) {
    const voice = byRole.get(role) ?? { parts: [], turns: [] };
    byRole.set(role, voice);
    voice.parts.push(content);
    voice.turns.push(index + 1);
  }
  return byRole.values();
}

function joined(parts: readonly string[], turns: readonly number[]) {
  const turnAt = (offset: number): number => {
    let end = 0;
    const part = parts.findIndex(({ length }) => {
      end += length + 1;
      return offset < end;
    });
    return turns[part] ?? 1;
  };
  return { text: parts.join('\n'), turnAt };
}
