/** Rule 9: a clock that was set back. */
import { expect, test } from 'vitest';
import { connectionTo, runCommand } from '../processes/command.ts';
import { eventually } from '../processes/serve-process.ts';
import type { ServeProcess } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

const HOUR = 3_600_000;

/** Everything in the store was written by a clock that was an hour ahead. */
function setClockBack(serve: ServeProcess): void {
  serve.change(`UPDATE outbox SET put_at = put_at + ${HOUR}, due_at = due_at + ${HOUR}`);
  serve.change(`UPDATE process SET started_at = started_at + ${HOUR}, beat_at = beat_at + ${HOUR}`);
  serve.change(`UPDATE store SET served_at = served_at + ${HOUR}`);
}

test.each([
  ['while serve runs', false],
  ['while it was off, as before NTP at a boot', true],
])('a clock set back %s keeps no sign-up waiting, and no age is negative', async (_when, restart) => {
  const sandbox = await aSandbox();
  const first = await aServe(sandbox);
  await sandbox.control.setDown(true);
  const identity = await sandbox.control.createIdentity({ traits: { email: 'ann@example.org' } });
  await first.send(identity, 'registration');
  await first.logged((line) => line.msg.startsWith('delivery paused'));
  if (restart) await first.stop();
  setClockBack(first);
  const variables = connectionTo(sandbox, first.folder);
  const { stdout } = await runCommand(['status', '--json'], { folder: first.folder, variables });
  const status: { outbox: { oldest_seconds: number } } = JSON.parse(stdout);
  expect(status.outbox.oldest_seconds).toBeGreaterThanOrEqual(0);
  await sandbox.control.setDown(false);
  const serve = restart ? await aServe(sandbox, { folder: first.folder }) : first;
  await serve.logged((line) => line.msg.startsWith('the clock of the store was set back'));
  await eventually(async () => (await sandbox.control.contacts()).length === 1);
});
