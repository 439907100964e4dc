import { globSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** Where CI wants the results as JSON, to count them. */
const report = process.env['TEST_REPORT'];

/** Files whose stories `npm test` tells under some circumstances only (test/circumstances.ts). */
const underSome = globSync('test/e2e/**/*.test.ts').filter((file) =>
  /circumstances\.ts|\b(isTold|CONNECTIONS|LOOKING)\b/.test(readFileSync(file, 'utf8')),
);

/**
 * Tests that take minutes: of crashes, of replicas, of the rules of delivery as a model; and stories under every circumstance
 * that they could depend on. They run the built dist.
 */
// oxlint-disable-next-line import/no-default-export -- vitest asks for one
export default defineConfig({
  test: {
    include: ['test/**/*.slow.ts', ...underSome],
    env: { EVERY_CIRCUMSTANCE: 'yes' },
    globalSetup: 'test/global-setup.ts',
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    maxWorkers: 2,
    testTimeout: 600_000,
    hookTimeout: 60_000,
  },
});
