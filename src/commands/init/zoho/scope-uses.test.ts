import { describe, expect, it } from 'vitest';
import { notAllowed, scopesOf, scopeUses } from './scope-uses.ts';
import type { Features } from './scope-uses.ts';

const features = (change: Partial<Features> = {}): Features => ({
  module: 'Contacts',
  oryIdField: undefined,
  adopt: undefined,
  ...change,
});
const needed = (granted: readonly string[], change: Partial<Features> = {}) =>
  notAllowed(scopeUses(features(change)), granted)
    .filter(({ lost }) => lost === undefined)
    .map(({ scope }) => scope);

const BASE = 'ZohoCRM.modules.contacts.ALL,ZohoCRM.coql.READ,ZohoCRM.settings.fields.READ';

describe('the scopes asked for', () => {
  it.each<[Partial<Features>, string]>([
    [{}, `${BASE},ZohoCRM.settings.fields.CREATE,ZohoCRM.org.READ,ZohoCRM.users.READ`],
    [{ oryIdField: 'create' }, `${BASE},ZohoCRM.settings.fields.CREATE,ZohoCRM.org.READ,ZohoCRM.users.READ`],
    [{ oryIdField: 'none' }, `${BASE},ZohoCRM.org.READ,ZohoCRM.users.READ`],
    [{ oryIdField: 'My_Id' }, `${BASE},ZohoCRM.org.READ,ZohoCRM.users.READ`],
    [
      { module: 'Leads', oryIdField: 'none' },
      `${BASE.replace('contacts', 'leads')},ZohoCRM.org.READ,ZohoCRM.users.READ`,
    ],
  ])('for %j are the least', (change, expected) => {
    expect(scopesOf(scopeUses(features(change))).join(',')).toBe(expected);
  });
});

describe('granted scopes', () => {
  it.each([
    [['ZohoCRM.modules.contacts.ALL']],
    [['zohocrm.modules.CONTACTS.all']],
    [['ZohoCRM.modules.ALL']],
    [['ZohoCRM.modules.contacts.WRITE']],
    [['ZohoCRM.modules.contacts.CREATE', 'ZohoCRM.modules.UPDATE']],
  ])('%j let contacts be written', (granted) => {
    expect(needed(granted)).toEqual([]);
  });

  it.each([
    [['ZohoCRM.modules.contacts.READ']],
    [['ZohoCRM.modules.contacts.CREATE']],
    [['ZohoCRM.modules.contacts.UPDATE']],
    [['ZohoCRM.modules.leads.ALL']],
    [['ZohoCRM.coql.READ', 'ZohoCRM.settings.ALL']],
    [[]],
  ])('%j do not', (granted) => {
    expect(needed(granted)).toContain('ZohoCRM.modules.contacts.ALL');
  });

  it('must hold what a chosen feature cannot do without', () => {
    const granted = ['ZohoCRM.modules.contacts.ALL'];
    expect(needed(granted, { adopt: 'fill' })).toEqual(['ZohoCRM.coql.READ']);
    expect(needed(granted, { oryIdField: 'create' })).toEqual([
      'ZohoCRM.settings.fields.READ',
      'ZohoCRM.settings.fields.CREATE',
    ]);
    expect(needed(granted, { oryIdField: 'My_Id' })).toEqual(['ZohoCRM.settings.fields.READ']);
    expect(
      needed([...granted, 'ZohoCRM.settings.ALL', 'ZohoCRM.coql.READ'], {
        oryIdField: 'create',
        adopt: 'fill',
      }),
    ).toEqual([]);
  });
});
