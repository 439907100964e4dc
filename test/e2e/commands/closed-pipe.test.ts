import { expect, test } from 'vitest';
import { runCommand } from '../processes/command.ts';
import { newFolder } from '../processes/serve-process.ts';

test('a reader that goes away, as `head` does, is no crash: the command ends as it would have', async () => {
  const { stderr } = await runCommand(['config', 'show'], {
    folder: newFolder(),
    through: ['sh', '-c', '{ "$@"; echo "exit $?" >&2; } | true', 'sh'],
  });
  expect(stderr).toBe('exit 0\n');
});
