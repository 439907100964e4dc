import type { World } from '../../model/world.ts';
import { Accounts } from './accounts.ts';
import { CallLimits } from './call-limits.ts';
import { MODULES } from './modules.ts';
import type { FieldOverride } from './records/field.ts';
import { FieldTable } from './records/field-table.ts';
import { RecordStore } from './records/record-store.ts';
import type { Violation } from './spec-validation.ts';
import { SpecValidation } from './spec-validation.ts';
import type { ZohoSettings } from './zoho-settings.ts';

/** The state of the Zoho half of a sandbox. Its routes read and change it. */
export interface ZohoWorld {
  /** The sandbox's own address, which is known once it listens. */
  readonly url: () => string;
  /** ms since 1970, UTC. */
  readonly clock: () => number;
  readonly settings: ZohoSettings;
  readonly accounts: Accounts;
  readonly limits: CallLimits;
  /** By module name. */
  readonly stores: ReadonlyMap<string, RecordStore>;
  readonly specs: SpecValidation;
  readonly violations: Violation[];
}

/**
 * A Zoho before its first call, with no records and no tokens. `settings` is kept by reference, so a change
 * takes effect at once.
 */
export function createZohoWorld(
  url: () => string,
  clock: () => number,
  settings: ZohoSettings,
  fields: readonly FieldOverride[],
  outside: Pick<World, 'bytes'>,
): ZohoWorld {
  let lastRecord = 683_000;
  const nextId = (): string => `7328395${String((lastRecord += 1)).padStart(12, '0')}`;
  return {
    url,
    clock,
    settings,
    accounts: new Accounts(settings, outside),
    limits: new CallLimits(settings),
    stores: new Map(
      MODULES.map((name) => [name, new RecordStore(name, new FieldTable(name, fields), nextId)]),
    ),
    specs: new SpecValidation(),
    violations: [],
  };
}
