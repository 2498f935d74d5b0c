import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { calibrateStored } from '../../src/3-rate/run-calibrate.ts';
import { importLabels, type LabelDeps } from '../../src/3-rate/run-labels.ts';
import { createManualClock } from '../../src/clients/system-clock.ts';
import { type ColumnTypes, insertMany } from '../../src/db/insert-many.ts';
import { ensurePartitions } from '../../src/db/partitions.ts';
import { InputError } from '../../src/domain/errors.ts';
import { rubricOf } from '../unit/3-rate/builders.ts';
import { chance } from '../unit/3-rate/calibrate/builders.ts';
import { eachDatabase, hour, type TestDatabase, temporaryFolder } from './test-database.ts';

const rubric = rubricOf();
const { dimension } = rubric;

/** A sample and what the judge made of it; `state` other than `scored` is no verdict. */
type Sampled = {
  key: string;
  choice?: string;
  state?: string;
  pi?: number;
  judgePi?: number;
  user?: string;
  panelOnly?: boolean;
  language?: string;
};

async function writeSamples(database: TestDatabase, samples: readonly Sampled[], revision = 'revision-1'): Promise<void> {
  const at = hour(0);
  await ensurePartitions(database.db, [at]);
  const insert = <C extends ColumnTypes>(table: 'traffic' | 'ledger' | 'rating', columns: C, rows: Record<keyof C, unknown>[]) =>
    insertMany(database.db, table, columns, rows);
  const unit = { conversation_key: 'text', batch_at: 'timestamptz' } as const;
  const traffic = {
    ...unit,
    at: 'timestamptz',
    version: 'text',
    user_key: 'text',
    n_turns: 'int',
    topic: 'text',
    memory: 'text',
    locale: 'text',
    length: 'text',
    product: 'text',
    pi: 'float8',
    panel_only: 'boolean',
    counted: 'float8',
    at_edge: 'boolean',
  } as const;
  await insert(
    'traffic',
    traffic,
    samples.map(({ key, pi = 1, user = `user of ${key}`, panelOnly = false, language = 'en' }) => ({
      conversation_key: key,
      batch_at: at,
      at,
      version: 'v1',
      user_key: user,
      n_turns: 2,
      topic: 'other',
      memory: 'off',
      locale: language,
      length: '1',
      product: 'app',
      pi,
      panel_only: panelOnly,
      counted: 1,
      at_edge: false,
    })),
  );
  const ledger = {
    ...unit,
    dimension: 'text',
    rater: 'text',
    state: 'text',
    attempts: 'int',
    next_attempt_at: 'timestamptz',
    rater_revision: 'text',
    updated_at: 'timestamptz',
    pi: 'float8',
  } as const;
  await insert(
    'ledger',
    ledger,
    samples.map(({ key, state = 'scored', judgePi = 1 }) => ({
      conversation_key: key,
      batch_at: at,
      dimension,
      rater: 'judge',
      state,
      attempts: 1,
      next_attempt_at: at,
      rater_revision: state === 'due' ? null : revision,
      updated_at: at,
      pi: judgePi,
    })),
  );
  await writeRatings(
    database,
    samples.filter(({ state = 'scored' }) => state === 'scored'),
    revision,
  );
}

async function writeRatings(database: TestDatabase, samples: readonly Sampled[], revision: string): Promise<void> {
  const rating = {
    conversation_key: 'text',
    batch_at: 'timestamptz',
    dimension: 'text',
    rater: 'text',
    rater_revision: 'text',
    choice: 'text',
    score: 'float8',
    harm: 'boolean',
    confidence: 'float8',
    rated_at: 'timestamptz',
  } as const;
  await insertMany(
    database.db,
    'rating',
    rating,
    samples.map(({ key, choice = 'none' }) => {
      const score = rubric.choices[choice]?.score ?? null;
      const harm = score === null ? null : rubric.counts_as_harm.includes(choice);
      return {
        conversation_key: key,
        batch_at: hour(0),
        dimension,
        rater: 'judge',
        rater_revision: revision,
        choice,
        score,
        harm,
        confidence: 1,
        rated_at: hour(0),
      };
    }),
  );
}

function depsOf(database: TestDatabase): LabelDeps {
  return {
    db: database.db,
    clock: createManualClock(hour(24)),
    rubrics: { get: (name) => (name === dimension ? rubric : undefined) },
    pools: ['experts', 'clinicians', 'parents'],
    unitOf: (id) => `key of ${id}`,
  };
}

async function fileOf(name: string, content: string | Buffer): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, content);
  return path;
}

type Line = {
  conversation: string;
  choice: string;
  person: string;
  pool?: string;
  language?: string;
  at?: string;
  dimension?: string;
};
const jsonl = (lines: readonly Line[]) => lines.map((line) => `${JSON.stringify({ dimension, ...line })}\n`).join('');
const stored = (database: TestDatabase) =>
  database.db.selectFrom('human_label').selectAll().orderBy('conversation_key').orderBy('person').execute();

eachDatabase('importing labels', (open) => {
  it('stores what each person said, under the key of the conversation, with the number and word of the rubric', async () => {
    const database = await open();
    await writeSamples(database, [{ key: 'key of c-1', language: 'de' }, { key: 'k2' }]);
    const path = await fileOf(
      'labels.csv',
      `conversation,dimension,choice,person,pool,language,at\r\nc-1,${dimension},marked,"Lovelace, Ada",,,2026-04-06T10:00:00+02:00\r\nk2,${dimension},cannot_tell,Bo,parents,pt-BR,\r\n`,
    );
    expect(await importLabels(depsOf(database), path, { pool: 'clinicians' })).toEqual({
      fresh: 2,
      changed: 0,
      unchanged: 0,
      rejected: 0,
      rejectedFile: null,
    });
    expect(await stored(database)).toEqual([
      {
        conversation_key: 'k2',
        dimension,
        person: 'Bo',
        pool: 'parents',
        choice: 'cannot_tell',
        score: null,
        harm: null,
        language: 'pt',
        labelled_at: hour(24),
      },
      {
        conversation_key: 'key of c-1',
        dimension,
        person: 'Lovelace, Ada',
        pool: 'clinicians',
        choice: 'marked',
        score: 0.7,
        harm: true,
        language: 'de',
        labelled_at: hour(8),
      },
    ]);
  });

  it('the same file again changes nothing, a changed mind replaces, and two people stay two', async () => {
    const database = await open();
    await writeSamples(database, [{ key: 'k1' }]);
    const deps = depsOf(database);
    const path = await fileOf(
      'labels.jsonl',
      jsonl([
        { conversation: 'k1', choice: 'none', person: 'Ada' },
        { conversation: 'k1', choice: 'marked', person: 'Bo' },
      ]),
    );
    await importLabels(deps, path, { pool: 'experts' });
    const before = await stored(database);
    expect(await importLabels({ ...deps, clock: createManualClock(hour(48)) }, path, { pool: 'experts' })).toMatchObject({
      fresh: 0,
      changed: 0,
      unchanged: 2,
    });
    expect(await stored(database)).toEqual(before);

    const later = await fileOf('later.jsonl.gz', gzipSync(jsonl([{ conversation: 'k1', choice: 'courteous', person: 'Ada' }])));
    expect(await importLabels(deps, later, { pool: 'experts' })).toMatchObject({ fresh: 0, changed: 1, unchanged: 0 });
    expect((await stored(database)).map(({ person, choice, score }) => [person, choice, score])).toEqual([
      ['Ada', 'courteous', 0.2],
      ['Bo', 'marked', 0.7],
    ]);
  });

  it('who says two things in one file is taken at the last', async () => {
    const database = await open();
    await writeSamples(database, [{ key: 'k1' }]);
    const lines = ['none', 'marked'].map((choice) => ({ conversation: 'k1', choice, person: 'Ada' }));
    const path = await fileOf('labels.jsonl', jsonl(lines));
    expect(await importLabels(depsOf(database), path, { pool: 'experts' })).toMatchObject({ fresh: 1, changed: 1 });
    expect((await stored(database)).map(({ choice }) => choice)).toEqual(['marked']);
  });

  it('a bad line is written aside with line, field and remedy, without what it says, and stops nothing', async () => {
    const database = await open();
    await writeSamples(database, [{ key: 'k1' }]);
    const said = 'my-private-words';
    const good = { conversation: 'k1', choice: 'none', person: 'Ada' };
    const path = await fileOf(
      'labels.jsonl',
      `${jsonl([
        { ...good, conversation: said },
        { ...good, choice: said },
        { ...good, dimension: 'concrete.unheard_of' },
        { ...good, at: '2030-01-01T00:00:00Z' },
      ])}{"conversation": "${said}\n${jsonl([good])}`,
    );
    const result = await importLabels(depsOf(database), path, { pool: 'experts' });
    expect(result).toMatchObject({ fresh: 1, rejected: 5, rejectedFile: `${path}.rejected.jsonl` });
    const text = await readFile(`${path}.rejected.jsonl`, 'utf8');
    expect(text).not.toContain(said);
    const rejected = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rejected.map(({ file, line, field }) => [file, line, field])).toEqual([
      [path, 1, 'conversation'],
      [path, 2, 'choice'],
      [path, 3, 'dimension'],
      [path, 4, 'at'],
      [path, 5, '(line)'],
    ]);
    expect(rejected[1].reason).toContain('none, courteous, marked, cannot_tell');

    await writeFile(path, jsonl([good]));
    await importLabels(depsOf(database), path, { pool: 'experts' });
    await expect(readFile(`${path}.rejected.jsonl`)).rejects.toThrow('ENOENT');
  });

  it('a line of a pool that there is not is rejected, so that no misspelling becomes a pool', async () => {
    const database = await open();
    await writeSamples(database, [{ key: 'k1' }]);
    const path = await fileOf('labels.jsonl', jsonl([{ conversation: 'k1', choice: 'none', person: 'Ada', pool: 'cliniciens' }]));
    expect(await importLabels(depsOf(database), path, { pool: 'experts' })).toMatchObject({ fresh: 0, rejected: 1 });
    expect(await readFile(`${path}.rejected.jsonl`, 'utf8')).toContain('rubrics/pools.yaml: experts, clinicians, parents');
  });

  it('a line whose pool nobody named is rejected', async () => {
    const database = await open();
    await writeSamples(database, [{ key: 'k1' }]);
    const path = await fileOf('labels.jsonl', jsonl([{ conversation: 'k1', choice: 'none', person: 'Ada' }]));
    expect(await importLabels(depsOf(database), path, { pool: null })).toMatchObject({ fresh: 0, rejected: 1 });
  });

  it('more labels than one round takes are all stored', async () => {
    const database = await open();
    const keys = Array.from({ length: 1_203 }, (_, i) => `k${i}`);
    await writeSamples(
      database,
      keys.map((key) => ({ key })),
    );
    const path = await fileOf(
      'labels.jsonl',
      jsonl(keys.map((conversation) => ({ conversation, choice: 'none', person: 'Ada' }))),
    );
    expect(await importLabels(depsOf(database), path, { pool: 'experts' })).toMatchObject({ fresh: 1_203 });
  });

  it('a file that is not there is an error with a remedy', async () => {
    const database = await open();
    await expect(importLabels(depsOf(database), '/nowhere/labels.csv', { pool: 'p' })).rejects.toThrow(InputError);
  });
});

eachDatabase('calibrating on stored labels', (open) => {
  async function labelled(database: TestDatabase, labels: readonly Line[]): Promise<void> {
    const path = await fileOf('labels.jsonl', jsonl(labels));
    expect(await importLabels(depsOf(database), path, { pool: 'experts' })).toMatchObject({ rejected: 0 });
  }
  const byAda = (conversation: string, choice: string) => ({ conversation, choice, person: 'Ada' });

  it("weighs a unit by both phases' probabilities, and clusters by user", async () => {
    const database = await open();
    await writeSamples(database, [
      { key: 'a', choice: 'marked', user: 'u1' },
      { key: 'b', choice: 'marked', user: 'u1' },
      // Stands for 1 / (0.5 x 0.25) = 8 conversations.
      { key: 'c', choice: 'none', user: 'u2', pi: 0.5, judgePi: 0.25 },
      { key: 'd', choice: 'none', user: 'u3' },
    ]);
    await labelled(database, [byAda('a', 'marked'), byAda('b', 'marked'), byAda('c', 'marked'), byAda('d', 'none')]);
    const { raters, notes } = await calibrateStored(database.db, chance);
    expect(notes).toEqual([]);
    expect(raters).toHaveLength(1);
    expect(raters[0]).toMatchObject({ dimension, language: 'en', rater: 'judge revision-1', pool: 'experts' });
    expect(raters[0]?.detection?.sensitivity).toMatchObject({ n: 3, nClusters: 2, method: 'Korn-Graubard' });
    expect(raters[0]?.detection?.sensitivity.rate).toBeCloseTo(2 / 10, 12);
  });

  it('keeps revisions apart, and counts what has no verdict by its reason', async () => {
    const database = await open();
    await writeSamples(database, [
      { key: 'a', choice: 'marked' },
      { key: 'b', state: 'refused' },
      { key: 'c', choice: 'cannot_tell' },
      { key: 'd', state: 'due' },
    ]);
    await writeRatings(database, [{ key: 'a', choice: 'none' }], 'revision-0');
    await labelled(
      database,
      ['a', 'b', 'c', 'd'].map((key) => byAda(key, 'marked')),
    );
    const { raters } = await calibrateStored(database.db, chance);
    expect(
      raters.map(({ rater, coverage, detection }) => [rater, coverage.nLabelled, coverage.unscored, detection?.sensitivity.rate]),
    ).toEqual([
      ['judge revision-0', 1, {}, 0],
      ['judge revision-1', 3, { refused: 1 }, 1],
      ['judge, not asked yet', 1, { due: 1 }, undefined],
    ]);
    expect(raters[1]?.coverage).toMatchObject({ nRaterCannotTell: 1, nHarmWithoutVerdict: 2 });
  });

  it('a refusal today does not hide behind the verdict of the rater before', async () => {
    const database = await open();
    await writeSamples(database, [{ key: 'a', state: 'refused' }], 'revision-2');
    await writeRatings(database, [{ key: 'a', choice: 'marked' }], 'revision-1');
    await labelled(database, [byAda('a', 'marked')]);
    const { raters } = await calibrateStored(database.db, chance);
    expect(raters.map(({ rater, coverage }) => [rater, coverage.nCompared, coverage.unscored])).toEqual([
      ['judge revision-1', 1, {}],
      ['judge revision-2', 0, { refused: 1 }],
    ]);
  });

  it('a verdict that retention has deleted is missing, and not silently', async () => {
    const database = await open();
    await writeSamples(database, [{ key: 'a', choice: 'marked' }]);
    await labelled(database, [byAda('a', 'marked')]);
    await database.db.deleteFrom('rating').execute();
    const { raters } = await calibrateStored(database.db, chance);
    expect(raters[0]?.coverage).toMatchObject({ nCompared: 0, unscored: { 'no longer stored': 1 }, nHarmWithoutVerdict: 1 });
  });

  it('samples of the panel alone have no weight: they are left out and counted', async () => {
    const database = await open();
    await writeSamples(database, [
      { key: 'a', choice: 'marked' },
      { key: 'p', choice: 'none', panelOnly: true },
    ]);
    await labelled(database, [byAda('a', 'marked'), byAda('p', 'marked')]);
    const { raters, notes } = await calibrateStored(database.db, chance);
    expect(raters[0]?.coverage.nLabelled).toBe(1);
    expect(notes).toEqual([expect.stringContaining('1 labels are of samples of the panel alone')]);
  });

  it('without a label there is nothing to compare, and nothing is made up', async () => {
    const database = await open();
    expect(await calibrateStored(database.db, chance)).toEqual({ raters: [], pools: [], poolPairs: [], notes: [] });
  });
});
