import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const BIN = fileURLToPath(new URL('../../bin/ory-zoho.js', import.meta.url));

/** Writes each module that is loaded to stderr. */
const TELL = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({ load: (url, context, next) => (process._rawDebug('loads ' + url), next(url, context)) });
`)}`;

/** The packages that a command loads, once each. */
function packagesOf(...args: string[]): string[] {
  const { stderr, status } = spawnSync(process.execPath, ['--import', TELL, BIN, ...args], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });
  expect(status).toBe(0);
  const names = [...stderr.matchAll(/^loads file:.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)];
  return [...new Set(names.map(([, name = '']) => name))].toSorted();
}

// Each of zod, undici, express, conf, prompts and pg takes longer than Node's own start.
test.each([['--help'], ['--version'], ['init --help'], ['serve --help'], ['failed list --help']])(
  '%s answers at once, because it loads only the package for flags',
  (args) => {
    expect(packagesOf(...args.split(' '))).toEqual(['commander']);
  },
);
