import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...inFolder('docs', /\.md$/)];
/** Files that refer to pages of the documentation: messages, settings and examples. */
const OTHERS = [
  '.env.example',
  ...['src', 'deploy', 'examples', 'jsonnet'].flatMap((folder) => inFolder(folder, /./)),
];

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const isThere = (path: string) => existsSync(join(ROOT, path));

describe('Every link has a target', () => {
  test.each(PAGES)('%s', (page) => {
    expect(linksOf(page, read(page)).filter(leadsNowhere)).toEqual([]);
  });

  test.each(OTHERS.filter((path) => /docs\/[a-z-]+\.md/.test(read(path))))('%s', (path) => {
    const named = [...read(path).matchAll(/\bdocs\/[a-z-]+\.md(?:#[a-z0-9_-]+)?/g)].map(([link]) => link);
    expect(named.filter(leadsNowhere)).toEqual([]);
  });
});

describe('Every source file that a page names exists', () => {
  test.each(PAGES.filter((page) => page !== 'CHANGELOG.md'))('%s', (page) => {
    const missing = pathsIn(read(page)).filter(
      (path) => !['', 'src/', 'test/'].some((root) => isThere(root + path)),
    );
    expect(missing).toEqual([]);
  });
});

describe('A broken link is named', () => {
  test.each([
    ['[a](nowhere.md)', ['docs/nowhere.md']],
    ['[a](mapping.md#no-such-heading)', ['docs/mapping.md#no-such-heading']],
    ['[a](#no-such-heading)', ['docs/webhook.md#no-such-heading']],
    ['[a](mapping.md) [b](https://www.ory.sh/nowhere) [c](../README.md)', []],
    ['```\n[a](nowhere.md)\n```', []],
  ])('%j', (text, expected) => {
    expect(linksOf('docs/webhook.md', text).filter(leadsNowhere)).toEqual(expected);
  });

  test.each([
    ['`sync/nowhere.ts` and `src/cli.ts`', ['sync/nowhere.ts', 'src/cli.ts']],
    ['`serve` `a/b` `you/mapping.yaml`', []],
  ])('%j names %j', (text, expected) => {
    expect(pathsIn(text)).toEqual(expected);
  });

  test.each([
    ['## Who may reach it?', 'who-may-reach-it'],
    ['### `adopt: fill`', 'adopt-fill'],
    ['## Ory at another address', 'ory-at-another-address'],
    ['### 12. Settle is one transaction', '12-settle-is-one-transaction'],
  ])('%j has the anchor %j', (heading, anchor) => {
    expect(anchorsOf(heading)).toEqual([anchor]);
  });
});

/** The targets of a page's links, relative to the root, without links to the web. */
function linksOf(page: string, text: string): string[] {
  return [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) =>
      link.startsWith('#') ? `${page}${link}` : posix.normalize(posix.join(posix.dirname(page), link)),
    );
}

function leadsNowhere(link: string): boolean {
  const [path = '', anchor] = link.split('#');
  if (!isThere(path)) return true;
  return anchor !== undefined && !anchorsOf(read(path)).includes(anchor);
}

/** The anchors of headings, as GitHub makes them. */
function anchorsOf(text: string): string[] {
  const headings = [...prose(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return headings.map((anchor, at) => {
    const before = headings.slice(0, at).filter((other) => other === anchor).length;
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}

/** Paths of source files in backticks. */
function pathsIn(text: string): string[] {
  return [...prose(text).matchAll(/`([\w.-]+(?:\/[\w.-]+)+\.(?:ts|sql|md|jsonnet))`/g)].map(
    ([, path = '']) => path,
  );
}

/** The text without its code blocks. */
function prose(text: string): string {
  return text.replaceAll(/^\s*```.*?^\s*```/gms, '');
}

function inFolder(folder: string, name: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length));
}
