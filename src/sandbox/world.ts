import type { Accounts } from './zoho/accounts.ts';
import type { RecordStore } from './zoho/records/record-store.ts';
import type { Faults } from './call/faults.ts';
import type { OryProject } from './ory/ory-console.ts';
import type { IdentityStore } from './ory/ory-identities.ts';
import type { OryRateLimit } from './ory/ory-rate-limit.ts';
import type { CallLimits } from './zoho/call-limits.ts';
import type { RequestLog } from './call/request-log.ts';
import type { Settings } from './settings.ts';
import type { SpecValidation, Violation } from './zoho/spec-validation.ts';

/** Everything one sandbox is made of; routes read and change it. */
export interface World {
  /** Its own address, known once it listens. */
  readonly url: () => string;
  /** ms since 1970, UTC; `advanceClock` moves it. */
  readonly clock: () => number;
  /** Moves the clock on; by how much it is ahead now, in ms. */
  readonly advanceClock: (ms: number) => number;
  readonly settings: Settings;
  readonly accounts: Accounts;
  readonly limits: CallLimits;
  /** By module name. */
  readonly stores: ReadonlyMap<string, RecordStore>;
  readonly identities: IdentityStore;
  readonly oryRateLimit: OryRateLimit;
  readonly oryApiKey: string;
  /** What the console API shows and changes. */
  readonly project: OryProject;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly specs: SpecValidation;
  readonly violations: Violation[];
  /** What Zoho CRM calls meet while it is down; undefined: it is up. */
  down: 'answer' | 'reset' | undefined;
}
