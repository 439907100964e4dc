import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Every process of the tests gets this. Node starts the same code a thousand times, and now compiles it once.
 */
export const NODE_ENVIRONMENT = {
  PATH: process.env['PATH'],
  NODE_COMPILE_CACHE: join(tmpdir(), 'ory-zoho-test-compile-cache'),
};
