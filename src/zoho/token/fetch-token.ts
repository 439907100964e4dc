import type { World } from '../../model/world.ts';
import type { CallFailure } from '../../model/zoho-answer.ts';
import type { ZohoHosts } from '../data-center.ts';
import { apiDomainFits } from '../data-center.ts';
import type { Http } from '../request.ts';
import type { ZohoLog } from '../zoho-log.ts';
import { HoldOff } from './hold-off.ts';
import type { ZohoCredentials } from './refresh-token.ts';
import { requestAccessToken } from './refresh-token.ts';
import type { SharedTokenRow } from './shared-token-row.ts';
import type { TokenAnswer } from './token-answer.ts';
import type { NotDone } from './token-failure.ts';
import { CUT, deadConnection, tooManyTokens, wrongDataCenter } from './token-failure.ts';
import type { TokenStep } from './token-row.ts';
import { dead, nextStep, released, throttled, withToken } from './token-row.ts';

const POLL_MS = 100;
const WRONG_DATA_CENTER_HOLD_MS = 600_000;
/**
 * An operator can correct a refused client in Zoho's console. After a refused refresh token the pause is
 * longer (`nextStep`).
 */
const DEAD_MS = 600_000;

/** A token that may be used, and whether Zoho has accepted it for a call. */
export type UsableToken = Extract<TokenStep, { readonly kind: 'use' }>;

export interface TokenFetcherOptions {
  readonly hosts: ZohoHosts;
  readonly credentials: ZohoCredentials;
  readonly http: Http;
  /** Aborts when the client is being closed, so that nothing waits any longer. */
  readonly closing: AbortSignal;
  readonly world: World;
  readonly log: ZohoLog;
}

interface OnHold {
  readonly kind: 'on_hold';
  readonly failure: NotDone;
}

/** Gets the token of one connection from the shared row, or from Zoho if it is this process's turn to ask. */
export class TokenFetcher {
  readonly #options: TokenFetcherOptions;
  readonly #row: SharedTokenRow;
  readonly #holdOff: HoldOff;
  readonly #process: string;
  /** Zoho refused the client of this process. It asks again after this time. */
  #deadUntil = 0;
  /** Since this process started, Zoho has refused the client or the refresh token. */
  #wasTold = false;
  #asked = { granted: 0, failed: 0 };

  constructor(options: TokenFetcherOptions, row: SharedTokenRow) {
    this.#options = options;
    this.#row = row;
    this.#process = options.world.uuid();
    this.#holdOff = new HoldOff(() => options.world.now());
  }

  /** How often this process asked for a token, and with what result. */
  get asked(): { readonly granted: number; readonly failed: number } {
    return this.#asked;
  }

  /** Must not be called twice at the same time. */
  async fetch(): Promise<UsableToken | CallFailure> {
    while (!this.#options.closing.aborted) {
      const step = await this.#nextStep();
      switch (step.kind) {
        case 'use':
          return step;
        case 'dead':
          return deadConnection(step.code);
        case 'throttled':
          return tooManyTokens(step.waitMs);
        case 'on_hold':
          return step.failure;
        case 'refresh':
          return this.#refresh();
        case 'wait':
          await this.#otherProcess(step.waitMs);
      }
    }
    return CUT;
  }

  #nextStep(): Promise<TokenStep | OnHold> {
    const process = {
      name: this.#process,
      sawDead: this.#deadUntil > this.#options.world.now(),
      wasTold: this.#wasTold,
    };
    const { failure } = this.#holdOff;
    return this.#row.step<TokenStep | OnHold>((row, now) => {
      const step = nextStep(row, this.#row.tokenIn(row), now, process);
      if (step.kind !== 'refresh') return { result: step };
      return failure === undefined
        ? { result: step, row: step.row }
        : { result: { kind: 'on_hold', failure } };
    });
  }

  /** Waits until the process that fetches a token has released its lease, or until its time is over. */
  async #otherProcess(waitMs: number): Promise<void> {
    const { closing, world } = this.#options;
    const until = world.ticks() + waitMs;
    do {
      await world.sleep(POLL_MS);
    } while (!closing.aborted && world.ticks() < until && (await this.#row.isRefreshing()));
  }

  async #refresh(): Promise<UsableToken | CallFailure> {
    const { hosts, credentials, http, closing, log } = this.#options;
    const answer = await requestAccessToken(http, hosts, credentials, closing);
    this.#asked[answer.kind === 'token' ? 'granted' : 'failed'] += 1;
    switch (answer.kind) {
      case 'token':
        if (answer.apiDomain !== undefined && !apiDomainFits(answer.apiDomain, hosts)) {
          return this.#failed(wrongDataCenter(answer.apiDomain, hosts), WRONG_DATA_CENTER_HOLD_MS);
        }
        return this.#keep(answer);
      case 'throttled': {
        const waitMs = await this.#row.step((row, now) => {
          const next = throttled(row, now);
          return { result: next.blockedUntil - now, row: next };
        });
        return tooManyTokens(waitMs);
      }
      case 'dead':
        this.#deadUntil = this.#options.world.now() + DEAD_MS;
        this.#wasTold = true;
        await this.#row.step((row, now) => ({ result: true, row: dead(row, answer.code, now) }));
        log.warn({ code: answer.code }, 'Zoho refuses the connection');
        return deadConnection(answer.code);
      case 'unavailable':
        return this.#failed({ kind: 'not_done', pause: 'zoho_unavailable', message: answer.message });
      case 'network': {
        const failure: NotDone = { kind: 'not_done', pause: 'network', message: answer.message };
        if (answer.mayHaveArrived) return this.#failed(failure);
        await this.#release(false);
        return failure;
      }
      case 'aborted':
        break;
    }
    await this.#release(true);
    return CUT;
  }

  async #keep(answer: Extract<TokenAnswer, { kind: 'token' }>): Promise<UsableToken | CallFailure> {
    this.#holdOff.succeeded();
    const sealed = this.#row.seal(answer.accessToken);
    const { expiresAt } = await this.#row.step((row, now) => {
      const next = withToken(row, sealed, answer.lifetimeMs, now);
      return { result: next, row: next };
    });
    this.#options.log.info({ expiresAt: new Date(expiresAt).toISOString() }, 'Got an access token from Zoho');
    return { kind: 'use', token: answer.accessToken, expiresAt, accepted: false };
  }

  async #failed(failure: NotDone, holdMs?: number): Promise<NotDone> {
    const held = this.#holdOff.failed(failure, holdMs);
    await this.#release(true);
    return held;
  }

  async #release(counts: boolean): Promise<void> {
    await this.#row.step((row) => ({ result: true, row: released(row, this.#process, counts) }));
  }
}
