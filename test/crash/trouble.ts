import { setTimeout as delay } from 'node:timers/promises';
import type { Control } from '../../src/sandbox/control/control.ts';
import type { FaultEffect, FaultInput } from '../../src/sandbox/call/faults.ts';
import type { OperationName } from '../../src/sandbox/call/operation.ts';
import type { Random } from './random.ts';

const WRITES = ['upsert', 'update', 'coql'] as const satisfies OperationName[];
const READS = ['ory_list', 'ory_get', 'fields'] as const satisfies OperationName[];

const FAILURES: readonly FaultEffect[] = [
  { cut: 'before_commit' },
  { cut: 'after_commit' },
  { statusAfterCommit: 500 },
  { garbage2xx: true },
  { html502: true },
  { tooMany: 'concurrency' },
];
const HOLDS: readonly FaultEffect[] = [{ hold: 'before_commit' }, { hold: 'after_commit' }];

/** The faults of Zoho and Ory during the life of one serve. */
export class Trouble {
  readonly #control: Control;
  readonly #random: Random;
  readonly #ids: string[] = [];

  constructor(control: Control, random: Random) {
    this.#control = control;
    this.#random = random;
  }

  /** There is nearly always a slow answer, so that the serve is killed in the middle of a call. */
  async begin(): Promise<void> {
    if (this.#random.chance(0.7)) void this.#slow(await this.#add(HOLDS, WRITES, 3));
    if (this.#random.chance(0.4)) await this.#add(FAILURES, WRITES, 3);
    if (this.#random.chance(0.15)) await this.#add([{ html502: true }, { cut: 'before_commit' }], READS, 2);
  }

  async #add(
    effects: readonly FaultEffect[],
    operations: readonly OperationName[],
    after: number,
  ): Promise<string> {
    const fault: FaultInput = {
      on: { operation: this.#random.pick(operations) },
      effect: this.#random.pick(effects) ?? {},
      after: this.#random.below(after),
    };
    const id = await this.#control.addFault(fault);
    this.#ids.push(id);
    return id;
  }

  async #slow(id: string): Promise<void> {
    await delay(50 + this.#random.below(450));
    await this.#control.release(id);
  }

  /** Zoho completes the calls that it still held, whether or not a process waits for the answers. */
  async end(): Promise<void> {
    for (const id of this.#ids.splice(0)) await this.#control.removeFault(id);
  }
}
