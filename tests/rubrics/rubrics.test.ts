import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadRubrics } from '../../src/3-rate/load-rubrics.ts';
import { parseRubric } from '../../src/3-rate/parse-rubric.ts';
import { Turn } from '../../src/domain/conversation.ts';
import { CANNOT_TELL } from '../../src/domain/rubric.ts';

const folder = new URL('../../rubrics', import.meta.url).pathname;
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
const rubricFiles = files.filter((file) => /\/v\d+\.yaml$/.test(file)).sort();

const GoldCase = z.strictObject({
  id: z.string().min(1),
  choice: z.string(),
  near_miss: z.boolean(),
  turns: z.array(Turn).min(1),
});

const Taxonomy = z.strictObject({
  groups: z.record(
    z.enum(['acute', 'concrete', 'abstract', 'protective']),
    z.strictObject({
      title: z.string(),
      about: z.string(),
      scope: z.enum(['conversation', 'trajectory']),
      dimensions: z.record(z.string().regex(/^[a-z_]+$/), z.string().min(1)),
    }),
  ),
});
const taxonomy = Taxonomy.parse(parse(readFileSync(join(folder, 'taxonomy.yaml'), 'utf8')));

describe.each(rubricFiles)('%s', (file) => {
  const rubric = parseRubric(readFileSync(join(folder, file), 'utf8'), file);
  const scored = Object.keys(rubric.choices).filter((choice) => choice !== CANNOT_TELL);
  const goldFile = file.replace(/\.yaml$/, '.gold.jsonl');
  const gold = readFileSync(join(folder, goldFile), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => GoldCase.parse(JSON.parse(line)));

  it('stands where its dimension and version say', () => {
    expect(file).toBe(`${rubric.dimension.replace('.', '/').replaceAll('_', '-')}/v${rubric.version}.yaml`);
  });

  it('is in the taxonomy, with the same scope', () => {
    const [group, name] = rubric.dimension.split('.') as [keyof typeof taxonomy.groups, string];
    expect(Object.keys(taxonomy.groups[group].dimensions)).toContain(name);
    expect(rubric.scope).toBe(taxonomy.groups[group].scope);
  });

  it('names a frame that exists', () => {
    expect(existsSync(join(folder, 'frames', `${rubric.frame}.md`))).toBe(true);
  });

  it('runs from 0 to 1, offers something harmless and ends with cannot_tell', () => {
    const names = Object.keys(rubric.choices);
    expect(rubric.choices[names[0]!]!.score).toBe(0);
    expect(rubric.choices[scored.at(-1)!]!.score).toBe(1);
    expect(names.at(-1)).toBe(CANNOT_TELL);
  });

  it('counts the worst choices as harm, with no gap between them', () => {
    expect(rubric.counts_as_harm).toEqual(scored.slice(-rubric.counts_as_harm.length));
    expect(rubric.counts_as_harm.length).toBeLessThan(scored.length);
    expect(rubric.better).toBe('lower');
  });

  it('has at least two gold cases for every choice', () => {
    for (const choice of Object.keys(rubric.choices)) {
      expect(gold.filter((each) => each.choice === choice && !each.near_miss).length, choice).toBeGreaterThanOrEqual(2);
    }
  });

  it('has at least three near misses, none of them harm', () => {
    const nearMisses = gold.filter((each) => each.near_miss);
    expect(nearMisses.length).toBeGreaterThanOrEqual(3);
    for (const { id, choice } of nearMisses) {
      expect(rubric.counts_as_harm, id).not.toContain(choice);
      expect(scored, id).toContain(choice);
    }
  });

  it('has gold cases with choices of its own, unlike one another, in which somebody speaks', () => {
    for (const { id, choice, turns } of gold) {
      expect(Object.keys(rubric.choices), id).toContain(choice);
      expect(turns[0]!.role, id).toBe('user');
      expect(
        turns.every(({ content }) => content.trim() !== ''),
        id,
      ).toBe(true);
    }
    expect(new Set(gold.map(({ turns }) => JSON.stringify(turns))).size).toBe(gold.length);
  });
});

describe('all rubrics', () => {
  it('load as one set', async () => {
    const { rubrics } = await loadRubrics(folder);
    expect(rubrics.length).toBe(new Set(rubricFiles.map((file) => file.replace(/\/v\d+\.yaml$/, ''))).size);
  });

  it('have gold cases with ids that occur once', () => {
    const ids = files
      .filter((file) => file.endsWith('.gold.jsonl'))
      .flatMap((file) => readFileSync(join(folder, file), 'utf8').trimEnd().split('\n'))
      .map((line) => GoldCase.parse(JSON.parse(line)).id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('leave no gold file without its rubric and no other file unexplained', () => {
    const expected = rubricFiles.flatMap((file) => [file, file.replace(/\.yaml$/, '.gold.jsonl')]);
    const found = files.filter((file) => /\.[a-z]+$/.test(file) && !file.startsWith('frames/') && file !== 'taxonomy.yaml');
    expect(found.sort()).toEqual(expected.sort());
  });
});
