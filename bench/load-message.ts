import { z } from 'zod';

/** The request to the load process. */
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

/** Its answer. */
export const loadedSchema = z.object({
  seconds: z.number(),
  /** The latency of each answered request, in ms. */
  latencies: z.array(z.number()),
  /** How many answers were not 200. */
  refused: z.number(),
});
export type Loaded = z.infer<typeof loadedSchema>;
