/**
 * The variables of ory-zoho, their meaning, and whether they are secret. Secrets are never shown, logged or
 * put into an error.
 */
export const VARIABLES = {
  ORY_WEBHOOK_SECRET: { meaning: 'the secret Ory sends with each webhook', secret: true },
  ORY_WEBHOOK_SECRET_PREVIOUS: {
    meaning: 'the previous secret, still accepted during a rotation',
    secret: true,
  },
  ZOHO_CLIENT_ID: { meaning: 'client id of the Zoho OAuth client', secret: false },
  ZOHO_CLIENT_SECRET: { meaning: 'client secret of the Zoho OAuth client', secret: true },
  ZOHO_REFRESH_TOKEN: { meaning: 'refresh token of the Zoho connection', secret: true },
  ZOHO_API_BASE_URL: { meaning: 'Zoho API base URL with its version', secret: false },
  ZOHO_ACCOUNTS_URL: { meaning: 'Zoho accounts host', secret: false },
  ZOHO_DATA_CENTER: { meaning: 'sets both hosts: us, eu, in, au, jp, ca, cn or sa', secret: false },
  PORT: { meaning: 'port that serve listens on', secret: false },
  HOST: { meaning: 'address that serve listens on', secret: false },
  ORY_ADMIN_URL: { meaning: 'Ory Network project URL or self-hosted admin URL', secret: false },
  ORY_PROJECT_API_KEY: { meaning: 'API key of the Ory project', secret: true },
  DATABASE_URL: { meaning: 'where the store is: sqlite:PATH or postgres://…', secret: false },
  ORY_ID_FIELD: { meaning: 'unique Zoho field that holds the identity id', secret: false },
  ORY_ZOHO_MAPPING: { meaning: 'mapping file', secret: false },
  RECONCILE_INTERVAL: {
    meaning: 'how often serve checks every identity, such as 6h; 0 = never',
    secret: false,
  },
  METRICS_TOKEN: { meaning: 'bearer token for /metrics', secret: true },
  ORY_ZOHO_PUBLIC_URL: { meaning: 'the address at which Ory reaches serve', secret: false },
  ORY_CONSOLE_URL: { meaning: "Ory's console API", secret: false },
  ORY_PROJECT: { meaning: 'id of the Ory Network project', secret: false },
  ORY_WORKSPACE_API_KEY: { meaning: 'workspace API key of Ory Network', secret: true },
  LOG_LEVEL: { meaning: 'lowest level that is logged', secret: false },
} as const;

/** The variables that say which Zoho is meant. */
export const ZOHO_HOST_NAMES = ['ZOHO_DATA_CENTER', 'ZOHO_API_BASE_URL', 'ZOHO_ACCOUNTS_URL'] as const;

export type VariableName = keyof typeof VARIABLES;

export const VARIABLE_NAMES = Object.keys(VARIABLES).filter(
  (name): name is VariableName => name in VARIABLES,
);

/** Without any of these, no connection to Zoho is meant here. */
export const ZOHO_CONNECTION_NAMES = ['ZOHO_CLIENT_ID', 'ZOHO_CLIENT_SECRET', 'ZOHO_REFRESH_TOKEN'] as const;
