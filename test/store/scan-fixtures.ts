import { joinStore } from '../../src/store/process.ts';
import type { Joined } from '../../src/store/process.ts';
import type { Store } from '../../src/store/open.ts';
import { claim } from '../../src/store/outbox/claim.ts';
import { settle } from '../../src/store/outbox/settle/settle.ts';
import { takeScan } from '../../src/store/scan/run.ts';
import type { ScanKind, ScanRun } from '../../src/store/scan/run.ts';
import { putPeople } from './fixtures.ts';

/** A statement that no operation of the store has, for example to let time pass. */
export async function change(store: Store, statement: string): Promise<void> {
  await store.database.write((sql) => sql.run(statement));
}

/** A scan that is under way, run by its own process. */
export async function aScan(
  store: Store,
  kind: ScanKind = 'backfill',
  how: { options?: string; restart?: boolean } = {},
): Promise<{ scan: ScanRun; resumed: boolean; joined: Joined }> {
  const { joined } = await joinStore(store, kind === 'backfill' ? 'backfill' : 'serve', 'mapping');
  const taken = await takeScan(store, kind, joined.id, { options: '{}', restart: false, ...how });
  if ('taken' in taken) throw new Error('taken');
  return { ...taken, joined };
}

/** Delivers people. Each is linked to a contact with the person's number. */
export async function deliver(store: Store, ...people: number[]): Promise<void> {
  await putPeople(store, ...people);
  const { token, rows } = await claim(store, 100);
  await settle(
    store,
    token,
    rows.map((row) => ({
      row,
      delivered: { contactId: `contact of ${row.identityId}` },
      outcome: 'created' as const,
    })),
  );
  // A link is compared with the start of a scan in milliseconds.
  await change(store, 'UPDATE ledger SET linked_at = linked_at - 1');
}
