import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What every process of the tests gets, whatever else it has: Node starts the same code a thousand times, and compiles it once. */
export const NODE_ENVIRONMENT = {
  PATH: process.env['PATH'],
  NODE_COMPILE_CACHE: join(tmpdir(), 'ory-zoho-test-compile-cache'),
};
