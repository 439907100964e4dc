/** Stories of rules 10 and 11: identities sign up, change and take over emails around a lost answer. */
import { person } from './two-in-doubt.ts';
import type { Doubt } from './two-in-doubt.ts';

export type Story = (doubt: Doubt) => Promise<void>;

const PHONE = { phone: '+491701234567' };
const TEAM = { team: 'Sales' };

export const STORIES: [string, Story][] = [
  [
    'two in one batch: b changes its email, a takes b’s old one, a newcomer takes a’s',
    async (doubt) => {
      const a = await doubt.create(person('Ann', 'a@example.org', PHONE));
      const b = await doubt.create(person('Bob', 'b@example.org', TEAM));
      let c = '';
      await doubt.loseAnswer(
        'upsert',
        () => doubt.inOneBatch(a, b),
        async () => {
          await doubt.change(b, person('Bob', 'c@example.org', TEAM));
          await doubt.change(a, person('Ann', 'b@example.org', PHONE));
          c = await doubt.create(person('Cid', 'a@example.org'));
          await doubt.tell('registration', c);
        },
      );
      await doubt.expectAtRest([a, b, c]);
    },
  ],
  [
    'three in one batch: each takes the email of the next, and a newcomer takes the first one',
    async (doubt) => {
      const a = await doubt.create(person('Ann', 'a@example.org', PHONE));
      const b = await doubt.create(person('Bob', 'b@example.org', TEAM));
      const c = await doubt.create(person('Cid', 'c@example.org'));
      let d = '';
      await doubt.loseAnswer(
        'upsert',
        () => doubt.inOneBatch(a, b, c),
        async () => {
          await doubt.change(c, person('Cid', 'd@example.org'));
          await doubt.change(b, person('Bob', 'c@example.org', TEAM));
          await doubt.change(a, person('Ann', 'b@example.org', PHONE));
          d = await doubt.create(person('Dan', 'a@example.org', TEAM));
          await doubt.tell('registration', d);
        },
      );
      await doubt.expectAtRest([a, b, c, d]);
    },
  ],
  [
    'a sign-up in doubt changes its email, and a newcomer takes the old one',
    async (doubt) => {
      const b = await doubt.create(person('Bob', 'one@example.org', PHONE));
      let c = '';
      await doubt.loseAnswer(
        'upsert',
        () => doubt.tell('registration', b),
        async () => {
          await doubt.change(b, person('Bob', 'two@example.org', PHONE));
          c = await doubt.create(person('Cid', 'one@example.org'));
          await doubt.tell('registration', c);
        },
      );
      await doubt.expectAtRest([b, c]);
    },
  ],
  [
    'the adoption of a stranger’s contact is in doubt, its identity changes its email, a newcomer takes the old one',
    async (doubt) => {
      const stranger = { Email: 'one@example.org', Last_Name: 'Lee', Description: 'met at the fair' };
      await doubt.stage.salesMakes(stranger);
      const b = await doubt.create(person('Bob', 'one@example.org', PHONE));
      let c = '';
      await doubt.loseAnswer(
        doubt.looks ? 'update' : 'upsert',
        () => doubt.tell('registration', b),
        async () => {
          await doubt.change(b, person('Bob', 'two@example.org', PHONE));
          c = await doubt.create(person('Cid', 'one@example.org', TEAM));
          await doubt.tell('registration', c);
        },
      );
      await doubt.expectAtRest([b, c]);
      const kept = (await doubt.stage.contacts()).filter(
        ({ fields }) => typeof fields['Description'] === 'string',
      );
      if (kept.length !== 1)
        throw new Error('the description of the stranger’s contact is gone, or there twice');
    },
  ],
  [
    'a linked identity’s new email is in doubt, it changes again, a newcomer takes the one in between',
    async (doubt) => {
      const a = await doubt.signUp(person('Ann', 'a@example.org', PHONE));
      let b = '';
      await doubt.loseAnswer(
        'update',
        () => doubt.change(a, person('Ann', 'e@example.org', PHONE)),
        async () => {
          await doubt.change(a, person('Ann', 'f@example.org', PHONE));
          b = await doubt.create(person('Bob', 'e@example.org', TEAM));
          await doubt.tell('registration', b);
        },
      );
      await doubt.expectAtRest([a, b]);
    },
  ],
  [
    'a sign-up in doubt changes its email, and a linked identity takes the old one',
    async (doubt) => {
      const a = await doubt.signUp(person('Ann', 'a@example.org', PHONE));
      const b = await doubt.create(person('Bob', 'e@example.org', TEAM));
      await doubt.loseAnswer(
        'upsert',
        () => doubt.tell('registration', b),
        async () => {
          await doubt.change(b, person('Bob', 'b@example.org', TEAM));
          await doubt.change(a, person('Ann', 'e@example.org', PHONE));
        },
      );
      await doubt.expectAtRest([a, b]);
    },
  ],
  [
    'two linked identities swap their emails, and the answer is lost',
    async (doubt) => {
      const a = await doubt.signUp(person('Ann', 'a@example.org', PHONE));
      const b = await doubt.signUp(person('Bob', 'b@example.org', TEAM));
      let c = '';
      await doubt.loseAnswer(
        'update',
        () => doubt.change(b, person('Bob', 'x@example.org', TEAM)),
        async () => {
          await doubt.change(a, person('Ann', 'b@example.org', PHONE));
          await doubt.change(b, person('Bob', 'a@example.org', TEAM));
          c = await doubt.create(person('Cid', 'x@example.org'));
          await doubt.tell('registration', c);
        },
      );
      await doubt.expectAtRest([a, b, c]);
    },
  ],
];
