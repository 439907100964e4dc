import type { World } from '../model/world.ts';
import { Faults } from './call/faults.ts';
import { RequestLog } from './call/request-log.ts';
import type { OryWorld } from './ory/ory-world.ts';
import { createOryWorld } from './ory/ory-world.ts';
import type { Settings } from './settings.ts';
import type { FieldOverride } from './zoho/records/field.ts';
import type { ZohoWorld } from './zoho/zoho-world.ts';
import { createZohoWorld } from './zoho/zoho-world.ts';

/**
 * The whole state of one sandbox: its two halves, which do not know each other, and what affects calls to
 * both.
 */
export interface SandboxWorld extends ZohoWorld, OryWorld {
  readonly settings: Settings;
  /** The time and chance that the sandbox takes from outside. */
  readonly outside: World;
  /** Moves the clock forward. Returns how far it is ahead now, in ms. */
  readonly advanceClock: (ms: number) => number;
  readonly faults: Faults;
  readonly log: RequestLog;
  /** How Zoho CRM calls fail while Zoho is down. Undefined while it is up. */
  down: 'answer' | 'reset' | undefined;
}

/**
 * @param fields additional fields of Zoho
 * @param identities how many are generated in Ory
 */
export function createWorld(
  url: () => string,
  settings: Settings,
  fields: readonly FieldOverride[],
  identities: number,
  outside: World,
): SandboxWorld {
  let clockOffset = 0;
  const clock = (): number => outside.now() + clockOffset;
  return {
    ...createZohoWorld(url, clock, settings, fields, outside),
    ...createOryWorld(url, clock, settings, identities, outside),
    settings,
    outside,
    advanceClock: (ms) => (clockOffset += ms),
    faults: new Faults(),
    log: new RequestLog(),
    down: undefined,
  };
}
