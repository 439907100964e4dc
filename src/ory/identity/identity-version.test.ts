import { expect, test } from 'vitest';
import { updatedAtMicros, verifiedCount } from './identity-version.ts';

const id = 'a82f5694-0b84-48e4-b5f9-aa100c7bc2e4';
const FEB_8 = Date.UTC(2026, 1, 8, 14, 16, 41) * 1000;

test.each([
  ['2026-02-08T14:16:41Z', FEB_8],
  ['2026-02-08T14:16:41.2Z', FEB_8 + 200_000],
  ['2026-02-08T14:16:41.230451Z', FEB_8 + 230_451],
  ['2026-02-08T14:16:41.000001Z', FEB_8 + 1],
  ['2026-02-08T14:16:41.230451999Z', FEB_8 + 230_451],
  ['2026-02-08T15:16:41+01:00', FEB_8],
  ['2026-02-08T08:46:41.5-05:30', FEB_8 + 500_000],
  ['2026-02-09T00:16:41+10:00', FEB_8],
  ['2026-02-08t14:16:41z', FEB_8],
  ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29) * 1000],
  ['1970-01-01T00:00:00Z', 0],
  ['2255-01-01T00:00:00.000001Z', Date.UTC(2255, 0, 1) * 1000 + 1],
])('reads %s to the microsecond', (updated_at, micros) => {
  expect(updatedAtMicros({ id, updated_at })).toBe(micros);
});

test.each([
  ['0001-01-01T00:00:00Z'],
  ['0070-01-01T00:00:00Z'],
  ['1969-12-31T23:59:59.999999Z'],
  ['9999-12-31T23:59:59Z'],
  ['2026-02-30T00:00:00Z'],
  ['2026-00-10T00:00:00Z'],
  ['2026-13-10T00:00:00Z'],
  ['2026-02-00T00:00:00Z'],
  ['2026-02-08T24:00:00Z'],
  ['2026-02-08T14:60:00Z'],
  ['2026-02-08T14:16:61Z'],
  ['2026-02-08T14:16:41'],
  ['2026-02-08T14:16:41.Z'],
  ['2026-02-08T14:16:41.1234567890Z'],
  ['2026-02-08 14:16:41Z'],
  ['2026-02-08'],
  [''],
  [1770560201],
  [null],
])('%j is not a version', (updated_at) => {
  expect(updatedAtMicros({ id, updated_at })).toBeNull();
});

test('an identity without updated_at has no version', () => {
  expect(updatedAtMicros({ id })).toBeNull();
});

test('trimmed zeros do not change the order of versions', () => {
  const older = updatedAtMicros({ id, updated_at: '2026-02-08T14:16:41.23Z' });
  const newer = updatedAtMicros({ id, updated_at: '2026-02-08T14:16:41.230451Z' });
  expect(newer).toBe((older ?? 0) + 451);
});

test.each([
  [undefined, 0],
  [null, 0],
  ['odd', 0],
  [{ verified: true }, 0],
  [[], 0],
  [[{ verified: true }, { verified: false }, { verified: true }, { verified: 'true' }, null, 'x'], 2],
])('counts the verified addresses of %j', (verifiable_addresses, count) => {
  expect(verifiedCount(verifiable_addresses === undefined ? { id } : { id, verifiable_addresses })).toBe(
    count,
  );
});
