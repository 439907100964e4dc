import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';

const engines = z.object({ engines: z.object({ node: z.string() }) });
const lock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      dev: z.boolean().optional(),
      engines: z.looseObject({ node: z.string().optional() }).optional(),
    }),
  ),
});

const text = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const ours = engines.parse(JSON.parse(text('package.json'))).engines.node;

/** `^22.22.2` -> `^`, [22, 22, 2] */
function parts(clause: string): { readonly sign: string; readonly version: readonly number[] } {
  const [, sign = '', version = ''] = /^([^\d]*)([\d.]+)$/.exec(clause.trim()) ?? [];
  return { sign: sign.trim(), version: [0, 1, 2].map((index) => Number(version.split('.')[index] ?? 0)) };
}

function isAtLeast(version: readonly number[], least: readonly number[]): boolean {
  const differs = version.findIndex((number, index) => number !== least[index]);
  return differs === -1 || Number(version[differs]) > Number(least[differs]);
}

/** Whether a range such as `^22.22.2 || >=24` includes this version. */
function hasVersion(range: string, version: readonly number[]): boolean {
  return range.split('||').some((clause) => {
    const { sign, version: least } = parts(clause);
    return isAtLeast(version, least) && (sign === '>=' || sign === '>' || version[0] === least[0]);
  });
}

test('every package that is installed with ory-zoho works with each Node that package.json allows', () => {
  const { packages } = lock.parse(JSON.parse(text('package-lock.json')));
  const oldest = ours.split('||').map((clause) => parts(clause).version);
  const refusing = Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && dev !== true)
    .map(([path, found]) => [path, found.engines?.node ?? '*'] as const)
    .filter(
      ([, range]) => /^[\d^>=|. ]+$/.test(range) && oldest.some((version) => !hasVersion(range, version)),
    );
  expect(refusing).toEqual([]);
});

test.each(['README.md', 'CONTRIBUTING.md', 'docs/deploy.md', 'bin/ory-zoho.js'])(
  '%s names the oldest Node that package.json allows',
  (path) => {
    expect(text(path)).toContain(`Node ${parts(ours.split('||')[0] ?? '').version.join('.')}`);
  },
);
