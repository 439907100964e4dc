import type { Story } from './story.ts';

/** Stories that once broke a rule, cut to what it takes, and how they broke it. */
export const FOUND_STORIES: readonly (readonly [string, Story])[] = [
  [
    'a contact gets its values back if a salesperson typed the email of a later sign-up into it',
    {
      setting: {
        seed: 754,
        serves: 2,
        oryId: false,
        coql: false,
        adopt: 'overwrite',
        deleted: 'leave',
        reconcile: true,
      },
      events: [
        {
          afterMs: 1_200,
          happening: { is: 'signs_up', person: 0, email: 2, department: true, told: 'once' },
        },
        { afterMs: 7_500, happening: { is: 'sales_types_email', person: 0, email: 0 } },
        {
          afterMs: 4_000,
          happening: { is: 'signs_up', person: 1, email: 0, department: true, told: 'once' },
        },
      ],
    },
  ],
];
