import { afterEach } from 'vitest';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import type { Sandbox, SandboxOptions } from '../../../src/sandbox/sandbox.ts';
import { ServeProcess, startServe } from './serve-process.ts';
import type { ServeOptions } from './serve-process.ts';
import { OPEN_PROJECT } from '../../fixtures/ory/open-project.ts';

const running: { sandboxes: Sandbox[]; serves: ServeProcess[] } = { sandboxes: [], serves: [] };

/** A sandbox that ends with the test, which then checks that no request violated Zoho's specification. */
export async function aSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ ...OPEN_PROJECT, ...options });
  running.sandboxes.push(sandbox);
  return sandbox;
}

/** A serve that ends with the test. */
export async function aServe(sandbox: Sandbox, options: ServeOptions = {}): Promise<ServeProcess> {
  const serve = await startServe(sandbox, options);
  running.serves.push(serve);
  return serve;
}

/** A serve that is expected not to start. It ends with the test too, but its start is not waited for. */
export function aRefusedServe(sandbox: Sandbox, options: ServeOptions = {}): ServeProcess {
  const serve = new ServeProcess(sandbox, options);
  running.serves.push(serve);
  return serve;
}

afterEach(async () => {
  const violations = await Promise.all(running.sandboxes.map((sandbox) => sandbox.control.violations()));
  await Promise.all(running.serves.splice(0).map((serve) => serve.kill()));
  await Promise.all(running.sandboxes.splice(0).map((sandbox) => sandbox.close()));
  const broken = violations.flat();
  if (broken.length > 0)
    throw new Error(`Zoho's specification was broken: ${JSON.stringify(broken, null, 1)}`);
});
