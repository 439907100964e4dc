import { defineConfig } from 'vitest/config';

/** Tests that take minutes: of crashes and of the rules of delivery as a model. They run the built dist. */
// oxlint-disable-next-line import/no-default-export -- vitest asks for one
export default defineConfig({
  test: {
    include: ['test/**/*.slow.ts'],
    testTimeout: 600_000,
    hookTimeout: 60_000,
  },
});
