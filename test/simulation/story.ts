/** Stories as data: a setting and its events, made from a seed. A story can be cut shorter and told again. */
import type { FaultEffect } from '../../src/sandbox/call/faults.ts';
import type { OperationName } from '../../src/sandbox/call/operation.ts';
import { DEPARTMENTS } from '../crash/person.ts';
import type { Department } from '../crash/person.ts';
import { Chance } from './chance.ts';
import { NETWORK_FAULTS } from './process-network.ts';
import type { NetworkFault } from './process-network.ts';
import { STORE_FAULTS } from './process-store.ts';
import type { StoreFault } from './process-store.ts';

const PEOPLE = 3;
const EMAILS = 4;

/** How a webhook reaches the serves. */
export type Told = 'once' | 'twice' | 'late' | 'lost' | 'as_hint';

/** One thing that happens. People, emails and serves are numbers. */
export type Happening =
  | {
      readonly is: 'signs_up';
      readonly person: number;
      readonly email: number;
      readonly department: boolean;
      readonly told: Told;
    }
  | { readonly is: 'changes'; readonly person: number; readonly department: Department; readonly told: Told }
  | { readonly is: 'changes_email'; readonly person: number; readonly email: number; readonly told: Told }
  | { readonly is: 'swap_emails'; readonly people: readonly [number, number]; readonly told: Told }
  | { readonly is: 'verifies'; readonly person: number; readonly told: Told }
  | { readonly is: 'goes'; readonly person: number }
  | { readonly is: 'is_erased'; readonly person: number }
  | { readonly is: 'sales_makes'; readonly email: number; readonly department: boolean }
  | { readonly is: 'sales_edits'; readonly person: number; readonly field: 'First_Name' | 'Department' }
  | { readonly is: 'sales_types_email'; readonly person: number; readonly email: number }
  | { readonly is: 'sales_deletes'; readonly person: number }
  | { readonly is: 'sales_restores'; readonly which: number }
  | { readonly is: 'sales_merges'; readonly person: number }
  | { readonly is: 'dies'; readonly serve: number; readonly afterEffects: number }
  | { readonly is: 'restarts'; readonly serve: number; readonly clockIsOffBy: number }
  | { readonly is: 'stands_still'; readonly serve: number; readonly ms: number }
  | { readonly is: 'clock_of_store_jumps'; readonly ms: number }
  | { readonly is: 'clock_of_ory_jumps'; readonly ms: number }
  | {
      readonly is: 'network_fails';
      readonly serve: number;
      readonly fault: NetworkFault;
      readonly skip: number;
    }
  | { readonly is: 'store_fails'; readonly serve: number; readonly fault: StoreFault; readonly skip: number }
  | {
      readonly is: 'remote_fails';
      readonly operation: OperationName;
      readonly effect: FaultEffect;
      readonly skip: number;
    }
  | { readonly is: 'zoho_is_down'; readonly ms: number }
  | { readonly is: 'tokens_expire' };

export type Kind = Happening['is'];

/** An event, and how long after the one before it. */
export interface Event {
  readonly afterMs: number;
  readonly happening: Happening;
}

export interface Setting {
  readonly seed: number;
  readonly serves: number;
  readonly oryId: boolean;
  readonly coql: boolean;
  readonly adopt: 'overwrite' | 'fill';
  readonly deleted: 'leave' | 'delete';
  /** Whether reconcile makes up for lost webhooks. */
  readonly reconcile: boolean;
}

export interface Story {
  readonly setting: Setting;
  readonly events: readonly Event[];
}

const EFFECTS: readonly FaultEffect[] = [
  {
    status: 500,
    body: '{"code":"INTERNAL_ERROR","details":{},"message":"Internal Server Error","status":"error"}',
  },
  { html502: true },
  { cut: 'before_commit' },
  { cut: 'after_commit' },
  { tooMany: 'concurrency' },
  { tooMany: 'credits' },
  { unauthorized: 'INVALID_TOKEN' },
  { garbage2xx: true },
  { statusAfterCommit: 500 },
  { shortData: 1 },
  { status202: true },
];

const OPERATIONS: readonly OperationName[] = [
  'upsert',
  'update',
  'insert',
  'delete',
  'coql',
  'fields',
  'ory_list',
  'ory_get',
  'token',
  'get',
];

const WRITES: ReadonlySet<OperationName> = new Set(['upsert', 'update', 'insert', 'delete']);

/** How an event of each kind is made. A new kind does not compile until it is here. */
const MAKERS: { readonly [K in Kind]: (chance: Chance) => Extract<Happening, { is: K }> } = {
  signs_up: (chance) => ({
    is: 'signs_up',
    person: chance.below(PEOPLE),
    email: chance.below(EMAILS),
    department: chance.happens(50),
    told: told(chance),
  }),
  changes: (chance) => ({
    is: 'changes',
    person: chance.below(PEOPLE),
    department: chance.pick(DEPARTMENTS),
    told: told(chance),
  }),
  changes_email: (chance) => ({
    is: 'changes_email',
    person: chance.below(PEOPLE),
    email: chance.below(EMAILS),
    told: told(chance),
  }),
  swap_emails: (chance) => ({
    is: 'swap_emails',
    people: [chance.below(PEOPLE), chance.below(PEOPLE)],
    told: told(chance),
  }),
  verifies: (chance) => ({ is: 'verifies', person: chance.below(PEOPLE), told: told(chance) }),
  goes: (chance) => ({ is: 'goes', person: chance.below(PEOPLE) }),
  is_erased: (chance) => ({ is: 'is_erased', person: chance.below(PEOPLE) }),
  sales_makes: (chance) => ({
    is: 'sales_makes',
    email: chance.below(EMAILS),
    department: chance.happens(50),
  }),
  sales_edits: (chance) => ({
    is: 'sales_edits',
    person: chance.below(PEOPLE),
    field: chance.pick(['First_Name', 'Department']),
  }),
  sales_types_email: (chance) => ({
    is: 'sales_types_email',
    person: chance.below(PEOPLE),
    email: chance.below(EMAILS),
  }),
  sales_deletes: (chance) => ({ is: 'sales_deletes', person: chance.below(PEOPLE) }),
  sales_restores: (chance) => ({ is: 'sales_restores', which: chance.below(4) }),
  sales_merges: (chance) => ({ is: 'sales_merges', person: chance.below(PEOPLE) }),
  dies: (chance) => ({ is: 'dies', serve: chance.below(3), afterEffects: chance.below(12) }),
  restarts: (chance) => ({
    is: 'restarts',
    serve: chance.below(3),
    clockIsOffBy: chance.pick([0, 0, 600_000, -600_000, 1_500]),
  }),
  stands_still: (chance) => ({
    is: 'stands_still',
    serve: chance.below(3),
    ms: chance.pick([500, 4_000, 11_000, 25_000]),
  }),
  clock_of_store_jumps: (chance) => ({
    is: 'clock_of_store_jumps',
    ms: chance.pick([-3_600_000, -5_000, 5_000, 60_000, 3_600_000]),
  }),
  clock_of_ory_jumps: (chance) => ({
    is: 'clock_of_ory_jumps',
    ms: chance.pick([-3_600_000, -3_600_000, -5_000, 3_600_000]),
  }),
  network_fails: (chance) => ({
    is: 'network_fails',
    serve: chance.below(3),
    fault: chance.pick(NETWORK_FAULTS),
    skip: chance.below(5),
  }),
  store_fails: (chance) => ({
    is: 'store_fails',
    serve: chance.below(3),
    fault: chance.pick(STORE_FAULTS),
    skip: chance.below(10),
  }),
  remote_fails: (chance) => {
    const operation = chance.pick(OPERATIONS);
    // A write may answer too few records. A read that lacks some would be wrong, and nobody could see it.
    const possible = EFFECTS.filter((effect) => effect.shortData === undefined || WRITES.has(operation));
    return { is: 'remote_fails', operation, effect: chance.pick(possible), skip: chance.below(2) };
  },
  zoho_is_down: (chance) => ({ is: 'zoho_is_down', ms: chance.pick([1_000, 8_000]) }),
  tokens_expire: () => ({ is: 'tokens_expire' }),
};

/** How often each kind comes, where nothing is switched off. */
const WEIGHT: { readonly [K in Kind]: number } = {
  signs_up: 24,
  changes: 16,
  changes_email: 10,
  swap_emails: 6,
  verifies: 4,
  goes: 4,
  is_erased: 3,
  sales_makes: 5,
  sales_edits: 6,
  sales_types_email: 3,
  sales_deletes: 3,
  sales_restores: 2,
  sales_merges: 3,
  dies: 8,
  restarts: 6,
  stands_still: 5,
  clock_of_store_jumps: 3,
  clock_of_ory_jumps: 6,
  network_fails: 10,
  store_fails: 6,
  remote_fails: 10,
  zoho_is_down: 2,
  tokens_expire: 1,
};

export const KINDS: readonly Kind[] = Object.keys(MAKERS).filter(isKind).toSorted();

function isKind(name: string): name is Kind {
  return name in MAKERS;
}

/** Without these no story begins. */
const ALWAYS: readonly Kind[] = ['signs_up', 'changes'];

/** Swarm testing: each story has only some kinds of events, so that rare combinations become common. */
export function makeStory(seed: number, length = 30): Story {
  const chance = new Chance(seed);
  const coql = chance.happens(75);
  const setting: Setting = {
    seed,
    serves: chance.between(1, 3),
    oryId: chance.happens(50),
    coql,
    adopt: coql && chance.happens(30) ? 'fill' : 'overwrite',
    deleted: chance.pick(['leave', 'delete']),
    reconcile: chance.happens(70),
  };
  // By its time alone, a webhook looks old after Ory's clock was set back. Only a read corrects that (rule 2).
  const possible = KINDS.filter((kind) => setting.reconcile || kind !== 'clock_of_ory_jumps');
  const kinds = possible.filter((kind) => ALWAYS.includes(kind) || chance.happens(50));
  const events = Array.from({ length }, () => ({
    afterMs: chance.pick([0, 0, 5, 30, 100, 300, 1_000, 2_500]),
    happening: MAKERS[weighted(kinds, chance)](chance),
  }));
  return { setting, events };
}

function weighted(kinds: readonly Kind[], chance: Chance): Kind {
  const all = kinds.reduce((sum, kind) => sum + WEIGHT[kind], 0);
  let left = chance.below(all);
  for (const kind of kinds) {
    left -= WEIGHT[kind];
    if (left < 0) return kind;
  }
  return 'changes';
}

function told(chance: Chance): Told {
  return chance.pick(['once', 'once', 'once', 'once', 'twice', 'late', 'lost', 'as_hint']);
}
