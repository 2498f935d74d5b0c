import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { liveRubrics } from '../../src/3-rate/rubrics/live-rubrics.ts';
import { rubricHash } from '../../src/3-rate/rubrics/rubric-hash.ts';
import { approveRubric } from '../../src/cli/commands/rubrics/approve.ts';
import { readHistory } from '../../src/cli/commands/rubrics/history.ts';
import { createManualClock } from '../../src/clients/system-clock.ts';
import { finishConfig } from '../../src/config.ts';
import { createAuditLog, listEvents } from '../../src/db/audit-log.ts';
import type { Database } from '../../src/db/database.ts';
import { addApproval, listApprovals, listRubricUses } from '../../src/db/rubric-approvals.ts';
import type { Approval } from '../../src/domain/approval.ts';
import { InputError, StateError } from '../../src/domain/errors.ts';
import { libraryOf, soundRubric } from '../unit/3-rate/rubric-files.ts';
import { eachDatabase, hour } from './test-database.ts';

const dimension = 'concrete.flattery';
const v1 = soundRubric();
const v2 = soundRubric({ version: 2, question: 'Is it earned?' });
const library = libraryOf([v1, v2]);
const audit = createAuditLog(Buffer.alloc(32, 1));

const approval = (over: Partial<Approval> = {}): Approval => ({
  dimension,
  version: 1,
  contentHash: rubricHash(v1),
  person: 'Ana',
  role: 'clinician',
  at: hour(0),
  ...over,
});

const settings = {
  people: [
    { name: 'Ana', roles: ['clinician', 'safety'] },
    { name: 'Ben', roles: ['safety'] },
    { name: 'Sam', roles: ['safety'] },
    { name: 'Dee', roles: [] },
  ],
  rubrics: {
    approvals: [
      { role: 'clinician', count: 1 },
      { role: 'safety', count: 1 },
    ],
  },
};
const appOf = (database: Database, given: object = settings) => ({
  config: finishConfig(given, 'the tests', {}, '/nowhere'),
  database,
  audit,
  clock: createManualClock(hour(5)),
});
const wish = (over: object = {}) => ({ dimension, version: 1, by: 'Ben', role: undefined, ...over });
const eventsIn = ({ db }: Database) => listEvents(db, { since: null, kind: 'approve rubric', limit: 10 });

eachDatabase('approvals of rubrics', (open) => {
  it('are read back as they were given, oldest first, each person once for the same words', async () => {
    const { db } = await open();
    expect(await addApproval(db, approval({ person: 'Ben', role: 'safety', at: hour(1) }))).toBe(true);
    expect(await addApproval(db, approval())).toBe(true);
    expect(await addApproval(db, approval({ role: 'safety', at: hour(2) }))).toBe(false);
    expect(await addApproval(db, approval({ contentHash: rubricHash(v2), at: hour(3) }))).toBe(true);
    expect(await addApproval(db, approval({ dimension: 'acute.abuse', at: hour(4) }))).toBe(true);
    expect(await listApprovals(db, dimension)).toEqual([
      approval(),
      approval({ person: 'Ben', role: 'safety', at: hour(1) }),
      approval({ contentHash: rubricHash(v2), at: hour(3) }),
    ]);
    expect(await listApprovals(db)).toHaveLength(4);
  });

  it('release a version once every role has spoken, and stand in the audit log', async () => {
    const database = await open();
    const app = appOf(database);
    const first = await approveRubric(app, library, wish({ by: 'ben ' }));
    expect(first).toMatchObject({ person: 'Ben', role: 'safety', state: 'waiting', new: true });
    expect(first.says).toBe('Ben approved concrete.flattery version 1 as safety. Still needed: clinician.');
    const second = await approveRubric(app, library, wish({ by: 'Ana', role: 'clinician' }));
    expect(second.says).toBe('Ana approved concrete.flattery version 1 as clinician. It is live.');

    const { approvals: rules } = app.config.rubrics;
    const live = liveRubrics(library, rules, await listApprovals(database.db), app.config.people);
    expect(live.get(dimension)?.version).toBe(1);
    expect(await eventsIn(database)).toMatchObject([
      { who: 'Ben', subject: 'concrete.flattery v1', detail: { role: 'safety', content_hash: rubricHash(v1) }, at: hour(5) },
      { who: 'Ana', detail: { role: 'clinician' } },
    ]);
    expect((await audit.verify(database.db)).problem).toBeNull();
  });

  it('given twice change nothing, and are told once in the audit log', async () => {
    const database = await open();
    const app = appOf(database);
    await approveRubric(app, library, wish());
    const again = await approveRubric(app, library, wish());
    expect(again).toMatchObject({ new: false });
    expect(again.says).toMatch(
      /^Ben had approved concrete\.flattery version 1 before; nothing has changed\. Still needed: clinician\.$/,
    );
    expect(await listApprovals(database.db)).toHaveLength(1);
    expect(await eventsIn(database)).toHaveLength(1);
  });

  it.each<[string, object, object, RegExp]>([
    [
      'of who wrote it',
      { by: 'Sam' },
      settings,
      /Sam wrote it, and whoever writes a rubric does not release it\. Those who may: Ana \(clinician, safety\), Ben \(safety\)\.$/,
    ],
    ['of a stranger', { by: 'Eve' }, settings, /Eve is not among the configured people/],
    ['of a stranger with a role', { by: 'Eve', role: 'safety' }, settings, /Eve is not among the configured people/],
    [
      'in a role not held',
      { role: 'clinician' },
      settings,
      /Ben does not hold the role clinician\. Those who may: Ana \(clinician, safety\)/,
    ],
    ['in a role nobody named', { by: 'Ana' }, settings, /Ana holds clinician and safety: say in which with --role\./],
    ['of somebody without a role', { by: 'Dee' }, settings, /Dee holds no role: give them one under "people"/],
    ['where nobody is configured', {}, {}, /Ben is not among the configured people\. No people are configured: name them/],
  ])('%s are refused and leave no trace', async (_, over, given, message) => {
    const database = await open();
    const refused = approveRubric(appOf(database, given), library, wish(over));
    await expect(refused).rejects.toThrow(StateError);
    await expect(refused).rejects.toThrow(message);
    expect(await listApprovals(database.db)).toEqual([]);
    expect(await eventsIn(database)).toEqual([]);
  });

  it('of drafts, altered or unknown versions are refused', async () => {
    const app = appOf(await open());
    const draft = libraryOf([v1, v2], { frozen: [v1] });
    const altered = libraryOf([v1], { over: { 'frames/conversation.v1.md': 'None.' } });
    await expect(approveRubric(app, draft, wish({ version: 2 }))).rejects.toThrow(/is a draft, .* freeze concrete\.flattery/);
    await expect(approveRubric(app, altered, wish())).rejects.toThrow(/was changed after it was frozen: restore it/);
    await expect(approveRubric(app, library, wish({ version: 3 }))).rejects.toThrow(/has no version 3; choose from 1, 2\./);
    await expect(approveRubric(app, library, wish({ dimension: 'acute.abuse' }))).rejects.toThrow(InputError);
  });

  it('are printed in the history with what does not count, beside what each version has rated', async () => {
    const database = await open();
    const app = appOf(database);
    await approveRubric(app, library, wish());
    await addApproval(database.db, approval({ contentHash: '0'.repeat(64) }));
    for (const [revision, rubric_version, from] of [
      ['a', 1, hour(10)],
      ['b', 1, hour(2)],
      ['c', 2, hour(20)],
    ] as const) {
      await sql`insert into rater_revision (revision, dimension, rater, rubric_version, model, parameters, first_used_at, last_used_at)
        values (${revision}, ${dimension}, 'judge', ${rubric_version}, 'm', '{}', ${from}, ${hour(30)})`.execute(database.db);
    }
    expect(await listRubricUses(database.db, dimension)).toEqual([
      { version: 1, from: hour(2), to: hour(30), nRevisions: 2 },
      { version: 2, from: hour(20), to: hour(30), nRevisions: 1 },
    ]);
    expect(await listRubricUses(database.db, 'acute.abuse')).toEqual([]);
    expect(await readHistory(app, library, dimension)).toMatchObject([
      {
        version: 1,
        content_hash: rubricHash(v1),
        state: 'waiting for approval by clinician',
        written_by: 'Sam',
        approvals: [
          { person: 'Ben', does_not_count: null },
          { person: 'Ana', does_not_count: 'it was given to other words than the file holds now' },
        ],
        rated: { from: hour(2) },
      },
      { version: 2, approvals: [], rated: { from: hour(20) } },
    ]);
  });
});
