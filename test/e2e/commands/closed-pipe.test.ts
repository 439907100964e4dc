import { expect, test } from 'vitest';
import { runCommand } from '../processes/command.ts';
import { newFolder } from '../processes/serve-process.ts';

test('when its reader goes away, as `head` does, a command ends as usual and does not crash', async () => {
  const { stderr } = await runCommand(['config', 'show'], {
    folder: newFolder(),
    through: ['sh', '-c', '{ "$@"; echo "exit $?" >&2; } | true', 'sh'],
  });
  expect(stderr).toBe('exit 0\n');
});
