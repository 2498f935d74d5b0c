import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadGold } from '../../../src/3-rate/load-gold.ts';
import { loadRubricFiles, loadRubricLibrary, loadRubrics } from '../../../src/3-rate/load-rubrics.ts';
import { rubricOf } from './builders.ts';
import { enoughGold, filesOf, soundRubric } from './rubric-files.ts';

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
    expect(set.version('concrete.flattery', 9)?.version).toBe(9);
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

describe('loadRubricLibrary', () => {
  it('holds every version, the taxonomy, the pools and the lock', async () => {
    const versions = [1, 2, 10].map((version) => soundRubric({ version }));
    for (const [path, text] of filesOf(versions)) await write(path, text);
    await write('.hidden/x.yaml', 'a');
    const library = await loadRubricLibrary(folder);
    expect(library.versions('concrete.flattery').map(({ version }) => version)).toEqual([1, 2, 10]);
    expect(library.versions('concrete.unheard_of')).toEqual([]);
    expect(library.lock).toEqual(library.hashes);
    expect([...library.pools.keys()]).toEqual(['experts']);
    expect(library.taxonomy.groups.concrete.dimensions).toEqual({ flattery: 'Praise.' });
    expect([...(await loadRubricFiles(folder)).keys()]).not.toContain('.hidden/x.yaml');
  });

  it('refuses a folder with several faults, naming each', async () => {
    const over = { 'taxonomy.yaml': 'groups: 1', 'pools.yaml': null, 'concrete/flattery/v2.yaml': 'a: 1' };
    for (const [path, text] of filesOf([soundRubric()], { over })) await write(path, text);
    const failure = await loadRubricLibrary(folder).catch((error: Error) => error.message);
    for (const part of ['taxonomy.yaml: groups: must be', 'pools.yaml: the file: is missing', 'v2.yaml: dimension: is missing'])
      expect(failure).toContain(part);
  });
});

describe('loadGold', () => {
  it('reads the cases beside a rubric, and says where they should be', async () => {
    const rubric = soundRubric();
    for (const [path, text] of filesOf([rubric])) await write(path, text);
    expect(await loadGold(folder, rubric)).toEqual(enoughGold(rubric));
    await expect(loadGold(folder, soundRubric({ version: 2 }))).rejects.toThrow(
      /^concrete\/flattery\/v2\.gold\.jsonl: the file: cannot be read; write gold cases for concrete\.flattery version 2 there\.$/,
    );
  });
});
