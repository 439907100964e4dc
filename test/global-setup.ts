import { existsSync } from 'node:fs';
import { startSandbox } from '../src/sandbox/sandbox.ts';
import { startServe } from './e2e/processes/serve-process.ts';

const BUILT = new URL('../dist/cli.js', import.meta.url);

/**
 *
 * Runs serve once to its end. Node writes its compile cache only when a process ends by itself, which most
 * processes
 * of the tests do not do. See NODE_ENVIRONMENT.
 */
export async function setup(): Promise<void> {
  if (!existsSync(BUILT))
    throw new Error('The tests run dist/, which is missing. Run "npm run build" first.');
  const sandbox = await startSandbox();
  const serve = await startServe(sandbox);
  await serve.stop();
  await sandbox.close();
}
