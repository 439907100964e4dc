import { StoreError } from '../../src/errors.ts';
import type { World } from '../../src/model/world.ts';
import { storeOver } from '../../src/store/open.ts';
import type { Store } from '../../src/store/open.ts';
import type { Database } from '../../src/store/engine/sql.ts';
import type { Life } from './life.ts';

/** What the store does to a transaction. `commit_fails` does the work and takes it back. */
export const STORE_FAULTS = ['busy', 'full', 'commit_fails'] as const;
export type StoreFault = (typeof STORE_FAULTS)[number];

export interface PlannedStoreFault {
  readonly fault: StoreFault;
  skip: number;
}

/** The view of one process on the store that all of them share. */
export async function processStore(
  shared: Database,
  world: World,
  { life, planned }: { readonly life: Life; readonly planned: PlannedStoreFault[] },
): Promise<Store> {
  const database: Database = {
    engine: shared.engine,
    can: shared.can,
    async write(work) {
      const fault = faultOf(planned);
      if (fault === 'busy' || fault === 'full') throw failure(fault);
      await life.passes();
      const result = await shared.write(async (sql) => {
        if (!life.alive) throw new Error('killed');
        const done = await work(sql);
        if (fault === 'commit_fails') throw failure('full');
        return done;
      });
      await life.passes();
      return result;
    },
    async read(work) {
      const result = await shared.read(work);
      await life.passes();
      return result;
    },
    close: async () => {},
  };
  return storeOver(database, world);
}

function faultOf(planned: PlannedStoreFault[]): StoreFault | undefined {
  const [next] = planned;
  if (next === undefined) return undefined;
  next.skip -= 1;
  return next.skip < 0 ? planned.shift()?.fault : undefined;
}

function failure(kind: 'busy' | 'full'): StoreError {
  return new StoreError(kind, `The store is ${kind}.`, { hint: 'It is simulated.' });
}
