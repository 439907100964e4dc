import { StoreError } from '../../errors.ts';
import type { Event } from '../../model/event.ts';
import type { Identity } from '../../model/identity.ts';
import type { Reporter } from '../../model/report.ts';
import type { Store } from '../../store/open.ts';
import type { MergeRules, PutEntry } from '../../store/outbox/put/put-entry.ts';
import type { PutResult } from '../../model/outcome.ts';
import { PUT_AT_MOST, put } from '../../store/outbox/put/put.ts';
import { snapshotOf } from './snapshot.ts';

/** If more than this waits for the disk, a request is turned away at once (rule 30). */
const WAITING_AT_MOST = 1_000;
const WAITING_BYTES_AT_MOST = 16 * 1024 * 1024;
/** In bytes: the maximum output of Ory's Jsonnet (Ory Kratos, output limit of a template). */
export const LARGEST_WEBHOOK = 256 * 1024;
const GROUPS_AT_MOST = 4;

interface Waiting {
  readonly entry: PutEntry;
  readonly resolve: (result: PutResult) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Stores identities durably. A sync of the disk takes milliseconds, so identities that come at the same time
 * share a transaction. A turn of the event loop accepts only one new connection. So a group collects for as
 * long as turns bring more, but no longer than the last commit took. That at most doubles the wait.
 */
export class Intake {
  readonly #store: Store;
  readonly #rules: MergeRules;
  readonly #keepsSignIn: boolean;
  readonly #report: Reporter;
  readonly #wake: () => void;
  #waiting: Waiting[] = [];
  #count = 0;
  #bytes = 0;
  #gathering = false;
  #underWay = 0;
  #lastCommitMs = 0;

  /**
   * @param keepsSignIn whether the mapping uses the time of the last sign-in; otherwise a login with no other
   * change counts as the same data
   * @param wake called after each commit, because a row may be due
   */
  constructor(options: {
    store: Store;
    rules: MergeRules;
    keepsSignIn: boolean;
    report: Reporter;
    wake: () => void;
  }) {
    this.#keepsSignIn = options.keepsSignIn;
    this.#store = options.store;
    this.#rules = options.rules;
    this.#report = options.report;
    this.#wake = options.wake;
  }

  /**
   * Resolves once the identity is committed, or brings nothing new.
   * @throws StoreError: nothing was stored, and the sender should try again
   */
  async put(identity: Identity, event: Event): Promise<PutResult> {
    const { signed_in_at: _, ...withoutSignIn } = identity;
    const kept = this.#keepsSignIn ? identity : withoutSignIn;
    const entry = snapshotOf(kept, event, this.#store.hmac);
    const bytes = Buffer.byteLength(entry.payload);
    this.admit(bytes);
    this.#count += 1;
    this.#bytes += bytes;
    try {
      const result = await new Promise<PutResult>((resolve, reject) => {
        this.#waiting.push({ entry, resolve, reject });
        this.#flushSoon();
      });
      this.#report({ what: 'put', identityId: identity.id, event, result });
      return result;
    } finally {
      this.#count -= 1;
      this.#bytes -= bytes;
    }
  }

  /**
   * Also called before a body is read, so that a webhook that is turned away takes no memory.
   * @throws StoreError if no more may wait
   */
  admit(bytes = LARGEST_WEBHOOK): void {
    if (this.#count < WAITING_AT_MOST && this.#bytes + bytes <= WAITING_BYTES_AT_MOST) return;
    throw new StoreError('busy', 'More webhooks arrive than the disk can store.', {
      hint: 'Ory tries again by itself. A faster disk helps.',
    });
  }

  #flushSoon(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    const until = this.#store.world.ticks() + this.#lastCommitMs;
    let before = 0;
    const turn = () => {
      const now = this.#waiting.length;
      if (now > before && now < PUT_AT_MOST && this.#store.world.ticks() < until) {
        before = now;
        this.#store.world.soon(turn);
        return;
      }
      this.#gathering = false;
      this.#flush();
    };
    this.#store.world.soon(turn);
  }

  /** Groups are sent as they come. The store takes them one after the other. */
  #flush(): void {
    while (this.#waiting.length > 0 && this.#underWay < GROUPS_AT_MOST) {
      const group = this.#waiting.splice(0, PUT_AT_MOST);
      this.#underWay += 1;
      void this.#commit(group).finally(() => {
        this.#underWay -= 1;
        this.#wake();
        this.#flush();
      });
    }
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    const began = this.#store.world.ticks();
    try {
      const results = await put(
        this.#store,
        group.map(({ entry }) => entry),
        this.#rules,
      );
      this.#lastCommitMs = this.#store.world.ticks() - began;
      for (const [index, result] of results.entries()) group[index]?.resolve(result);
    } catch (error) {
      const busy = error instanceof StoreError && error.kind === 'busy';
      // The requests behind this group have waited just as long, and would only wait as long again.
      const turnedAway = busy ? [...group, ...this.#waiting.splice(0)] : group;
      if (busy || group.length === 1) for (const { reject } of turnedAway) reject(error);
      // One bad entry must not fail the others, so each gets its own try and its own answer.
      else for (const one of group) await this.#commit([one]);
    }
  }
}
