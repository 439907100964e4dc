import { startSandbox } from '../src/sandbox/sandbox.ts';
import { startServe } from './e2e/processes/serve-process.ts';

/**
 * Runs serve once, to its end: Node writes what it has compiled when a process ends in order, which most of the tests' processes
 * do not. See NODE_ENVIRONMENT.
 */
export async function setup(): Promise<void> {
  const sandbox = await startSandbox();
  const serve = await startServe(sandbox);
  await serve.stop();
  await sandbox.close();
}
