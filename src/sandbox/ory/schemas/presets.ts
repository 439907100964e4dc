import type { JsonObject } from '../../../model/json.ts';

/** An identity schema of the project, as `GET /schemas` shows it. */
export interface IdentitySchema {
  readonly id: string;
  readonly schema: JsonObject;
}

const EMAIL: JsonObject = {
  type: 'string',
  format: 'email',
  title: 'E-Mail',
  maxLength: 320,
  'ory.sh/kratos': {
    credentials: {
      password: { identifier: true },
      webauthn: { identifier: true },
      totp: { account_name: true },
      code: { identifier: true, via: 'email' },
      passkey: { display_name: true },
    },
    verification: { via: 'email' },
    recovery: { via: 'email' },
  },
};

const NAME: JsonObject = {
  type: 'object',
  title: 'Name',
  properties: {
    first: { type: 'string', title: 'First name', maxLength: 256 },
    last: { type: 'string', title: 'Last name', maxLength: 256 },
  },
};

const USERNAME: JsonObject = {
  type: 'string',
  title: 'Username',
  maxLength: 256,
  'ory.sh/kratos': {
    credentials: { password: { identifier: true }, passkey: { display_name: true } },
  },
};

const PHONE: JsonObject = {
  type: 'string',
  format: 'tel',
  title: 'Phone number',
  'ory.sh/kratos': {
    credentials: { code: { identifier: true, via: 'sms' } },
    verification: { via: 'sms' },
  },
};

/** Like the presets of Ory (Ory docs, "Identity schema"): no other traits, and one that is required. */
export const PRESETS: readonly IdentitySchema[] = [
  preset('basic', 'email', {
    email: EMAIL,
    name: NAME,
    newsletter: { type: 'boolean', title: 'Newsletter' },
  }),
  preset('email', 'email', { email: EMAIL }),
  preset('username', 'username', { username: USERNAME }),
  preset('sms', 'phone_number', { phone_number: PHONE }),
];

function preset(name: string, required: string, properties: JsonObject): IdentitySchema {
  return {
    id: `preset://${name}`,
    schema: {
      $id: `https://schemas.ory.sh/presets/kratos/identity.${name}.schema.json`,
      $schema: 'http://json-schema.org/draft-07/schema#',
      title: 'Person',
      type: 'object',
      properties: {
        traits: { type: 'object', properties, required: [required], additionalProperties: false },
      },
    },
  };
}
