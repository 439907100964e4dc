import { afterEach, expect, test, vi } from 'vitest';
import { readProfile, saveProfile } from './profile.ts';

afterEach(() => vi.unstubAllEnvs());

test('a profile whose folder cannot be created is refused at once when written, and reads as empty', async () => {
  vi.stubEnv('XDG_CONFIG_HOME', '/proc/nowhere');
  await expect(saveProfile({ PORT: '1' })).rejects.toMatchObject({ code: 'profile', exitCode: 2 });
  expect(await readProfile()).toEqual({});
});
