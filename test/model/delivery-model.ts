import * as fc from 'fast-check';
import { expect } from 'vitest';
import type { FaultEffect } from '../../src/sandbox/call/faults.ts';
import { DEPARTMENTS } from '../crash/person.ts';
import * as deliveries from './deliveries.ts';
import * as inOry from './in-ory.ts';
import * as sales from './sales.ts';
import * as told from './told.ts';
import { EMAILS, PEOPLE, People } from './people.ts';
import { checkAtRest } from './at-rest.ts';
import { countWrites } from './rules.ts';
import { WORKERS, World } from './world.ts';
import type { Trouble } from './world.ts';

const number = fc.nat({ max: PEOPLE - 1 });
const email = fc.nat({ max: EMAILS - 1 });
const worker = fc.constantFrom(...WORKERS);
const department = fc.constantFrom(...DEPARTMENTS);
const ago = fc.nat({ max: 3 });
const telling = fc.record({ told: fc.constantFrom(true, true, true, false), to: worker });

const failures: FaultEffect[] = [
  { cut: 'before_commit' },
  { cut: 'after_commit' },
  { html502: true },
  { statusAfterCommit: 500 },
  { garbage2xx: true },
  { tooMany: 'concurrency' },
];
const holds: FaultEffect[] = [{ hold: 'before_commit' }, { hold: 'after_commit' }];
const trouble = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  {
    weight: 3,
    arbitrary: fc.record<Trouble>({
      operation: fc.constantFrom('upsert', 'update', 'coql'),
      effect: fc.constantFrom(...failures),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record<Trouble>({
      operation: fc.constantFrom('upsert', 'update'),
      effect: fc.constantFrom(...holds),
    }),
  },
);

const often = [
  fc.tuple(number, email, fc.boolean(), telling).map((args) => inOry.signUp(...args)),
  fc.tuple(number, email, department, telling).map((args) => inOry.changeEmail(...args)),
  fc.tuple(worker, trouble).map((args) => deliveries.deliver(...args)),
];
const all = [
  ...often,
  ...often,
  ...often,
  fc.tuple(number, department, telling).map((args) => inOry.rename(...args)),
  fc.tuple(number, worker).map((args) => inOry.renameTwice(...args)),
  fc.tuple(number, telling).map((args) => inOry.verify(...args)),
  fc.tuple(number, ago, worker).map((args) => told.tellAgain(...args)),
  fc.tuple(number, ago, worker).map((args) => told.hint(...args)),
  fc.tuple(number, worker).map((args) => told.tellAhead(...args)),
  fc.tuple(number, worker).map((args) => told.readBegins(...args)),
  fc.tuple(fc.constantFrom('reconcile', 'backfill'), worker).map((args) => told.readArrives(...args)),
  worker.map(deliveries.answer),
  worker.map(deliveries.answer),
  worker.map(deliveries.crash),
  worker.map(deliveries.crash),
  worker.map(deliveries.overtake),
  worker.map(deliveries.overtake),
  fc.constant(deliveries.timePasses()),
  fc.tuple(email, fc.boolean()).map((args) => sales.salesMakes(...args)),
  number.map(sales.salesDeletes),
  fc.tuple(number, fc.boolean()).map((args) => sales.salesMerges(...args)),
  fc.tuple(number, fc.boolean(), worker).map((args) => inOry.goes(...args)),
  fc.tuple(number, worker).map((args) => inOry.erase(...args)),
  fc.tuple(fc.nat({ max: 2 }), worker).map((args) => told.tellOfTheGone(...args)),
];

const HAPPENINGS_AT_MOST = 120;

export interface Telling {
  readonly stories: number;
  readonly seed?: number;
  /** One story among those of a seed. */
  readonly path?: string;
  /** Show the failing story as it is, without looking for a shorter one. */
  readonly endOnFailure?: boolean;
}

/**
 * Runs random stories of people, webhooks, faults and crashes, each to its end. Fails with the shortest story
 * that it finds.
 */
export async function tellStories({ stories, ...again }: Telling): Promise<void> {
  const story = fc.commands(all, { maxCommands: HAPPENINGS_AT_MOST, size: 'max' });
  const setting = fc.record({ oryId: fc.boolean(), coql: fc.constantFrom(true, true, false) });
  const property = fc.asyncProperty(setting, story, async (given, happenings) => {
    const world = await World.make(given);
    try {
      const people = new People();
      await fc.asyncModelRun(() => ({ model: people, real: world }), happenings);
      await bringToAnEnd(people, world);
    } finally {
      await world.end();
    }
  });
  await fc.assert(property, { numRuns: stories, ...again });
}

/**
 * Zoho and Ory work, and all rows are delivered. Then every webhook is sent again, and nothing is written.
 */
async function bringToAnEnd(people: People, world: World): Promise<void> {
  for (const name of WORKERS) await world.answer(name);
  await deliverAll(world);
  await checkAtRest(people, world);
  const before = await countWrites(world);
  for (const [index, person] of people.all.entries()) {
    if (person === undefined || person.acknowledged < person.newest || person.ahead) continue;
    await told.tellAgain(index, 0, 'A').run(people, world);
  }
  await deliverAll(world);
  expect(await countWrites(world), 'rule 4: nothing is written for known data').toBe(before);
  await checkAtRest(people, world);
}

const ROUNDS = 8;

async function deliverAll(world: World): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    await world.deliver('A');
    if (world.run("SELECT 1 FROM outbox WHERE state = 'waiting'").length === 0) return;
    if (round < ROUNDS / 2) world.timePasses();
    else world.muchTimePasses();
  }
}
