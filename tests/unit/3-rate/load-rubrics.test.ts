import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadRubrics } from '../../../src/3-rate/load-rubrics.ts';
import { rubricOf } from './builders.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longwatch-rubrics-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

describe('loadRubrics', () => {
  it('keeps the newest version of each dimension, by number and not by name', async () => {
    await write('frames/conversation.v1.md', 'Rules.');
    for (const version of [2, 10, 9]) await write(`concrete/flattery/v${version}.yaml`, stringify(rubricOf({ version })));
    await write('acute/self-harm/v1.yaml', stringify(rubricOf({ dimension: 'acute.self_harm' })));
    const set = await loadRubrics(folder);
    expect(set.rubrics.map(({ dimension, version }) => [dimension, version])).toEqual([
      ['acute.self_harm', 1],
      ['concrete.flattery', 10],
    ]);
    expect(set.get('concrete.flattery')?.version).toBe(10);
    expect(set.get('concrete.unheard_of')).toBeUndefined();
    expect(set.frameOf(set.rubrics[0]!)).toEqual({ name: 'conversation.v1', text: 'Rules.' });
    expect(set.frameOf(set.rubrics[0]!)).toBe(set.frames.get('conversation.v1'));
  });

  it.each([
    ['concrete/flatery/v1.yaml', /says it is concrete\.flattery version 1; move it to concrete\/flattery\/v1\.yaml/],
    ['concrete/flattery/v2.yaml', /version 1; move it/],
    ['concrete/flattery/v1-draft.yaml', /move it/],
    ['concrete/flattery/v1.yml', /move it/],
  ])('refuses a rubric at %s', async (path, message) => {
    await write('frames/conversation.v1.md', 'Rules.');
    await write(path, stringify(rubricOf()));
    await expect(loadRubrics(folder)).rejects.toThrow(message);
  });

  it('refuses a rubric whose frame is missing', async () => {
    await write('concrete/flattery/v1.yaml', stringify(rubricOf()));
    await expect(loadRubrics(folder)).rejects.toThrow(/add frames\/conversation\.v1\.md/);
  });

  it('refuses a folder that is missing or empty', async () => {
    await expect(loadRubrics(join(folder, 'nowhere'))).rejects.toThrow(/cannot be read/);
    await expect(loadRubrics(folder)).rejects.toThrow(/holds no rubric/);
  });
});
