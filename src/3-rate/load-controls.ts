import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ControlItem } from '../domain/control-item.ts';
import { RubricError } from '../domain/errors.ts';

const controlsFile = /^injection\.v(\d+)\.jsonl$/;

/**
 * The control conversations in force: the newest `<folder>/controls/injection.vN.jsonl`, in the order of the file. `folder` is
 * the one the rubrics are in. They are raw turns like any producer's: they go to a judge through redaction.
 * @throws {RubricError} for a folder without them, and for every bad line with file, line, field and reason.
 */
export async function loadControls(folder: string): Promise<readonly ControlItem[]> {
  const newest = (await list(folder))
    .flatMap((name) => {
      const version = controlsFile.exec(name)?.[1];
      return version === undefined ? [] : [{ name, version: Number(version) }];
    })
    .reduce<{ name: string; version: number } | null>(
      (best, each) => (best === null || each.version > best.version ? each : best),
      null,
    );
  if (newest === null) throw new RubricError(`${folder}/controls: holds no controls; expected injection.v1.jsonl inside it.`);
  return parseControls(await readFile(join(folder, 'controls', newest.name), 'utf8'), `controls/${newest.name}`);
}

/** One item a line; blank lines are passed over. @throws {RubricError} with one line for each problem. */
export function parseControls(text: string, fileName: string): readonly ControlItem[] {
  const items: ControlItem[] = [];
  const problems: string[] = [];
  const firstLine = new Map<string, number>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const say = (reason: string) => problems.push(`${fileName}: line ${index + 1}: ${reason}`);
    const data = parseJson(line);
    if (data === undefined) {
      say('this is not JSON; write one object on one line.');
      continue;
    }
    const parsed = ControlItem.safeParse(data);
    if (!parsed.success) {
      for (const { path, message } of parsed.error.issues) say(`${path.join('.') || 'the item'}: ${message}; correct the value.`);
      continue;
    }
    const { id } = parsed.data;
    const first = firstLine.get(id);
    if (first !== undefined) say(`id: ${id} is taken by line ${first}; give this one a name of its own.`);
    firstLine.set(id, first ?? index + 1);
    items.push(parsed.data);
  }
  if (problems.length > 0) throw new RubricError(problems.join('\n'));
  if (items.length === 0) throw new RubricError(`${fileName}: the file: holds no item; write at least one line.`);
  return items;
}

/** Undefined when it is not JSON. */
function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function list(folder: string): Promise<string[]> {
  try {
    return await readdir(join(folder, 'controls'));
  } catch (cause) {
    throw new RubricError(`${folder}/controls: the folder cannot be read; check the path and its permissions.`, { cause });
  }
}
