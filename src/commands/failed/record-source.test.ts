import { expect, test } from 'vitest';
import { sourceOf } from './record-source.ts';

const identity = {
  id: '0f1c2d3e-0000-4000-8000-000000000001',
  traits: {
    email: 'ann@example.org',
    phone: '+49 1',
    name: { first: 'Ann', last: 'Lee' },
    phones: [{ value: '+49 2' }],
    display: 'Bob Builder',
  },
};

test.each([
  ['a trait', 'phone', '+49 1', 'traits.phone'],
  ['a trait inside of another', 'first_name', 'Ann', 'traits.name.first'],
  ['an item of a list', 'phone', '+49 2', 'traits.phones[0].value'],
  ['part of a trait', 'first_name', 'Bob', 'first_name'],
  ['nothing', 'phone', null, 'phone'],
  ['what is no text', 'verified', true, 'verified'],
  ['an expression of its own', '$uppercase(traits.phone)', '+49 1', '$uppercase(traits.phone)'],
])('of %s', (_what, expression, value, source) => {
  expect(sourceOf(expression, identity, value)).toBe(source);
});

test('an identity without traits has none', () => {
  expect(sourceOf('email', { id: identity.id }, 'ann@example.org')).toBe('email');
});
