import { z } from 'zod';
import { RubricError } from '../../domain/errors.ts';
import type { Rubric } from '../../domain/rubric.ts';
import { issueSentence } from './issue-sentence.ts';
import type { RubricFiles, RubricProblem } from './read-rubrics.ts';
import { rubricHash, textHash } from './rubric-hash.ts';
import { framePathOf, goldPathOf, rubricPathOf } from './rubric-paths.ts';

/** Where the lock stands in the rubrics folder. */
export const lock_path = 'lock.json';

const controlPath = /^controls\/[^/]+\.v\d+\.jsonl$/;
const frozenPath =
  /^(controls\/[^/]+\.v\d+\.jsonl|frames\/[^/]+\.md|(acute|concrete|abstract|protective)\/[^/]+\/v\d+\.(yaml|gold\.jsonl))$/;
const Lock = z.record(
  z.string().regex(frozenPath, 'must be a rubric, its gold cases, a frame or a set of controls'),
  z.string().regex(/^[0-9a-f]{64}$/, 'must be the 64 hex digits of a SHA-256'),
);

/** What each frozen file held when it was frozen: path in the rubrics folder to SHA-256. */
export type RubricLock = ReadonlyMap<string, string>;

/** @throws {RubricError} for every entry that is not a path and its hash. */
export function parseLock(json: string): RubricLock {
  let data: unknown;
  try {
    data = JSON.parse(json);
  } catch (cause) {
    throw new RubricError(`${lock_path}: the file: is not valid JSON; restore it from its history.`, { cause });
  }
  const parsed = Lock.safeParse(data);
  if (!parsed.success) {
    throw new RubricError(parsed.error.issues.map((issue) => `${lock_path}: ${issueSentence(issue, data)}`).join('\n'));
  }
  return new Map(Object.entries(parsed.data));
}

/** The lock as its file: one entry a line, in the order of the paths, so that each change is a line of its own. */
export function renderLock(lock: RubricLock): string {
  const entries = [...lock].sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}

/**
 * What each file that can be frozen holds now: rubrics by content without their approvals, so that an approval noted in the file
 * changes nothing; gold cases and frames by every byte.
 */
export function hashFiles(files: RubricFiles, rubrics: readonly Rubric[]): RubricLock {
  const byPath = new Map(rubrics.map((rubric) => [rubricPathOf(rubric), rubric]));
  const hashes = new Map<string, string>();
  for (const [path, text] of files) {
    const rubric = byPath.get(path);
    if (rubric !== undefined) hashes.set(path, rubricHash(rubric));
    else if (frozenPath.test(path) && !path.endsWith('.yaml')) hashes.set(path, textHash(text));
  }
  return hashes;
}

/** The files that freeze with a rubric: itself, its gold cases and its frame. */
export function frozenWith(rubric: Rubric): readonly string[] {
  return [rubricPathOf(rubric), goldPathOf(rubric), framePathOf(rubric.frame)];
}

/** Invented conversations by which raters are watched (`controls/NAME.vN.jsonl`): they freeze too, with no rubric in particular. */
export function controlsIn(files: RubricFiles): readonly string[] {
  return [...files.keys()].filter((path) => controlPath.test(path)).sort();
}

/** `frozen`: as locked. `altered`: changed or gone since. `draft`: never frozen. */
export type Frozenness = 'frozen' | 'altered' | 'draft';

/** How it stands with what raters read, the rubric and its frame: gold cases change no rating. */
export function frozennessOf(rubric: Rubric, lock: RubricLock, hashes: RubricLock): Frozenness {
  const paths = [rubricPathOf(rubric), framePathOf(rubric.frame)];
  if (paths.some((path) => lock.has(path) && lock.get(path) !== hashes.get(path))) return 'altered';
  return paths.every((path) => lock.has(path)) ? 'frozen' : 'draft';
}

/** Every frozen file that is gone or says something else. `files` tells those that are there and cannot be read as a rubric. */
export function checkLock(lock: RubricLock, hashes: RubricLock, files: RubricFiles): RubricProblem[] {
  const problems: RubricProblem[] = [];
  for (const [file, hash] of lock) {
    if (!files.has(file)) {
      problems.push({ file, says: `${file}: the file: is frozen and gone; restore it, as ratings rest on it.` });
    } else if (hashes.get(file) !== hash) {
      problems.push({
        file,
        says: `${file}: the file: is frozen, and its content has changed; a changed word is a new version: restore it and add ${nextOf(file)}.`,
      });
    }
  }
  return problems;
}

/** `v1.yaml` is followed by `v2.yaml`, `conversation.v1.md` by `conversation.v2.md`. */
function nextOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.replace(/v(\d+)(?=\.)/, (_, version: string) => `v${Number(version) + 1}`);
}
