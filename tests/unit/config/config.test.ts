import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { finishConfig, loadConfig } from '../../../src/config.ts';
import { ConfigError } from '../../../src/domain/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'longwatch-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const finish = (raw: unknown, env: NodeJS.ProcessEnv = {}) => finishConfig(raw, 'longwatch.config.yaml', env, '/data');

function load(yaml: string) {
  const file = join(folder, 'longwatch.config.yaml');
  writeFileSync(file, yaml);
  return loadConfig(file, {}, '/data');
}

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  throw new Error('it was accepted');
}

describe('the configuration', () => {
  it('has a default for everything, so that none is needed', () => {
    expect(loadConfig(undefined, {}, '/data')).toMatchObject({
      dataDir: '/data',
      sampling: {
        conversations_per_day: 1_000,
        first_rate: 0.1,
        judge_share: 1,
        judge_floor: 0.5,
        cap: { free: 3, floor: 0.1 },
        require_consent: false,
        panel_share: 0,
        exclude_minors: true,
      },
      retention: { transcript_days: 30, rationale_days: 30, verdict_days: 120, rate_point_days: 1_100, audit_days: 2_555 },
      disclosure: { min_users: 20 },
      cohorts: ['topic', 'memory'],
      detect: { false_alarms_per_year: 0.5, tolerated_ratio: 1, coverage_floor: 0.9 },
      batches: { grace_minutes: 60, close_after_hours: 24 },
      respond: { recovery_ratio: 1.5, verify_days: 14 },
      people: [],
      judges: [],
      raters: { bridge_share: 0.2, bridge_days: 14, anchors_per_day: 200, anchor_baseline: 5, anchor_files: [], families: {} },
      rubrics: { approvals: [] },
      judgeKeys: new Map(),
      databaseUrl: undefined,
      openai: { baseUrl: 'https://api.openai.com/v1', apiKey: null },
    });
    expect(loadConfig(undefined, {}, '/data').judge).toBeUndefined();
    expect(loadConfig(undefined, {}, '/data').second_judge).toBeUndefined();
  });

  it.each(['', '# nothing but a comment\n', '{}', 'null'])('a file that says nothing (%j) is the defaults', (yaml) => {
    expect(load(yaml)).toEqual(loadConfig(undefined, {}, '/data'));
  });

  it('a key that is set leaves its neighbours at their defaults', () => {
    expect(load('sampling:\n  cap:\n    free: 5\n').sampling).toMatchObject({ cap: { free: 5, floor: 0.1 }, epoch_days: 7 });
  });

  it.each<[string, unknown, string[]]>([
    ['at the top', { samplings: {} }, ['unknown key "samplings"', 'remove it or check its spelling']],
    ['one level down', { detect: { tolerated: 1 } }, ['unknown key "tolerated" under detect']],
    ['two levels down', { sampling: { cap: { fre: 1 } } }, ['unknown key "fre" under sampling.cap']],
    ['in a list', { people: [{ name: 'Robin', role: 'x' }] }, ['unknown key "role" under people.0']],
    ['in the judge', { judge: { model: 'm', modle: 'x' } }, ['unknown key "modle" under judge']],
    ['more than one', { a: 1, detect: { b: 1 } }, ['"a"', '"b" under detect']],
  ])('an unknown key %s is named with its path', (_where, raw, parts) => {
    const message = messageOf(() => finish(raw));
    for (const part of ['longwatch.config.yaml: ', ...parts]) expect(message).toContain(part);
  });

  it.each<[string, unknown, string]>([
    ['a list for the whole', [], 'the whole: '],
    ['text for a number', { detect: { coverage_floor: 'high' } }, 'detect.coverage_floor: '],
    ['a number for a flag', { sampling: { require_consent: 1 } }, 'sampling.require_consent: '],
    ['a flag for a section', { sampling: true }, 'sampling: '],
    ['a judge without a model', { judge: {} }, 'judge.model: '],
    ['a fraction of a day', { sampling: { epoch_days: 1.5 } }, 'sampling.epoch_days: '],
    ['a share of nothing', { sampling: { first_rate: 0 } }, 'sampling.first_rate: '],
    ['a share above one', { sampling: { judge_share: 1.01 } }, 'sampling.judge_share: '],
    ['not a number', { sampling: { first_rate: Number.NaN } }, 'sampling.first_rate: '],
    ['a count of nothing', { sampling: { conversations_per_day: 0 } }, 'sampling.conversations_per_day: '],
    ['a floor of nothing', { sampling: { cap: { floor: 0 } } }, 'sampling.cap.floor: '],
    ['no false alarms at all', { detect: { false_alarms_per_year: 0 } }, 'detect.false_alarms_per_year: '],
    ['a tolerated improvement', { detect: { tolerated_ratio: 0.9 } }, 'detect.tolerated_ratio: '],
    ['a shift of nothing', { detect: { shift_that_matters: 1 } }, 'detect.shift_that_matters: '],
    ['grace before the end', { batches: { grace_minutes: -1 } }, 'batches.grace_minutes: '],
    ['a recovery that is none', { respond: { recovery_ratio: 1 } }, 'respond.recovery_ratio: '],
    ['a person without a name', { people: [{ name: '' }] }, 'people.0.name: '],
    ['a cohort that is no facet', { cohorts: ['mood'] }, 'cohorts.0: '],
    ['a facet whose values nobody can count', { cohorts: ['product'] }, 'cohorts.0: '],
    ['the same cohort twice, which would count everything twice', { cohorts: ['topic', 'topic'] }, 'cohorts'],
    ['no dimension', { dimensions: [] }, 'dimensions: '],
    ['a dimension outside the taxonomy', { dimensions: ['mood'] }, 'dimensions.0: '],
    [
      'a webhook that is a file',
      { respond: { alert_webhook: 'file:///etc/passwd' } },
      'respond.alert_webhook: must be an http(s) address',
    ],
    [
      'a webhook that is no address',
      { respond: { rollback_webhook: 'example.com' } },
      'respond.rollback_webhook: must be an http(s) address',
    ],
    [
      'rationales that outlive what they quote',
      { retention: { rationale_days: 31 } },
      'retention.rationale_days: must not exceed',
    ],
    ['text that outlives its counts', { retention: { transcript_days: 200 } }, 'retention.verdict_days: must be at least'],
    ['a panel of most people', { sampling: { panel_share: 0.5 } }, 'sampling.panel_share: '],
    ['a region that is none', { sampling: { excluded_regions: ['Bavaria'] } }, 'sampling.excluded_regions.0: '],
    ['a cell of nobody', { disclosure: { min_users: 0 } }, 'disclosure.min_users: '],
    [
      'a budget of nothing',
      { disclosure: { differential_privacy: { epsilon_per_report: 0, epsilon_per_year: 1 } } },
      'disclosure.',
    ],
    ['a redaction service that is no address', { redaction: { presidio_url: 'presidio' } }, 'redaction.presidio_url: '],
    [
      'a floor of nothing: what the screen cannot see would never be found',
      { sampling: { judge_floor: 0 } },
      'sampling.judge_floor: ',
    ],
    ['a budget in money without a price', { judge: { model: 'm', budget: { money_per_day: 5 } } }, 'judge.price: must be given'],
    ['a budget of no calls', { judge: { model: 'm', budget: { calls_per_day: 0 } } }, 'judge.budget.calls_per_day: '],
    ['a price below nothing', { judge: { model: 'm', price: { input_per_million: -1, output_per_million: 1 } } }, 'judge.price.'],
    ['windows too small for a turn', { judge: { model: 'm', window_chars: 100 } }, 'judge.window_chars: '],
    ['a key in place of its name', { judge: { model: 'm', api_key_env: 'sk-123' } }, 'judge.api_key_env: must name'],
    ['another judge of nothing in particular', { judges: [{ model: 'm' }] }, 'judges.0.dimensions: '],
    ['a group outside the taxonomy', { judges: [{ model: 'm', dimensions: ['mood.*'] }] }, 'judges.0.dimensions.0: must be'],
    [
      'another judge’s budget in money without a price',
      { judges: [{ model: 'm', dimensions: ['acute.*'], budget: { money_per_day: 5 } }] },
      'judges.0.price: must be given',
    ],
    ['a second judge who sees nothing', { second_judge: { model: 'm', share: 0 } }, 'second_judge.share: '],
    ['an approval by nobody in particular', { rubrics: { approvals: [{ count: 2 }] } }, 'rubrics.approvals.0.role: '],
    ['no bridge at all', { raters: { bridge_share: 0 } }, 'raters.bridge_share: '],
    ['more judges at once than allowed', { judge: { model: 'm', concurrency: 513 } }, 'judge.concurrency: '],
  ])('%s is refused, with its path', (_what, raw, path) => {
    expect(messageOf(() => finish(raw))).toContain(`longwatch.config.yaml: ${path}`);
  });

  it('names every problem in one message', () => {
    const message = messageOf(() => finish({ typo: 1, detect: { coverage_floor: 2 }, sampling: { first_rate: 0 } }));
    for (const part of ['typo', 'detect.coverage_floor', 'sampling.first_rate']) expect(message).toContain(part);
  });

  it.each([
    ['the same key twice', 'cohorts: []\ncohorts: [topic]\n'],
    ['an open bracket', 'cohorts: [topic\n'],
    ['two documents', '---\ncohorts: []\n---\ncohorts: [topic]\n'],
    ['a tab for a blank', 'sampling:\n\tepoch_days: 1\n'],
    ['an alias that leads nowhere', 'respond:\n  alert_webhook: *hook\n'],
    [
      'an alias that unfolds without end',
      `a: &a [x]\n${[...'bcdefghi'].map((name, i) => `${name}: &${name} [${new Array(9).fill(`*${'abcdefgh'[i]}`).join(', ')}]`).join('\n')}\n`,
    ],
  ])('%s in the file is refused, with its name', (_what, yaml) => {
    expect(messageOf(() => load(yaml))).toContain(join(folder, 'longwatch.config.yaml'));
  });

  it('a file that is not there says what to do', () => {
    expect(messageOf(() => loadConfig(join(folder, 'absent.yaml'), {}, '/data'))).toMatch(
      /absent\.yaml.*--config.*longwatch init/,
    );
  });
});

describe('the environment', () => {
  const secret = 'a secret of a good length';

  it('is taken where it is set, and where it is empty it is not', () => {
    const env = {
      DATABASE_URL: 'postgres://longwatch:pw@db/longwatch',
      OPENAI_BASE_URL: 'http://localhost:8000/v1',
      OPENAI_API_KEY: 'key',
      LONGWATCH_WEBHOOK_SECRET: secret,
      LONGWATCH_KEY_FILE: '/keys/master.key',
    };
    expect(finish({}, env)).toMatchObject({
      databaseUrl: env.DATABASE_URL,
      openai: { baseUrl: env.OPENAI_BASE_URL, apiKey: 'key' },
      webhookSecret: secret,
      keyFile: '/keys/master.key',
    });
    const none = Object.fromEntries(Object.keys(env).map((name) => [name, '']));
    expect(finish({}, none)).toEqual(finish({}, {}));
  });

  it.each([
    ['DATABASE_URL', 'mysql://root:hunter2@db/x'],
    ['DATABASE_URL', 'hunter2'],
    ['OPENAI_BASE_URL', 'hunter2'],
    ['OPENAI_BASE_URL', 'hunter2:8000/v1'],
    ['LONGWATCH_WEBHOOK_SECRET', 'hunter2'],
  ])('%s=%s is refused by name, and never repeated', (name, value) => {
    const message = messageOf(() => finish({}, { [name]: value }));
    expect(message).toContain(`The environment: ${name}: must`);
    expect(message).not.toContain('hunter2');
  });

  it.each(['alert_webhook', 'rollback_webhook'])('a %s needs a secret to sign with', (key) => {
    const raw = { respond: { [key]: 'https://example.com/hook' } };
    expect(messageOf(() => finish(raw))).toContain('LONGWATCH_WEBHOOK_SECRET');
    expect(() => finish(raw, { LONGWATCH_WEBHOOK_SECRET: secret })).not.toThrow();
  });

  it('a judge needs a key', () => {
    // Whoever only reads needs no key; the job that asks the judge refuses to start without one.
    expect(finish({ judge: { model: 'm' } }).openai.apiKey).toBeNull();
    expect(finish({ judge: { model: 'm' } }, { OPENAI_API_KEY: 'key' }).judge).toEqual({
      model: 'm',
      temperature: 0,
      timeout_ms: 60_000,
      concurrency: 8,
      max_attempts: 5,
      dimensions_per_call: 9,
      window_chars: 60_000,
      window_overlap_turns: 2,
      budget: {},
      mode: 'live',
      simulated: false,
    });
  });

  it('gives each judge the key it names, and tells no other variable', () => {
    const raw = {
      judge: { model: 'a', api_key_env: 'KEY_A' },
      judges: [{ model: 'b', dimensions: ['acute.*'], api_key_env: 'KEY_B' }],
      second_judge: { model: 'c', api_key_env: 'KEY_C' },
    };
    const { judgeKeys } = finish(raw, { KEY_A: 'one', KEY_B: '', KEY_C: 'three', KEY_D: 'four' });
    // Set to nothing is not set.
    expect([...judgeKeys]).toEqual([
      ['KEY_A', 'one'],
      ['KEY_C', 'three'],
    ]);
  });
});

describe('judges', () => {
  it('of groups and single dimensions stand beside the first, each with its own pace, price and budget', () => {
    const own = { dimensions: ['acute.*', 'concrete.flattery'], concurrency: 2, budget: { calls_per_day: 50 } };
    const { judges } = finish({ judge: { model: 'a' }, judges: [{ model: 'b', ...own }] });
    expect(judges).toMatchObject([{ model: 'b', ...own, temperature: 0, timeout_ms: 60_000, mode: 'live' }]);
  });
  it('of a second opinion see one judged sample in twenty', () => {
    expect(finish({ judge: { model: 'a' }, second_judge: { model: 'b' } }).second_judge).toMatchObject({
      model: 'b',
      share: 0.05,
      max_attempts: 5,
    });
  });
  it.each([
    ['without a judge for everything else', { second_judge: { model: 'b' } }, 'set judge.model too'],
    ['of one name', { judge: { model: 'a' }, second_judge: { model: 'a' } }, 'two judges are called "a"'],
    ['in batches, and no time for them', { judge: { model: 'a', mode: 'batch' } }, 'batches.close_after_hours is 24'],
  ])('%s are refused', (_what, config, message) => expect(messageOf(() => finish(config))).toContain(message));
  it('have a budget in money where they have a price', () => {
    const judge = { model: 'a', price: { input_per_million: 0.5, output_per_million: 2 }, budget: { money_per_day: 5 } };
    expect(finish({ judge }).judge).toMatchObject(judge);
  });
});
