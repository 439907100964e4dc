import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../model/json.ts';
import { planProjectEdits } from './edit-project.ts';
import { towardsApplied, towardsRemoved } from './edit.ts';
import { ourHook } from './our-hook.ts';

const VALUES = {
  publicUrl: 'https://sync.example.com',
  secret: 's3cret',
  body: 'base64://eA==',
  signIns: false,
};
const BASE = '/services/identity/config/selfservice/flows';
const REGISTRATION = ourHook('registration', VALUES);
const OLD = ourHook('registration', { ...VALUES, secret: 'old' });

/** A project in which only sign-up by password is on. */
function project(flows: JsonObject): JsonObject {
  return { selfservice: { methods: { profile: { enabled: false } }, flows } };
}

describe('the JSON Patch for a project', () => {
  test.each<[string, JsonObject, object]>([
    [
      'an existing list',
      { registration: { after: { password: { hooks: [{ hook: 'session' }] } } } },
      { op: 'add', path: `${BASE}/registration/after/password/hooks/0`, value: REGISTRATION },
    ],
    [
      'an empty list',
      { registration: { after: { password: { hooks: [] } } } },
      { op: 'add', path: `${BASE}/registration/after/password/hooks/0`, value: REGISTRATION },
    ],
    [
      'a method without a list',
      { registration: { after: { password: {} } } },
      { op: 'add', path: `${BASE}/registration/after/password/hooks`, value: [REGISTRATION] },
    ],
    [
      'a flow without anything',
      {},
      { op: 'add', path: `${BASE}/registration`, value: { after: { password: { hooks: [REGISTRATION] } } } },
    ],
    [
      'a hook with an old secret',
      { registration: { after: { password: { hooks: [{ hook: 'session' }, OLD] } } } },
      { op: 'replace', path: `${BASE}/registration/after/password/hooks/1`, value: REGISTRATION },
    ],
  ])('%s', (_name, flows, operation) => {
    expect(planProjectEdits(project(flows), towardsApplied(VALUES)).patch).toEqual([operation]);
  });

  test('only one of two hooks of ours in a list stays, because Ory refuses equal hooks in a list', () => {
    const flows = {
      registration: { after: { password: { hooks: [OLD, REGISTRATION, { hook: 'session' }] } } },
    };
    expect(planProjectEdits(project(flows), towardsApplied(VALUES)).patch).toEqual([
      { op: 'remove', path: `${BASE}/registration/after/password/hooks/1` },
      { op: 'replace', path: `${BASE}/registration/after/password/hooks/0`, value: REGISTRATION },
    ]);
  });

  test('removing counts the places after each step', () => {
    const flows = { registration: { after: { hooks: [OLD, { hook: 'b2b_sso' }, REGISTRATION] } } };
    expect(planProjectEdits(project(flows), towardsRemoved(VALUES.body)).patch).toEqual([
      { op: 'remove', path: `${BASE}/registration/after/hooks/0` },
      { op: 'remove', path: `${BASE}/registration/after/hooks/1` },
    ]);
  });
});
