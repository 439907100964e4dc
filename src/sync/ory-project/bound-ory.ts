import { ConfigurationError } from '../../errors.ts';
import type { ListedSchemas } from '../../ory/admin/schemas.ts';
import type { World } from '../../model/world.ts';
import type { Reporter } from '../../model/report.ts';
import type { OryAdminClient, StrongRead } from '../../ory/admin/admin-client.ts';
import type { OryFailure } from '../../ory/admin/admin-answer.ts';
import type { IdentifierSearch } from '../../ory/admin/find-identity.ts';
import type { ListedPage } from '../../ory/admin/list-page.ts';
import { readBoundOry, rebindOry } from '../../store/binding.ts';
import type { Store } from '../../store/open.ts';
import { unlessAborted } from '../pace/unless-aborted.ts';
import { differenceText, likenessOf } from './same-project.ts';

/** After a failed request, Ory is not asked again for this long. */
const AGAIN_AFTER_MS = 2_000;

export interface BoundOryOptions {
  readonly store: Store;
  readonly ory: OryAdminClient;
  /** Normalized by `normalAdminUrl`. */
  readonly adminUrl: string;
  /** Called once the store is bound to this address. */
  readonly rebound: (from: string) => void;
  /** For forecasts: nothing is written. Another address of the same project is used without binding it. */
  readonly readOnly?: boolean;
}

/**
 * The admin API of the project that the store belongs to. If the address differs from the bound one, reads
 * wait until Ory has proved that it is the same project. Then the store is bound to the new address.
 */
export class BoundOry implements OryAdminClient {
  readonly #options: BoundOryOptions;
  readonly #closed = new AbortController();
  #bound = false;
  #checking: Promise<OryFailure | undefined> | undefined;
  #failure: { readonly failure: OryFailure; readonly until: number } | undefined;

  constructor(options: BoundOryOptions) {
    this.#options = options;
  }

  /**
   * Checks whether reads are allowed.
   * @returns why they are not yet, because Ory does not answer; undefined if they are
   * @throws ConfigurationError if Ory answers and it is another project; the signal's reason once it is
   * aborted
   */
  async check(signal: AbortSignal): Promise<OryFailure | undefined> {
    if (this.#bound) return undefined;
    const known = this.#failure;
    if (known !== undefined && this.#options.store.world.ticks() < known.until) return known.failure;
    signal.throwIfAborted();
    if (this.#checking === undefined) {
      this.#checking = this.#ask().finally(() => (this.#checking = undefined));
      // All callers that wait get this error. If all of them were aborted, it would be unhandled.
      this.#checking.catch(() => {});
    }
    return unlessAborted(this.#checking, signal);
  }

  async #ask(): Promise<OryFailure | undefined> {
    const { store, ory, adminUrl, rebound, readOnly = false } = this.#options;
    const from = await readBoundOry(store);
    if (from === null || from === adminUrl) return this.#open();
    const likeness = await likenessOf(store, ory, this.#closed.signal);
    if (likeness.kind === 'other') throw anotherProject(from, adminUrl, differenceText(likeness));
    if (likeness.kind === 'failed') {
      const ms = Math.max(AGAIN_AFTER_MS, likeness.waitMs ?? 0);
      this.#failure = { failure: { ...likeness, waitMs: ms }, until: this.#options.store.world.ticks() + ms };
      return this.#failure.failure;
    }
    if (!readOnly && (await rebindOry(store, from, adminUrl))) rebound(from);
    return this.#open();
  }

  #open(): undefined {
    this.#bound = true;
  }

  async readByIds(ids: readonly string[], signal: AbortSignal): Promise<StrongRead> {
    const failure = await this.check(signal);
    return failure === undefined
      ? this.#options.ory.readByIds(ids, signal)
      : { ...failure, found: new Map(), gone: new Set() };
  }

  async page(token: string | undefined, signal: AbortSignal): Promise<ListedPage> {
    return (await this.check(signal)) ?? this.#options.ory.page(token, signal);
  }

  async findByIdentifier(identifier: string, signal: AbortSignal): Promise<IdentifierSearch> {
    return (await this.check(signal)) ?? this.#options.ory.findByIdentifier(identifier, signal);
  }

  /** Has no data of an identity, so it needs no check. */
  version(signal: AbortSignal): Promise<string | undefined> {
    return this.#options.ory.version(signal);
  }

  schemas(signal: AbortSignal): Promise<ListedSchemas> {
    return this.#options.ory.schemas(signal);
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#options.ory.close();
  }
}

function anotherProject(from: string, to: string, difference: string): ConfigurationError {
  return new ConfigurationError(
    'store_of_another',
    `This store belongs to another Ory project: ${from}, not ${to}. ${difference}.`,
    {
      hint: `If it is the same project all the same, run \`ory-zoho init --rebind\`. If it is not, point DATABASE_URL to its own store.`,
    },
  );
}

/**
 * Waits until reads are allowed, and reports while they are not.
 * @throws what `check` throws
 */
export async function untilBound(
  ory: BoundOry,
  { report, world }: { readonly report: Reporter; readonly world: World },
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const failure = await ory.check(signal);
    if (failure === undefined) break;
    const { reason, message, waitMs = AGAIN_AFTER_MS } = failure;
    report({ what: 'reads_paused', reason, message, ms: waitMs });
    await world.sleep(waitMs, signal);
  }
  report({ what: 'reads_answered', confirmed: false });
}
