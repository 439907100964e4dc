import type { JsonObject } from '../../model/json.ts';
import type { Reply } from '../call/http.ts';

const EXTENSION = 'ory.sh/kratos';

const EMAIL_TRAIT: JsonObject = {
  type: 'string',
  format: 'email',
  [EXTENSION]: { verification: { via: 'email' }, recovery: { via: 'email' } },
};

/** Ory's preset `basic` (Ory docs, "Identity schema"), used for sign-ups in the sandbox. */
const BASIC: JsonObject = {
  $id: 'https://schemas.ory.sh/presets/kratos/identity.basic.schema.json',
  title: 'Person',
  type: 'object',
  properties: {
    traits: {
      type: 'object',
      properties: {
        email: EMAIL_TRAIT,
        name: { type: 'object', properties: { first: { type: 'string' }, last: { type: 'string' } } },
        newsletter: { type: 'boolean' },
      },
    },
  },
};

/** Ory's preset `email`: the same without a name. */
const EMAIL: JsonObject = {
  $id: 'https://schemas.ory.sh/presets/kratos/identity.email.schema.json',
  title: 'Person',
  type: 'object',
  properties: {
    traits: {
      type: 'object',
      properties: {
        email: EMAIL_TRAIT,
      },
    },
  },
};

/** `GET /schemas` is public and needs no key, as in Kratos. */
export function listSchemas(): Reply {
  return {
    status: 200,
    json: [
      { id: 'preset://basic', schema: BASIC },
      { id: 'preset://email', schema: EMAIL },
    ],
  };
}
