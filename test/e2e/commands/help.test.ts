import { expect, test } from 'vitest';
import { runCommand } from '../processes/command.ts';
import { newFolder } from '../processes/serve-process.ts';

test('the help of a command shows only defaults that mean something', async () => {
  const { stdout } = await runCommand(['sync', '--help'], { folder: newFolder() });
  expect(stdout).toContain('default: 60');
  expect(stdout).not.toMatch(/default: (false|\[\])/);
});
