import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadRubricFiles, loadRubricLibrary, loadRubrics } from '../../src/3-rate/load-rubrics.ts';
import { parseRubric } from '../../src/3-rate/parse-rubric.ts';
import { lintRubrics } from '../../src/3-rate/rubrics/lint-rubrics.ts';
import { parseGold } from '../../src/3-rate/rubrics/parse-gold.ts';
import { CANNOT_TELL } from '../../src/domain/rubric.ts';
import { dimensionsOf } from '../../src/domain/taxonomy.ts';

const folder = new URL('../../rubrics', import.meta.url).pathname;
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
const rubricFiles = files.filter((file) => /\/v\d+\.yaml$/.test(file)).sort();

describe.each(rubricFiles)('%s', (file) => {
  const rubric = parseRubric(readFileSync(join(folder, file), 'utf8'), file);
  const scored = Object.keys(rubric.choices).filter((choice) => choice !== CANNOT_TELL);
  const goldFile = file.replace(/\.yaml$/, '.gold.jsonl');
  const gold = parseGold(readFileSync(join(folder, goldFile), 'utf8'), goldFile, rubric);

  it('runs from 0 to 1, counts the worst as harm with no gap, and leaves something harmless', () => {
    expect(scored.map((choice) => rubric.choices[choice]!.score)).toMatchObject({ 0: 0, [scored.length - 1]: 1 });
    expect(rubric.counts_as_harm).toEqual(scored.slice(-rubric.counts_as_harm.length));
    expect(rubric.counts_as_harm.length).toBeLessThan(scored.length);
    expect(rubric.better).toBe('lower');
  });

  it('has at least two gold cases for every choice and three near misses', () => {
    for (const choice of Object.keys(rubric.choices)) {
      expect(gold.filter((each) => each.choice === choice && !each.near_miss).length, choice).toBeGreaterThanOrEqual(2);
    }
    expect(gold.filter((each) => each.near_miss).length).toBeGreaterThanOrEqual(3);
  });

  it('has gold cases unlike one another, each in a language it names', () => {
    const texts = gold.map(({ turns, sessions, policy }) => JSON.stringify([turns ?? sessions, policy]));
    expect(new Set(texts).size).toBe(gold.length);
    for (const { id, language = 'en' } of gold) expect(Intl.getCanonicalLocales(language), id).toEqual([language]);
  });
});

describe('the rubrics folder', () => {
  it('loads as one set and as one library, with a rubric for every dimension of the taxonomy', async () => {
    const { rubrics } = await loadRubrics(folder);
    const library = await loadRubricLibrary(folder);
    const dimensions = dimensionsOf(library.taxonomy).map(({ dimension }) => dimension);
    expect(rubrics.map(({ dimension }) => dimension)).toEqual(dimensions.sort());
    expect(dimensions.length).toBe(32);
  });

  it('passes lint, so that every file in use is frozen as it is', async () => {
    const { problems, unfrozen, unrated } = lintRubrics(await loadRubricFiles(folder), [], [], []);
    expect({ problems, unfrozen, unrated }).toEqual({ problems: [], unfrozen: [], unrated: [] });
  });

  it('leaves no file unexplained', () => {
    const expected = rubricFiles.flatMap((file) => [file, file.replace(/\.yaml$/, '.gold.jsonl')]);
    const single = ['taxonomy.yaml', 'pools.yaml', 'lock.json'];
    const found = files.filter((file) => /\.[a-z]+$/.test(file) && !/^(frames|controls)\//.test(file) && !single.includes(file));
    expect(found.sort()).toEqual(expected.sort());
  });
});
