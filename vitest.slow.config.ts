import { defineConfig } from 'vitest/config';

/** Where CI wants the results as JSON, to count them. */
const report = process.env['TEST_REPORT'];

/**
 * Tests that take minutes: of crashes, of replicas, of the rules of delivery as a model; and the stories that `npm test` tells
 * under some circumstances, under all of them. They run the built dist.
 */
// oxlint-disable-next-line import/no-default-export -- vitest asks for one
export default defineConfig({
  test: {
    include: ['test/**/*.slow.ts', 'test/e2e/conflicts/*.test.ts', 'test/e2e/adopt-unverified.test.ts'],
    env: { EVERY_CIRCUMSTANCE: 'yes' },
    globalSetup: 'test/global-setup.ts',
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    testTimeout: 600_000,
    hookTimeout: 60_000,
  },
});
