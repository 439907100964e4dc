import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));

/** One import between two files of src/, both relative to src/. */
interface Import {
  readonly from: string;
  readonly to: string;
}

interface Rule {
  readonly name: string;
  readonly broken: (one: Import) => boolean;
}

/** A higher layer may import the lower ones. Parts without a height have rules of their own. */
const HEIGHT: { readonly [part: string]: number } = {
  'cli.ts': 6,
  cli: 6,
  commands: 5,
  webhook: 4,
  sync: 3,
  ory: 2,
  store: 2,
  mapping: 2,
  zoho: 2,
  model: 1,
};
const HANDS = ['ory', 'store', 'mapping', 'zoho'];
const HALVES = ['sandbox/zoho/', 'sandbox/ory/'];
const MOST_FILES = 25;
const WITHOUT_HEIGHT = [
  'errors.ts',
  'node-world.ts',
  'make-folder.ts',
  'outgoing',
  'config',
  'telemetry',
  'sandbox',
];

const onlyImports = (part: string, allowed: readonly string[]) => (one: Import) =>
  partOf(one.from) === part && ![part, ...allowed].includes(partOf(one.to));

const onlyImportedBy = (part: string, allowed: readonly string[]) => (one: Import) =>
  partOf(one.to) === part && ![part, ...allowed].includes(partOf(one.from));

const RULES: readonly Rule[] = [
  {
    name: 'imports point down: cli -> commands -> webhook -> sync -> (ory, store, mapping, zoho) -> model',
    broken: ({ from, to }) => (HEIGHT[partOf(from)] ?? Infinity) < (HEIGHT[partOf(to)] ?? 0),
  },
  {
    name: 'ory, store, mapping and zoho know nothing of each other',
    broken: ({ from, to }) =>
      HANDS.includes(partOf(from)) && HANDS.includes(partOf(to)) && partOf(from) !== partOf(to),
  },
  { name: 'model imports nothing but model', broken: onlyImports('model', []) },
  { name: 'errors.ts imports nothing', broken: onlyImports('errors.ts', []) },
  {
    name: 'node-world.ts imports model and outgoing only',
    broken: onlyImports('node-world.ts', ['model', 'outgoing']),
  },
  { name: 'make-folder.ts imports nothing', broken: onlyImports('make-folder.ts', []) },
  {
    name: 'outgoing imports model and errors only',
    broken: onlyImports('outgoing', ['model', 'errors.ts']),
  },
  {
    name: 'telemetry imports model and errors only',
    broken: onlyImports('telemetry', ['model', 'errors.ts']),
  },
  {
    name: 'config imports model, errors and make-folder only',
    broken: onlyImports('config', ['model', 'errors.ts', 'make-folder.ts']),
  },
  { name: 'config is imported by commands alone', broken: onlyImportedBy('config', ['commands']) },
  { name: 'telemetry is imported by commands alone', broken: onlyImportedBy('telemetry', ['commands']) },
  {
    name: 'sandbox imports nothing of the product but model, errors and node-world',
    broken: onlyImports('sandbox', ['model', 'errors.ts', 'node-world.ts']),
  },
  {
    name: "the sandbox's two halves know neither each other nor what ties them together",
    broken: ({ from, to }) =>
      HALVES.some((half) => from.startsWith(half) && to.startsWith('sandbox/') && !isKnownTo(half, to)),
  },
  {
    name: 'sandbox is imported by src/commands/sandbox/sandbox.ts alone',
    broken: ({ from, to }) =>
      partOf(to) === 'sandbox' && partOf(from) !== 'sandbox' && from !== 'commands/sandbox/sandbox.ts',
  },
  {
    name: 'a command imports no other command: what they share is in commands/parts and commands/terminal',
    broken: ({ from, to }) => {
      if (partOf(from) !== 'commands' || partOf(to) !== 'commands') return false;
      const [room, other] = [commandOf(from), commandOf(to)];
      return room !== other && other !== 'terminal' && (other !== 'parts' || room === 'terminal');
    },
  },
  {
    name: 'sync/decide is pure: it imports model and mapping only',
    broken: ({ from, to }) =>
      from.startsWith('sync/decide/') &&
      !to.startsWith('sync/decide/') &&
      !['model', 'mapping'].includes(partOf(to)),
  },
  {
    name: 'every part of src/ has its place in these rules',
    broken: ({ from, to }) => [from, to].some((file) => !hasPlace(partOf(file))),
  },
];

describe('The layers', () => {
  test.each(RULES)('$name', ({ broken }) => {
    expect(importsIn(SRC).filter(broken)).toEqual([]);
  });

  test('are checked with all imports: none of a known file is missed', () => {
    const found = importsIn(SRC).filter(({ from }) => from === 'cli/setup-commands.ts');
    expect(found.map(({ to }) => to)).toEqual(
      expect.arrayContaining(['model/policy.ts', 'commands/init/init.ts', 'commands/sandbox/sandbox.ts']),
    );
  });

  test('contain no folder for miscellaneous code', () => {
    const folders = filesIn(SRC).flatMap((file) => posix.dirname(file).split('/'));
    expect(folders.filter((folder) => /^(utils?|helpers?|commons?|managers?)$/.test(folder))).toEqual([]);
  });

  test(`have no folder with over ${MOST_FILES} files, tests not counted`, () => {
    expect(crowded(filesIn(SRC))).toEqual([]);
  });
});

/** The engine takes time and chance from its World alone, so that a simulation can repeat each of its runs. */
const ENGINE = ['sync', 'zoho', 'ory', 'store', 'webhook', 'mapping', 'sandbox'];
const TIME_AND_CHANCE =
  /\bDate\.now\b|\bnew Date\(\)|\bset(?:Timeout|Interval|Immediate)\b|\btimers\/promises\b|\bAbortSignal\.timeout\b|\bperformance\.now\b|\bMath\.random\b|\brandom(?:UUID|Bytes|Int)\b|(?<![.#\w]|async )fetch\(/;
/** It ends the connections of a real server, and a simulation has none. */
const OF_REAL_SOCKETS = 'webhook/retire.ts';

describe('Time and chance', () => {
  test('reach the engine and the sandbox through their World only', () => {
    const engine = filesIn(SRC).filter(
      (file) => ENGINE.includes(partOf(file)) && !file.endsWith('.test.ts') && file !== OF_REAL_SOCKETS,
    );
    const found = engine.flatMap((file) => {
      const line = readFileSync(join(SRC, file), 'utf8')
        .split('\n')
        .find((one) => TIME_AND_CHANCE.test(one));
      return line === undefined ? [] : [`${file}: ${line.trim()}`];
    });
    expect(found).toEqual([]);
  });

  test.each(['Date.now()', 'new Date()', 'setTimeout(run, 5)', 'await fetch(url)', 'randomUUID()'])(
    '%s is found',
    (code) => {
      expect(TIME_AND_CHANCE.test(`const one = ${code};`)).toBe(true);
    },
  );

  test.each(['new Date(ms)', 'this.#fetch()', 'async fetch(): Promise<Token> {', 'Date.parse(text)'])(
    '%s is allowed',
    (code) => {
      expect(TIME_AND_CHANCE.test(code)).toBe(false);
    },
  );
});

describe('A broken layer is named', () => {
  test.each<[string, string, string]>([
    ['sync/round/round.ts', 'webhook/app.ts', 'imports point down'],
    ['model/event.ts', 'store/open.ts', 'imports point down'],
    ['store/open.ts', 'zoho/client.ts', 'know nothing of each other'],
    ['model/event.ts', 'errors.ts', 'model imports nothing but model'],
    ['errors.ts', 'model/event.ts', 'errors.ts imports nothing'],
    ['telemetry/metrics.ts', 'store/open.ts', 'telemetry imports model'],
    ['config/sources.ts', 'zoho/data-center.ts', 'config imports model, errors and make-folder only'],
    ['sync/delivery/delivery.ts', 'config/sources.ts', 'config is imported by commands alone'],
    ['sync/delivery/delivery.ts', 'telemetry/logger.ts', 'telemetry is imported by commands alone'],
    ['sandbox/call/http.ts', 'zoho/request.ts', 'sandbox imports nothing of the product'],
    ['sandbox/zoho/accounts.ts', 'sandbox/ory/ory-identity.ts', "the sandbox's two halves"],
    ['sandbox/ory/ory-admin.ts', 'sandbox/world.ts', "the sandbox's two halves"],
    ['sync/decide/decide.ts', 'store/ledger.ts', 'sync/decide is pure'],
    ['sync/decide/decide.ts', 'sync/round/work/work.ts', 'sync/decide is pure'],
    [
      'commands/serve/serve.ts',
      'sandbox/sandbox.ts',
      'sandbox is imported by src/commands/sandbox/sandbox.ts alone',
    ],
    ['commands/sync/sync.ts', 'commands/backfill/backfill.ts', 'a command imports no other command'],
    ['commands/parts/member.ts', 'commands/serve/serve.ts', 'a command imports no other command'],
    ['commands/terminal/print.ts', 'commands/parts/member.ts', 'a command imports no other command'],
    ['zoho/client.ts', 'retry/retry.ts', 'every part of src/ has its place'],
  ])('%s importing %s breaks: %s', (from, to, name) => {
    const names = RULES.filter((rule) => rule.broken({ from, to })).map((rule) => rule.name);
    expect(names).toContainEqual(expect.stringContaining(name));
  });

  test('a folder with one file too many is named, and its tests do not count', () => {
    const files = Array.from({ length: MOST_FILES }, (_, number) => `sync/file-${number}.ts`);
    expect(crowded([...files, 'sync/a.test.ts', 'sync/scan/a.ts'])).toEqual([]);
    expect(crowded([...files, 'sync/one-more.ts'])).toEqual(['sync']);
  });

  test.each([
    ["import { a } from './a.ts';", ['sync/a.ts']],
    ["import type {\n  A,\n} from '../model/a.ts';", ['model/a.ts']],
    ["export * from '../zoho/a.ts';", ['zoho/a.ts']],
    ["const a = await import('../store/a.ts');", ['store/a.ts']],
    ["import '../store/a.ts';", ['store/a.ts']],
    ["import { z } from 'zod';\nimport { b } from '../store/b.ts';", ['store/b.ts']],
    ["import { z } from 'zod';", []],
  ])('%j is read as an import of %j', (text, expected) => {
    expect(importsOf('sync/here.ts', text).map(({ to }) => to)).toEqual(expected);
  });
});

/** Folders with too many files of their own. */
function crowded(files: readonly string[]): string[] {
  const folders = files
    .filter((file) => !/\.(test|suite)\.ts$/.test(file))
    .map((file) => posix.dirname(file));
  return [...new Set(folders)].filter(
    (folder) => folders.filter((other) => other === folder).length > MOST_FILES,
  );
}

/** Each half of the sandbox knows only itself and sandbox/call. */
function isKnownTo(half: string, file: string): boolean {
  return file.startsWith(half) || file.startsWith('sandbox/call/');
}

/** The first step of a path from src/: a folder, or a file beside them. */
function partOf(file: string): string {
  return file.split('/')[0] ?? file;
}

/** The folder of a command, or `parts` or `terminal`. */
function commandOf(file: string): string {
  return file.split('/')[1] ?? '';
}

function hasPlace(part: string): boolean {
  return HEIGHT[part] !== undefined || WITHOUT_HEIGHT.includes(part);
}

function importsIn(folder: string): Import[] {
  return filesIn(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .flatMap((file) => importsOf(file, readFileSync(join(folder, file), 'utf8')));
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

/** `from '…'`, `import '…'` and `import('…')` of our own files. */
function importsOf(file: string, text: string): Import[] {
  return [...text.matchAll(/(?:\bfrom\s+|\bimport\s+|\bimport\(\s*)['"](\.{1,2}\/[^'"]+)['"]/g)].map(
    ([, path = '']) => ({ from: file, to: posix.join(posix.dirname(file), path) }),
  );
}
