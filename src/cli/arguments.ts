import type { Readable } from 'node:stream';
import { InvalidArgumentError } from 'commander';
import { Conversation } from '../domain/conversation.ts';
import { InputError } from '../domain/errors.ts';

const UserId = Conversation.shape.user;

/** What is wrong with a user id, without repeating it; null where nothing is. */
export function problemOf(user: string): string | null {
  const { success, error } = UserId.safeParse(user);
  return success ? null : `not a user id: ${error.issues[0]?.message}`;
}

/**
 * A raw user id from the command line, or, given as `-`, from standard input, so that it stays out of the shell's history.
 * @throws InputError without repeating what was given.
 */
export async function readUser(given: string, stdin: Readable): Promise<string> {
  const user = given === '-' ? await readLine(stdin) : given;
  const problem = problemOf(user);
  if (problem !== null) throw new InputError(`--user: ${problem}.`);
  return user;
}

async function readLine(stdin: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stdin.setEncoding('utf8')) {
    text += chunk;
    if (text.length > 10_000) throw new InputError('--user -: standard input must hold one user id and nothing else.');
  }
  const line = text.replace(/\r?\n$/, '');
  if (line.includes('\n')) throw new InputError('--user -: standard input must hold one user id and nothing else.');
  return line;
}

/** An option's number. */
export function positive(text: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1) throw new InvalidArgumentError('It must be a whole number above zero.');
  return n;
}
