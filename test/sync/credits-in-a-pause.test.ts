import { expect, test } from 'vitest';
import type { FaultInput } from '../../src/sandbox/call/faults.ts';
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts';
import { DEFAULT_SCOPES } from '../../src/sandbox/zoho/zoho-settings.ts';
import { CREDITS_A_DAY_IN_A_PAUSE } from '../../src/sync/pace/allowance.ts';
import { told } from '../circumstances.ts';
import { aSlowedDelivery } from './a-day-in-a-pause.ts';

const error = (code: string, details: object = {}) => ({
  status: 400,
  body: JSON.stringify({ code, details, message: code, status: 'error' }),
});
const always = (operation: 'upsert' | 'update' | 'tag' | 'coql', effect: FaultInput['effect']) => ({
  on: { operation },
  times: 'always' as const,
  effect,
});

const STORAGE_FULL = always('upsert', error('STORAGE_SPACE_EXCEEDED'));
const DOWN = always('upsert', { status: 503, body: '' });
const PHONE_REFUSED: FaultInput = {
  ...always('upsert', error('INVALID_DATA', { api_name: 'Phone', json_path: '$.data[0].Phone' })),
  on: { operation: 'upsert', containing: '"Phone"' },
};
const NO_COQL = { scopes: DEFAULT_SCOPES.filter((scope) => !scope.startsWith('ZohoCRM.coql')) };
const CUT_ONCE: FaultInput = { on: { operation: 'upsert' }, effect: { cut: 'before_commit' } };

const MAPPING = `
when: traits.active
otherwise: tag
fields: { Email: email, Last_Name: last_name, Phone: traits.phone }
`;
const PHONE = { phone: '+49171000000' };

interface Pattern {
  readonly faults: readonly FaultInput[];
  readonly options?: SandboxOptions;
  /** Each row goes alone. */
  readonly alone?: true;
}

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);

const PATTERNS: readonly (readonly [string, Pattern])[] = [
  ['the storage is full', { faults: [STORAGE_FULL] }],
  ['Zoho is down', { faults: [DOWN] }],
  ['each row must go alone', { faults: [STORAGE_FULL], alone: true }],
  ['each row must go alone, and Zoho is down', { faults: [DOWN], alone: true }],
  ['COQL cannot select a field', { faults: [STORAGE_FULL], options: { restrictedFields: ['Phone'] } }],
  ['Zoho checks a value first', { faults: [PHONE_REFUSED, STORAGE_FULL], alone: true }],
  ['Zoho refuses a value, then is down', { faults: [PHONE_REFUSED, DOWN], alone: true }],
  ['lost calls are repeated', { faults: [CUT_ONCE, STORAGE_FULL], options: NO_COQL }],
];

test.each(told(PATTERNS, 'each row must go alone'))(
  'Rule 13: a day in which %s costs a bounded number of credits',
  async (_what, pattern) => {
    const { faults, options = {}, alone } = pattern;
    const day = await aSlowedDelivery(options, MAPPING);
    const set: string[] = [];
    for (const fault of faults) set.push(await day.control.addFault(fault));
    await day.signUp(numbers(25), { traits: PHONE, batchLimit: alone === true ? 1 : 100 });
    await day.pass(24);
    expect(await day.creditsUsed()).toBeLessThanOrEqual(CREDITS_A_DAY_IN_A_PAUSE);
    for (const id of set) await day.control.removeFault(id);
    await day.probeUntilLeft(0);
  },
);

const MEANWHILE: readonly (readonly [string, boolean])[] = [
  ['sign up', true],
  ['are skipped', false],
];

test.each(told(MEANWHILE, 'sign up'))(
  'Rule 13: so does one in which others %s meanwhile',
  async (_what, active) => {
    const day = await aSlowedDelivery({}, MAPPING);
    await day.control.addFault(STORAGE_FULL);
    await day.signUp(numbers(25), { batchLimit: 1 });
    for (const more of numbers(24 * 6)) {
      await day.pass(1 / 6);
      await day.signUp([100 + more], { traits: { active } });
    }
    expect(await day.creditsUsed()).toBeLessThanOrEqual(CREDITS_A_DAY_IN_A_PAUSE);
  },
);

test('Rule 13: so does one in which Zoho refuses tags for lack of a permission', async () => {
  const day = await aSlowedDelivery({}, MAPPING);
  await day.signUp(numbers(25));
  await day.left(0);
  await day.control.addFault(always('tag', error('NO_PERMISSION')));
  const before = await day.creditsUsed();
  await day.signUp(numbers(25), { traits: { active: false }, batchLimit: 1 });
  await day.pass(24);
  expect((await day.creditsUsed()) - before).toBeLessThanOrEqual(CREDITS_A_DAY_IN_A_PAUSE);
});

const POISON = {
  ...STORAGE_FULL,
  on: { operation: 'upsert' as const, containing: 'person-0@' },
};

test('Rule 13: a webhook does not wait for the end of a pause that one refused record has made long', async () => {
  const day = await aSlowedDelivery({}, MAPPING);
  await day.control.addFault(POISON);
  await day.signUp([0]);
  await day.pass(2);
  await day.signUp([1]);
  await day.left(1);
});

test('Rule 13: refused rows take turns, so that one of them cannot block the probe', async () => {
  const day = await aSlowedDelivery({}, MAPPING);
  const full = await day.control.addFault(STORAGE_FULL);
  await day.signUp(numbers(5), { batchLimit: 1 });
  for (const _ of numbers(8)) await day.probe();
  await day.control.addFault(POISON);
  await day.control.removeFault(full);
  await day.probeUntilLeft(1);
});
