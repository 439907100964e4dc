import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { fail, ok } from '../parts/findings/finding.ts';
import type { Finding } from '../parts/findings/finding.ts';
import { isInRange } from './version-range.ts';

const manifest = z.object({ engines: z.object({ node: z.string() }) });

/** Checks that this package supports the running Node. */
export function checkNode(): Finding {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  const wanted = manifest.parse(JSON.parse(text)).engines.node;
  const running = process.versions.node;
  return isInRange(running, wanted)
    ? ok('node', running)
    : fail(
        'node',
        `${running} is not supported (${wanted})`,
        'Install the newest LTS of Node from https://nodejs.org.',
      );
}
