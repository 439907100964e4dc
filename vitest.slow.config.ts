import { defineConfig } from 'vitest/config';

/** Where CI wants the results as JSON, to count them. */
const report = process.env['TEST_REPORT'];

/** Tests that take minutes: of crashes, of replicas, of the rules of delivery as a model. They run the built dist. */
// oxlint-disable-next-line import/no-default-export -- vitest asks for one
export default defineConfig({
  test: {
    include: ['test/**/*.slow.ts'],
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    testTimeout: 600_000,
    hookTimeout: 60_000,
  },
});
