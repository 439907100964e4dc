import { onTestFinished } from 'vitest';
import type { Json } from '../../src/model/json.ts';
import { NODE_WORLD } from '../../src/node-world.ts';
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts';
import { put } from '../../src/store/outbox/put/put.ts';
import { snapshotOf } from '../../src/sync/intake/snapshot.ts';
import { creditsOf } from '../../src/zoho/credits.ts';
import { aDelivery } from './a-delivery.ts';
import type { Configured } from './a-delivery.ts';

const HOUR = 60 * 60 * 1_000;

interface SigningUp {
  readonly traits?: { readonly [name: string]: Json };
  readonly batchLimit?: number;
}

async function eventually(look: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Delivery whose monotonic clock stands still until it is moved, so that a day of pauses takes seconds. */
export async function aSlowedDelivery(
  options: SandboxOptions,
  mapping: string,
  configured: Omit<Configured, 'world'> = {},
) {
  let ticks = 0;
  const world = { ...NODE_WORLD, ticks: () => ticks };
  const made = await aDelivery(options, mapping, { ...configured, world });
  const { control, store, rules, delivery } = made;
  const over = new AbortController();
  onTestFinished(() => {
    over.abort();
  });

  /** People sign up. Their numbers tell their ids and emails. */
  async function signUp(numbers: readonly number[], { traits = {}, batchLimit = 100 }: SigningUp = {}) {
    const entries = numbers.map((number) => {
      const id = `0f1c2d3e-0000-4000-8000-${String(number).padStart(12, '0')}`;
      const known = {
        email: `person-${number}@example.org`,
        name: { last: `Person ${number}` },
        active: true,
      };
      const updated_at = new Date().toISOString();
      const identity = { id, state: 'active', updated_at, traits: { ...known, ...traits } };
      return snapshotOf(identity, 'registration', store.hmac);
    });
    await put(store, entries, rules);
    const ids = JSON.stringify(entries.map(({ identityId }) => identityId));
    await store.database.write((sql) =>
      sql.run(`UPDATE outbox SET batch_limit = $1 WHERE identity_id IN ${store.database.can.texts('$2')}`, [
        batchLimit,
        ids,
      ]),
    );
    delivery.wake();
  }

  async function rows(condition = 'TRUE'): Promise<number> {
    const found = await store.database.read((sql) =>
      sql.all(`SELECT identity_id FROM outbox WHERE ${condition}`),
    );
    return found.length;
  }

  /** If no round is running, because of a pause: its end. */
  async function pauseEnd(): Promise<number | undefined> {
    const running = await rows('lease_token IS NOT NULL');
    const { connection } = delivery;
    return running === 0 && connection.phase === 'paused' ? connection.until : undefined;
  }

  /** Resolves with the end of the pause, as soon as there is one. */
  async function paused(): Promise<number> {
    let until: number | undefined;
    await eventually(async () => {
      until = await pauseEnd();
      return over.signal.aborted || until !== undefined;
    });
    return until ?? ticks;
  }

  /** The pause is over, and the next probe goes out. */
  async function probe(): Promise<void> {
    const until = await paused();
    ticks = Math.max(ticks, until);
    delivery.wake();
    await eventually(
      () =>
        over.signal.aborted || delivery.connection.phase !== 'paused' || delivery.connection.until > until,
    );
  }

  /** Lets so many hours of pauses pass. */
  async function pass(hours: number): Promise<void> {
    const end = ticks + hours * HOUR;
    while (!over.signal.aborted && (await paused()) < end) await probe();
    ticks = end;
  }

  /** Resolves when so many rows are left. The clock stands still. */
  const left = (count: number) => eventually(async () => over.signal.aborted || (await rows()) === count);

  /** Probes until so many rows are left. */
  async function probeUntilLeft(count: number): Promise<void> {
    await eventually(async () => {
      if (over.signal.aborted || (await rows()) === count) return true;
      if ((await pauseEnd()) !== undefined) await probe();
      return false;
    });
  }

  /** The credits for all calls that reached Zoho. */
  async function creditsUsed(): Promise<number> {
    const requests = await control.requests();
    return requests.reduce((sum, { operation, records }) => {
      switch (operation) {
        case 'upsert':
        case 'insert':
        case 'update':
        case 'delete':
        case 'tag':
          return sum + creditsOf(operation, records);
        case 'token':
          return sum;
        default:
          return sum + 1;
      }
    }, 0);
  }

  return { ...made, signUp, rows, left, probe, probeUntilLeft, pass, creditsUsed };
}
