import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/**
 * The import table of DESIGN part 2, checked on the syntax tree and not on text, so that comments and strings do not count.
 * Every message says where the code should go instead.
 */
const root = new URL('..', import.meta.url).pathname;

type Import = { readonly from: string; readonly names: readonly string[]; readonly typeOnly: boolean };
type Facts = { readonly imports: readonly Import[]; readonly calls: ReadonlySet<string>; readonly casts: readonly string[] };
type Sources = ReadonlyMap<string, string>;

/** Names that a stage's pure files may take from modules of Node that are not pure as a whole. */
const pureParts: Readonly<Record<string, readonly string[]>> = { 'node:net': ['isIP', 'isIPv4', 'isIPv6'] };
const pureBuiltins = ['node:crypto', 'node:url', 'node:path', 'node:util', 'node:buffer'];
const sqlPackages = ['kysely', 'pg', '@electric-sql/pglite'];

/** Imports that break the table on purpose. */
const importExceptions: readonly { readonly file: string; readonly from: string; readonly because: string }[] = [
  {
    file: 'src/clients/openai-judge.ts',
    from: 'src/3-rate/judge-prompt.ts',
    because: 'the words a judge is asked in belong to rating; the client only carries them to one kind of endpoint',
  },
  {
    file: 'src/clients/openai-judge.ts',
    from: 'src/3-rate/judge-schema.ts',
    because: 'what a judge must answer belongs to rating; the client only checks it at the edge',
  },
  {
    file: 'src/clients/openai-judge.ts',
    from: 'src/3-rate/batch/by-rubrics.ts',
    because: 'rubrics rendered once are kept for thousands of calls, in the same way for both kinds of endpoint',
  },
  {
    file: 'src/clients/openai-batch-judge.ts',
    from: 'src/3-rate/batch/render-batch-line.ts',
    because: 'the words a judge is asked in belong to rating, whichever way they travel',
  },
  {
    file: 'src/clients/openai-batch-judge.ts',
    from: 'src/3-rate/batch/read-batch-results.ts',
    because: 'what a judge must answer belongs to rating; the client only checks it at the edge',
  },
];

/** Casts to redacted text that are allowed, each with the one type it may name. */
const castExceptions: readonly { readonly file: string; readonly type: string; readonly because: string }[] = [
  { file: 'src/2-sample/redaction/redact.ts', type: 'Redacted', because: 'redaction is what makes redacted text' },
  {
    file: 'src/2-sample/keys/transcript-vault.ts',
    type: 'RedactedTurn[]',
    because: 'what the vault opens was redacted before it was sealed, and has been authenticated since',
  },
];

/** What is started by name: the command and the scripts of package.json, as sources. */
const { bin, scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as Record<
  'bin' | 'scripts',
  Record<string, string>
>;
const commands = [...Object.values(bin), ...Object.values(scripts)].flatMap((line) =>
  [...line.matchAll(/dist\/(\S+)\.js/g)].map((match) => `${match[1]}.ts`),
);

/** Files that no command reaches, with the reason why they are here all the same. */
const entries: Readonly<Record<string, string>> = {
  'src/clients/fake-judge.ts': 'the fake that contract tests hold against the real judge',
  'src/clients/fake-batch-judge.ts': 'the fake that contract tests hold against the real batch judge',
  'src/clients/fake-webhook.ts': 'the fake that contract tests hold against the real webhook',
  'src/clients/fake-entity-finder.ts': 'the fake that contract tests hold against the real redaction service',
  'src/simulate/batch-server.ts': 'the Batch API that contract and database tests speak with',
  'src/simulate/forward-completion.ts': 'lets the simulated judge answer the lines of a batch',
};

/** Methods of `stats/` that METHOD prescribes and no stage uses yet: they go when a stage takes them up. */
const waitingMethods = ['pseudo-value'].map((name) => `src/stats/${name}.ts`);

const factsRead = new Map<string, Facts>();

function readFacts(path: string, text: string): Facts {
  const key = `${path}\n${text}`;
  const facts = factsRead.get(key) ?? parseFacts(path, text);
  factsRead.set(key, facts);
  return facts;
}

function parseFacts(path: string, text: string): Facts {
  const imports: Import[] = [];
  const calls = new Set<string>();
  const casts: string[] = [];
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true, ts.ScriptKind.TS);
  const add = (specifier: ts.Expression | undefined, names: readonly string[], typeOnly: boolean) => {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return;
    const { text: name } = specifier;
    const bare = builtinModules.includes(name) ? `node:${name}` : name;
    imports.push({ from: name.startsWith('.') ? posix.join(posix.dirname(path), name) : bare, names, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const clause = node.importClause;
      const bindings = clause?.namedBindings;
      const named = bindings !== undefined && ts.isNamedImports(bindings) ? [...bindings.elements] : [];
      const whole = clause?.name !== undefined || (bindings !== undefined && ts.isNamespaceImport(bindings));
      const values = named.filter((element) => !element.isTypeOnly);
      const typeOnly = clause?.phaseModifier === ts.SyntaxKind.TypeKeyword || (named.length > 0 && values.length === 0 && !whole);
      const names = values.map((element) => (element.propertyName ?? element.name).text);
      add(node.moduleSpecifier, whole || clause === undefined ? ['*', ...names] : names, typeOnly);
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, ['*'], node.isTypeOnly);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal as ts.Expression, [], true);
    } else if (ts.isCallExpression(node)) {
      const callee = node.expression;
      if (callee.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], ['*'], false);
      calls.add(callee.getText(source));
      if (callee.getText(source) === 'Date' && node.arguments.length === 0) calls.add('new Date()');
    } else if (ts.isNewExpression(node)) {
      if (node.expression.getText(source) === 'Date' && (node.arguments?.length ?? 0) === 0) calls.add('new Date()');
    } else if (ts.isPropertyAccessExpression(node) && node.expression.getText(source) === 'console') {
      calls.add('console.*');
    } else if (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) {
      if (/\b(Redacted|RedactedTurn|Transcript)\b/.test(node.type.getText(source))) casts.push(node.type.getText(source));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { imports, calls, casts };
}

/** Where a file lives: the name by which the table below speaks of it. */
function placeOf(path: string): string {
  const [top, second = ''] = path.split('/');
  if (top === 'jobs' || top === 'migrations') return top;
  if (top !== 'src') return 'elsewhere';
  return second;
}

const isStage = (place: string) => /^[1-7]-/.test(place);
const fileOf = (path: string) => posix.basename(path);
const isRun = (path: string) => /^run(-[a-z-]+)?\.ts$/.test(fileOf(path));
const doesIo = (path: string) => isRun(path) || /^load-[a-z-]+\.ts$/.test(fileOf(path));
/** Files in which time and chance may only be arguments. */
const isPure = (path: string) => {
  const place = placeOf(path);
  return ['stats', 'domain', 'simulate'].includes(place) || (isStage(place) && !isRun(path));
};

/** Our own modules that a file may not import, and where the code should go instead; null where the import is fine. */
function refuseOwn(path: string, target: string): string | null {
  const from = placeOf(path);
  const to = placeOf(target);
  if (importExceptions.some((exception) => exception.file === path && exception.from === target)) return null;
  if (from === to && from !== 'jobs') return null;
  const advise = (allowed: readonly string[], advice: string) => (allowed.includes(to) ? null : advice);
  if (isStage(from)) {
    if (isStage(to)) return 'stages meet only in tables: write a table here and read it there, and put the order in jobs/';
    if (to === 'db' && !isRun(path)) return 'only run.ts reads and writes: pass what this file needs in as an argument';
    if (to === 'clients') return 'a stage knows a port only: put the interface in domain/ and let compose.ts pass the client in';
    return advise(['domain', 'stats', 'db'], 'a stage stands on domain/, stats/ and db/ only: move what both need to domain/');
  }
  switch (from) {
    case 'stats':
      return 'stats/ is pure mathematics: pass numbers in, and keep what knows our nouns in the stage';
    case 'domain':
      return 'domain/ is the vocabulary and imports nothing of ours: move what acts on it to a stage';
    case 'simulate':
      return advise(['domain', 'stats'], 'the simulator must not know the program it tests: pass in what it needs from cli/');
    case 'clients':
      return advise(['domain'], 'a client implements a port of domain/: put what stages and clients share there');
    case 'db':
      return advise(['domain'], 'db/ holds queries only: decide in the stage, and pass the rows in');
    case 'config.ts':
      return advise(['domain'], 'the configuration is checked before anything exists: let compose.ts put the two together');
    case 'compose.ts':
    case 'compose-judges.ts':
      return to === 'cli' || to === 'jobs' || to === 'simulate'
        ? 'compose.ts builds what cli/ and jobs/ use: pass it in from there'
        : null;
    case 'cli':
      return to === 'jobs' && !['index.ts', 'run-job.ts', 'job.ts'].includes(fileOf(target))
        ? 'commands run jobs through jobs/index.ts and jobs/run-job.ts, so that each run is written down'
        : null;
    case 'jobs':
      if (to === 'cli') return 'a job runs without a terminal: move what both need to the stage';
      if (to === 'jobs' && fileOf(path) !== 'index.ts' && fileOf(target) !== 'job.ts')
        return 'jobs do not call each other: put the order in jobs/index.ts';
      return null;
    case 'migrations':
      return 'a migration is frozen in time: copy what it needs into it, for ours will change';
    default:
      return `${from} has no row in the import table: give it one in tests/architecture.test.ts`;
  }
}

/** Packages and modules of Node that a file may not import. */
function refuseOutside(path: string, { from: target, names, typeOnly }: Import): string | null {
  const from = placeOf(path);
  const builtin = target.startsWith('node:');
  const name = target.startsWith('@') ? target.split('/').slice(0, 2).join('/') : (target.split('/')[0] ?? target);
  if (from === 'stats') return 'stats/ imports nothing: write the few lines it needs, with a reference';
  if (from === 'domain') return name === 'zod' ? null : 'domain/ imports zod only: put what needs more in a stage or a client';
  if (from === 'migrations') return name === 'kysely' ? null : 'a migration imports kysely only: it must run as written for ever';
  if (sqlPackages.includes(name) && from !== 'db') {
    if (typeOnly && isRun(path) && isStage(from)) return null;
    return 'only db/ speaks SQL: write a query function there (run.ts may import the type Kysely)';
  }
  if (from === 'simulate') return builtin || name === 'zod' ? null : 'the simulator stands on zod and Node alone';
  if (isStage(from) && !doesIo(path) && builtin && !pureBuiltins.includes(target)) {
    const pure = pureParts[target];
    if (typeOnly || (pure !== undefined && names.every((each) => pure.includes(each)))) return null;
    return 'only run.ts, run-*.ts and load-*.ts touch the world: do it there and pass the result in';
  }
  return null;
}

function violationsOf(path: string, text: string): string[] {
  const { imports, calls, casts } = readFacts(path, text);
  const found: string[] = [];
  const say = (what: string, advice: string) => found.push(`${path} ${what}: ${advice}`);
  for (const each of imports) {
    const own = /^(src|jobs|migrations|tests|dist)\//.test(each.from);
    const advice = own ? refuseOwn(path, each.from) : refuseOutside(path, each);
    if (advice !== null) say(`imports ${each.from}`, advice);
  }
  if (isPure(path)) {
    if (calls.has('Math.random')) say('calls Math.random()', 'chance is an argument: take a random source from the caller');
    for (const call of ['Date.now', 'new Date()', 'performance.now'])
      if (calls.has(call)) say(`calls ${call.replace('()', '')}()`, 'time is an argument: take `now` from the caller');
  }
  if (isStage(placeOf(path)) && !doesIo(path) && calls.has('fetch'))
    say('calls fetch()', 'the network is a port: put an interface in domain/ and its client in clients/');
  if (calls.has('console.*')) say('uses console', 'results go through cli/print.ts, everything else through the log');
  for (const type of casts) {
    if (castExceptions.some((exception) => exception.file === path && exception.type === type)) continue;
    say(`casts to ${type}`, 'text becomes Redacted in 2-sample/redaction/redact.ts only: call the redactor');
  }
  return found;
}

function filesUnder(folder: string): string[] {
  return readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => `${folder}/${file}`)
    .sort();
}

function readSources(): Sources {
  const paths = ['src', 'jobs', 'migrations'].flatMap(filesUnder);
  return new Map(paths.map((path) => [path, readFileSync(`${root}${path}`, 'utf8')]));
}

/** Files that cannot be come by from the given ones, by imports of any kind. */
function unreachable(sources: Sources, from: readonly string[]): string[] {
  const seen = new Set<string>();
  const queue = [...from];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const text = sources.get(path);
    if (seen.has(path) || text === undefined) continue;
    seen.add(path);
    queue.push(...readFacts(path, text).imports.map((each) => each.from));
  }
  return [...sources.keys()].filter((path) => !seen.has(path));
}

const sources = readSources();

describe('the code keeps to the import table', () => {
  it.each([...sources])('%s', (path, text) => {
    expect(violationsOf(path, text)).toEqual([]);
  });

  it('every job in jobs/ is in jobs/index.ts', () => {
    const index = readFacts('jobs/index.ts', sources.get('jobs/index.ts') ?? '');
    const listed = index.imports.filter((each) => !each.typeOnly).map((each) => each.from);
    const files = [...sources.keys()].filter((path) => placeOf(path) === 'jobs');
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter((path) => !['index.ts', 'job.ts', 'run-job.ts'].includes(fileOf(path))).sort()).toEqual(listed.sort());
  });

  it('every file is reached from a command, or is an entry with a reason', () => {
    const src = new Map([...sources].filter(([path]) => placeOf(path) !== 'migrations'));
    expect(commands).toContain('src/cli/main.ts');
    expect(unreachable(src, [...commands, ...Object.keys(entries), ...waitingMethods])).toEqual([]);
  });

  it('no exception outlives its reason', () => {
    const files = [...sources.keys()];
    expect(files).toEqual(expect.arrayContaining([...Object.keys(entries), ...waitingMethods]));
    for (const { file, from } of importExceptions) {
      expect(readFacts(file, sources.get(file) ?? '').imports.map((each) => each.from)).toContain(from);
    }
    for (const { file, type } of castExceptions) expect(readFacts(file, sources.get(file) ?? '').casts).toEqual([type]);
    const alone = unreachable(sources, commands);
    expect(alone).toEqual(expect.arrayContaining([...Object.keys(entries), ...waitingMethods]));
  });
});

describe('the check itself can fail', () => {
  it.each([
    ['stats importing domain', 'src/stats/x.ts', "import type { Cell } from '../domain/cell.ts';", 'pass numbers in'],
    ['stats importing a package', 'src/stats/x.ts', "import jstat from 'jstat';", 'imports nothing'],
    ['domain importing a stage', 'src/domain/x.ts', "import { a } from '../1-ingest/run.ts';", 'vocabulary'],
    ['domain importing node', 'src/domain/x.ts', "import { readFile } from 'node:fs/promises';", 'zod only'],
    ['a stage importing another', 'src/4-measure/run.ts', "import { a } from '../5-detect/run.ts';", 'meet only in tables'],
    ['a stage re-exporting another', 'src/4-measure/x.ts', "export * from '../5-detect/x.ts';", 'meet only in tables'],
    ['a stage loading another lazily', 'src/4-measure/x.ts', "await import('../5-detect/x.ts');", 'meet only in tables'],
    ['a type taken from another stage', 'src/4-measure/x.ts', "let a: import('../5-detect/x.ts').A;", 'meet only in tables'],
    ['a stage importing a client', 'src/6-respond/run.ts', "import { a } from '../clients/log.ts';", 'a port only'],
    ['a stage importing a command', 'src/6-respond/run.ts', "import { a } from '../cli/print.ts';", 'stands on'],
    ['a stage importing a job', 'src/6-respond/run.ts', "import { a } from '../../jobs/index.ts';", 'stands on'],
    ['a pure file importing db', 'src/6-respond/x.ts', "import type { Db } from '../db/database.ts';", 'only run.ts reads'],
    ['a pure file reading files', 'src/6-respond/x.ts', "import { readFile } from 'node:fs/promises';", 'touch the world'],
    ['the same without node:', 'src/6-respond/x.ts', "import { readFileSync } from 'fs';", 'touch the world'],
    ['a pure file opening a socket', 'src/2-sample/x.ts', "import { isIP, connect } from 'node:net';", 'touch the world'],
    ['a pure file taking all of net', 'src/2-sample/x.ts', "import net from 'node:net';", 'touch the world'],
    ['a pure file calling fetch', 'src/2-sample/x.ts', "await fetch('http://x');", 'the network is a port'],
    ['SQL in a stage', 'src/4-measure/run.ts', "import { sql } from 'kysely';", 'only db/ speaks SQL'],
    ['SQL types in a pure file', 'src/4-measure/x.ts', "import type { Kysely } from 'kysely';", 'only db/ speaks SQL'],
    ['SQL in a command', 'src/cli/x.ts', "import pg from 'pg';", 'only db/ speaks SQL'],
    ['db importing a stage', 'src/db/x.ts', "import { a } from '../5-detect/x.ts';", 'queries only'],
    ['a client importing a stage', 'src/clients/x.ts', "import { a } from '../3-rate/judge-prompt.ts';", 'implements a port'],
    ['the simulator importing a stage', 'src/simulate/x.ts', "import { a } from '../2-sample/coin.ts';", 'must not know'],
    ['the simulator importing a package', 'src/simulate/x.ts', "import OpenAI from 'openai';", 'zod and Node alone'],
    ['compose importing a command', 'src/compose.ts', "import { a } from './cli/print.ts';", 'builds what'],
    ['config importing the database', 'src/config.ts', "import { a } from './db/database.ts';", 'before anything exists'],
    ['a command importing one job', 'src/cli/x.ts', "import { a } from '../../jobs/rate.ts';", 'through jobs/index.ts'],
    ['a job importing a command', 'jobs/x.ts', "import { a } from '../src/cli/print.ts';", 'without a terminal'],
    ['a job importing a job', 'jobs/x.ts', "import { a } from './rate.ts';", 'do not call each other'],
    ['a migration importing ours', 'migrations/x.ts', "import { a } from '../src/db/schema.ts';", 'frozen in time'],
    ['a migration importing a package', 'migrations/x.ts', "import { z } from 'zod';", 'kysely only'],
    ['a folder without a row', 'src/helpers/x.ts', "import { a } from '../domain/cell.ts';", 'no row'],
    ['chance in a pure file', 'src/2-sample/x.ts', 'const a = Math.random();', 'chance is an argument'],
    ['the clock in a pure file', 'src/stats/x.ts', 'const a = Date.now();', 'time is an argument'],
    ['the clock as a value', 'src/simulate/x.ts', 'const a = new Date();', 'time is an argument'],
    ['the clock without new', 'src/domain/x.ts', 'const a = Date();', 'time is an argument'],
    ['console', 'src/cli/x.ts', "console.log('a');", 'through cli/print.ts'],
    ['a cast to Redacted', 'src/cli/x.ts', 'const a = b as Redacted;', 'call the redactor'],
    ['a cast in angle brackets', 'src/3-rate/x.ts', 'const a = <Redacted>b;', 'call the redactor'],
    ['a cast to a transcript', 'src/db/x.ts', 'const a = b as unknown as Transcript;', 'call the redactor'],
    ['another cast in the vault', 'src/2-sample/keys/transcript-vault.ts', 'const a = b as Redacted;', 'call the redactor'],
  ])('%s is reported, with where to go', (_name, path, text, advice) => {
    const found = violationsOf(path, text);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(path);
    expect(found[0]).toContain(advice);
  });

  it.each([
    ['src/stats/x.ts', "import { a } from './y.ts';"],
    ['src/domain/x.ts', "import { z } from 'zod'; import { a } from './y.ts';"],
    ['src/4-measure/run.ts', "import type { Kysely } from 'kysely'; import { a } from '../db/x.ts'; const b = new Date();"],
    ['src/6-respond/run-rollback.ts', "import { a } from '../db/x.ts'; import { b } from './y.ts';"],
    ['src/3-rate/load-rubrics.ts', "import { readFile } from 'node:fs/promises';"],
    ['src/2-sample/recognisers/x.ts', "import { isIP } from 'node:net'; import { a } from '../spans.ts';"],
    ['src/2-sample/x.ts', "import { createHmac } from 'node:crypto'; const a = new Date(0);"],
    ['src/2-sample/x.ts', "// Math.random() and new Date()\nconst a = 'console.log(Date.now())';"],
    [
      'src/cli/x.ts',
      "import { a } from '../../jobs/index.ts'; import { b } from '../1-ingest/run.ts'; import { c } from '../6-respond/run.ts';",
    ],
    ['jobs/x.ts', "import { a } from '../src/1-ingest/run.ts'; import type { Job } from './job.ts';"],
    ['migrations/0002-x.ts', "import { sql } from 'kysely';"],
  ])('what is allowed is not reported: %s %s', (path, text) => {
    expect(violationsOf(path, text)).toEqual([]);
  });

  it('a file that nothing imports is unreachable, and one behind another is not', () => {
    const made = new Map([
      ['src/cli/main.ts', "import './a.ts';"],
      ['src/cli/a.ts', "import type { B } from '../domain/b.ts';"],
      ['src/domain/b.ts', ''],
      ['src/domain/forgotten.ts', ''],
    ]);
    expect(unreachable(made, ['src/cli/main.ts'])).toEqual(['src/domain/forgotten.ts']);
  });
});
