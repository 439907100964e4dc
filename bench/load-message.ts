import { z } from 'zod';

/** What the load process is asked to do. */
export const loadSchema = z.object({
  port: z.number(),
  path: z.string(),
  secret: z.string(),
  connections: z.number(),
  requests: z.number(),
  /** The number of the first sign-up. */
  first: z.number(),
});
export type Load = z.infer<typeof loadSchema>;

/** What came of it. */
export const loadedSchema = z.object({
  seconds: z.number(),
  /** Of each answered request, ms. */
  latencies: z.array(z.number()),
  /** Answers other than 200. */
  refused: z.number(),
});
export type Loaded = z.infer<typeof loadedSchema>;
