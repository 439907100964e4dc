import { describe, expect, test } from 'vitest';
import type { Identity } from '../../model/identity.ts';
import type { Standing } from '../../store/scan/standing.ts';
import { stepOf } from './compare.ts';
import type { CompareRules } from './compare.ts';
import { EVERYBODY } from './scan-options.ts';

const BORN = Date.UTC(2026, 10, 24, 12);
const BEFORE = '2026-11-24T11:00:00Z';
const WITHIN_SKEW = '2026-11-24T11:56:00Z';
const AFTER = '2026-11-24T12:30:00Z';

function identity(change: Partial<Identity> = {}): Identity {
  const id = '0f1c2d3e-0000-4000-8000-000000000001';
  return { id, schema_id: 'person', created_at: BEFORE, updated_at: BEFORE, ...change };
}

function known(change: Partial<Standing> = {}): Standing {
  return {
    identityId: identity().id,
    version: Date.parse(BEFORE) * 1000,
    verified: 0,
    contentHash: 'content',
    mappingHash: 'mapping',
    matched: null,
    outcome: 'updated',
    reason: null,
    erased: false,
    deleted: false,
    pending: false,
    lacksId: false,
    mixedUp: false,
    ...change,
  };
}

function rules(change: Partial<CompareRules> = {}): CompareRules {
  return {
    kind: 'backfill',
    options: EVERYBODY,
    mappingHash: 'mapping',
    bornAt: BORN,
    contentHash: () => 'content',
    invited: true,
    ...change,
  };
}

const verified = { verifiable_addresses: [{ value: 'a@example.com', via: 'email', verified: true }] };
const PUT = { do: 'put', event: 'backfill', priority: 3 };
const count = (outcome: string, reason: string | null = null) => ({ do: 'count', outcome, reason });

describe('rule 25: which identities are only counted, and which are put in', () => {
  test.each<[string, Identity, Standing | undefined, object]>([
    ['unknown to the ledger', identity(), undefined, PUT],
    ['the same version as delivered', identity(), known(), count('unchanged')],
    ['another version', identity({ updated_at: AFTER }), known(), PUT],
    [
      'an older version, which the strong read shows to be the right one',
      identity(),
      known({ version: 9e15 }),
      PUT,
    ],
    ['an address verified since', identity(verified), known(), PUT],
    [
      'other content with the same version (Ory Kratos 1.0 to 1.3.1)',
      identity(),
      known({ contentHash: 'old' }),
      PUT,
    ],
    ['content that was never recorded', identity(), known({ contentHash: null }), PUT],
    ['another mapping', identity(), known({ mappingHash: 'old' }), PUT],
    ['a contact without the Ory id', identity(), known({ lacksId: true }), PUT],
    ['a row in the outbox', identity(), known({ pending: true }), PUT],
    [
      'skipped last time',
      identity(),
      known({ outcome: 'skipped', reason: 'when' }),
      count('skipped', 'when'),
    ],
    [
      'failed last time and discarded since',
      identity(),
      known({ outcome: 'failed', reason: 'zoho_error' }),
      count('failed', 'zoho_error'),
    ],
    ['counted as deleted, but found again', identity(), known({ deleted: true }), PUT],
    ['erased', identity({ updated_at: AFTER }), known({ erased: true }), count('skipped', 'erased')],
    ['linked, but never delivered', identity(), known({ version: null, outcome: null }), PUT],
    ['without a time of its own', identity({ updated_at: null }), known({ version: null }), PUT],
  ])('%s', (_what, one, standing, step) => {
    expect(stepOf(one, standing, rules())).toEqual(step);
  });
});

describe('options of a backfill', () => {
  const to = (options: Partial<CompareRules['options']>) => rules({ options: { ...EVERYBODY, ...options } });

  test('--verify puts in unchanged identities', () => {
    expect(stepOf(identity(), known(), to({ verify: true }))).toEqual(PUT);
  });

  test('--schema skips others', () => {
    expect(stepOf(identity(), undefined, to({ schema: 'robot' }))).toEqual({ do: 'pass' });
    expect(stepOf(identity(), undefined, to({ schema: 'person' }))).toEqual(PUT);
  });

  test('--since skips what changed before', () => {
    const since = Date.parse(WITHIN_SKEW) * 1000;
    expect(stepOf(identity(), undefined, to({ since }))).toEqual({ do: 'pass' });
    expect(stepOf(identity({ updated_at: AFTER }), undefined, to({ since }))).toEqual(PUT);
  });

  test('--workflows treats each as a sign-up or a change, after all webhooks', () => {
    const workflows = to({ workflows: true });
    const changed = identity({ updated_at: AFTER });
    expect(stepOf(changed, undefined, workflows)).toEqual({ do: 'put', event: 'registration', priority: 3 });
    expect(stepOf(changed, known(), workflows)).toEqual({ do: 'put', event: 'settings', priority: 3 });
  });
});

describe('rule 26: reconcile does not import existing identities', () => {
  const RECONCILE = { do: 'put', event: 'reconcile', priority: 2 };
  const SIGN_UP = { do: 'put', event: 'registration', priority: 2 };
  const changedSince = identity({ updated_at: WITHIN_SKEW });

  test.each<[string, Partial<Standing>, object]>([
    ['another mapping alone is no change', { mappingHash: 'old' }, count('unchanged')],
    ['except for one that has failed', { mappingHash: 'old', pending: true }, RECONCILE],
    ['and for one that no mapping has delivered', { mappingHash: null }, RECONCILE],
    ['and if the contact lacks the Ory id', { mappingHash: 'old', lacksId: true }, RECONCILE],
  ])('%s', (_what, change, step) => {
    expect(stepOf(identity(), known(change), rules({ kind: 'reconcile' }))).toEqual(step);
  });
  const createdSince = identity({ created_at: WITHIN_SKEW, updated_at: WITHIN_SKEW });

  test.each<[string, boolean, Identity, Standing | undefined, object]>([
    ['an old identity, unknown', false, identity(), undefined, { do: 'pass' }],
    ['an old identity, unknown, after a backfill', true, identity(), undefined, RECONCILE],
    ['one in the ledger that has changed', false, identity({ updated_at: AFTER }), known(), RECONCILE],
    ['one in the ledger that has not', false, identity(), known(), count('unchanged')],
    ['an old one that changed since the store was made', false, changedSince, undefined, RECONCILE],
    ['one created since: a missed sign-up', false, createdSince, undefined, SIGN_UP],
    ['a missed sign-up after a backfill', true, createdSince, undefined, SIGN_UP],
    ['one created since that the ledger knows', false, createdSince, known(), RECONCILE],
    ['without times', false, identity({ created_at: null, updated_at: null }), undefined, { do: 'pass' }],
  ])('%s', (_what, invited, one, standing, step) => {
    expect(stepOf(one, standing, rules({ kind: 'reconcile', invited }))).toEqual(step);
  });
});
