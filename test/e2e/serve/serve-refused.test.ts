import { expect, test } from 'vitest';
import { aRefusedServe, aSandbox, aServe } from '../processes/setup.ts';

test('a port in use: exit 1, because it may become free, and the hint names --port', async () => {
  const sandbox = await aSandbox();
  const first = await aServe(sandbox);
  const serve = aRefusedServe(sandbox, { variables: { PORT: new URL(first.url).port } });
  expect(await serve.exited()).toBe(1);
  expect(serve.stderr).toContain('--port');
});

test('an address that this machine does not have: exit 1, because it may come, and the hint names --host', async () => {
  const sandbox = await aSandbox();
  const serve = aRefusedServe(sandbox, { variables: { HOST: '192.0.2.1' } });
  expect(await serve.exited()).toBe(1);
  expect(serve.stderr).toContain('--host');
});
