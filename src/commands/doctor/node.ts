import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { fail, ok } from './finding.ts';
import type { Finding } from './finding.ts';

const manifest = z.object({ engines: z.object({ node: z.templateLiteral(['>=', z.string()]) }) });

/** The running Node against the one this package asks for. */
export function checkNode(): Finding {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  const wanted = manifest.parse(JSON.parse(text)).engines.node.slice(2);
  const running = process.versions.node;
  return running.localeCompare(wanted, 'en', { numeric: true }) >= 0
    ? ok('node', running)
    : fail('node', `${running} is too old`, `Install Node ${wanted} or newer from https://nodejs.org.`);
}
