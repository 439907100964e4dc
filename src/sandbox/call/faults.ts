import { z } from 'zod';
import type { OperationName } from './operation.ts';
import { OPERATIONS } from './operation.ts';

const effectSchema = z
  .strictObject({
    /** This status is the answer, and nothing is committed. */
    status: z.int().optional(),
    body: z.string().optional(),
    contentType: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    /** Waits this long before doing anything. */
    latencyMs: z.number().optional(),
    /** Commits, sends the headers and half of the body, and sends the rest after this time. */
    stallMs: z.number().optional(),
    /** Destroys the socket instead of answering. */
    cut: z.enum(['before_commit', 'after_commit']).optional(),
    /** Commits, but `data[]` lacks its last n items. */
    shortData: z.int().positive().optional(),
    /** Answers with one of the two 429s. Nothing is committed. */
    tooMany: z.enum(['concurrency', 'credits']).optional(),
    unauthorized: z.enum(['INVALID_TOKEN', 'AUTHENTICATION_FAILURE', 'OAUTH_SCOPE_MISMATCH']).optional(),
    /** Answers with a gateway's HTML page and status 502. Nothing is committed. */
    html502: z.literal(true).optional(),
    /** Commits, but the body of the 200 is not JSON. */
    garbage2xx: z.literal(true).optional(),
    /** Commits, then answers with this status and INTERNAL_ERROR. */
    statusAfterCommit: z.int().optional(),
    /** Records that have the field (or contain the text) get this error. */
    refuseField: z
      .strictObject({ apiName: z.string(), code: z.string(), containing: z.string().optional() })
      .optional(),
    /** Commits, then answers with the usual items under HTTP 202. */
    status202: z.literal(true).optional(),
    /** Keeps the request open until `release(id)`, either before or after it commits. */
    hold: z.enum(['before_commit', 'after_commit']).optional(),
  })
  .refine((effect) => Object.keys(effect).length > 0, 'a fault needs an effect');

export const faultSchema = z.strictObject({
  on: z
    .strictObject({ operation: z.enum(OPERATIONS).optional(), containing: z.string().optional() })
    .default({}),
  /** How many calls the fault applies to. */
  times: z.union([z.int().positive(), z.literal('always')]).default(1),
  /** How many matching calls pass before the fault applies. */
  after: z.int().nonnegative().default(0),
  effect: effectSchema,
});

export type FaultEffect = z.infer<typeof effectSchema>;
/** A fault as requested: which calls it applies to, how often, and what happens to them. */
export type FaultInput = z.input<typeof faultSchema>;
export type Fault = z.infer<typeof faultSchema> & { readonly id: string };

interface Active {
  readonly fault: Fault;
  skipped: number;
  used: number;
}

/**
 * Why a held call continues: it was released, or the sandbox closes and the call must not commit any more.
 */
export type Released = 'released' | 'closing';

/** The faults that are set, and the calls that they hold. */
export class Faults {
  readonly #active = new Map<string, Active>();
  readonly #held = new Map<string, Set<(why: Released) => void>>();
  readonly #waiting = new Map<string, Set<() => void>>();
  #lastId = 0;

  add(input: FaultInput): string {
    const id = `fault-${++this.#lastId}`;
    this.#active.set(id, { fault: { ...faultSchema.parse(input), id }, skipped: 0, used: 0 });
    return id;
  }

  remove(id: string): boolean {
    this.release(id);
    return this.#active.delete(id);
  }

  /** Removes all faults. Held calls end without a commit. */
  clear(): void {
    for (const id of this.#held.keys()) this.release(id, 'closing');
    this.#active.clear();
  }

  list(): readonly (Fault & { readonly used: number })[] {
    return [...this.#active.values()].map(({ fault, used }) => ({ ...fault, used }));
  }

  /**
   * The first fault that applies to this call; this use is counted. `text` is the path with its query, and
   * the body.
   */
  take(operation: OperationName, text: string): Fault | undefined {
    for (const active of this.#active.values()) {
      const { on, times, after } = active.fault;
      if (times !== 'always' && active.used >= times) continue;
      if (on.operation !== undefined && on.operation !== operation) continue;
      if (on.containing !== undefined && !text.includes(on.containing)) continue;
      if (active.skipped < after) {
        active.skipped += 1;
        continue;
      }
      active.used += 1;
      return active.fault;
    }
    return undefined;
  }

  /** Resolves when the fault is released or removed, or the sandbox closes. */
  hold(id: string): Promise<Released> {
    const { promise, resolve } = Promise.withResolvers<Released>();
    const held = this.#held.get(id) ?? new Set();
    this.#held.set(id, held.add(resolve));
    for (const wake of this.#waiting.get(id) ?? []) wake();
    this.#waiting.delete(id);
    return promise;
  }

  /** Resolves as soon as the fault holds a call. */
  waitForHeld(id: string): Promise<void> {
    if (this.#held.has(id)) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, waiting.add(resolve));
    return promise;
  }

  /** Releases all calls that the fault holds. Returns how many there were. */
  release(id: string, why: Released = 'released'): number {
    const held = this.#held.get(id);
    this.#held.delete(id);
    for (const go of held ?? []) go(why);
    return held?.size ?? 0;
  }

  close(): void {
    for (const id of this.#held.keys()) this.release(id, 'closing');
    for (const waiting of this.#waiting.values()) for (const wake of waiting) wake();
    this.#waiting.clear();
  }
}
