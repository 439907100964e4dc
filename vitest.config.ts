import { defineConfig } from 'vitest/config';

/** Where CI wants the results as JSON, to count them. */
const report = process.env['TEST_REPORT'];

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: 'test/global-setup.ts',
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    // More than there are cores: most tests wait for processes, timers and disks.
    maxWorkers: 4,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The default of one second is a timed assertion on a busy machine.
    expect: { poll: { timeout: 30_000 } },
  },
});
