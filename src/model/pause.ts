/** Why delivery pauses (rule 13), with the end, the cause and the fix of each pause. */

interface Pause {
  /** `time`: the pause passes by itself. `person`: it lasts until someone changes something. */
  readonly endedBy: 'time' | 'person';
  /**
   * `zoho`: the answer points only at Zoho. `here`: something on our side may be wrong, such as the network,
   * the account or the configuration. `operation`: Zoho refuses this operation and may accept others.
   */
  readonly cause: 'zoho' | 'here' | 'operation';
  /** Zoho refuses access. A new token, scope or permission is needed. */
  readonly noAccess?: true;
  /** What the user can do, if the message of the failed call does not say it. */
  readonly fix: string;
}

const PAUSES = {
  /** Connection refused or cut, a timeout, or a DNS failure. */
  network: {
    endedBy: 'time',
    cause: 'here',
    fix: 'Check the network, proxy and firewall of this machine.',
  },
  /** 5xx, or an answer that cannot be read. */
  zoho_unavailable: {
    endedBy: 'time',
    cause: 'zoho',
    fix: "Zoho has a problem, or another server answers in its place. Check Zoho's status page and try again later.",
  },
  /** 429, too many calls at once. */
  rate_limit: {
    endedBy: 'time',
    cause: 'zoho',
    fix: 'Try again in a minute. Other programs use the same organization.',
  },
  /** 429, the credits of the day are used up. */
  credits: {
    endedBy: 'time',
    cause: 'here',
    fix: "Wait until Zoho's day is over, or buy API credits. Deliveries wait until then, and nothing is lost.",
  },
  /** Too many access tokens for this refresh token in 10 minutes. */
  token_throttled: {
    endedBy: 'time',
    cause: 'zoho',
    fix: 'Wait, and find out which other program uses this refresh token.',
  },
  /** The refresh token or the client is no longer valid. */
  token_dead: {
    endedBy: 'person',
    cause: 'here',
    noAccess: true,
    fix: 'Run "ory-zoho init" to connect again.',
  },
  /** Zoho has never accepted a call with this new token. */
  wrong_host_or_scope: {
    endedBy: 'person',
    cause: 'here',
    noAccess: true,
    fix: 'Check ZOHO_API_BASE_URL, or run "ory-zoho init".',
  },
  /** OAUTH_SCOPE_MISMATCH */
  scope: {
    endedBy: 'person',
    cause: 'operation',
    noAccess: true,
    fix: 'Run "ory-zoho init" to connect with all scopes.',
  },
  /** NO_PERMISSION, or AUTHORIZATION_FAILED of a whole call. */
  no_permission: {
    endedBy: 'person',
    cause: 'operation',
    noAccess: true,
    fix: 'In Zoho, give the profile of the connected user "Zoho CRM API Access" (Setup > Profiles > Developer Permissions) and the module.',
  },
  /** INVALID_MODULE */
  invalid_module: {
    endedBy: 'person',
    cause: 'operation',
    fix: 'Show the module to the profile of the connected Zoho user, or name another module in the mapping.',
  },
  /** INVALID_URL_PATTERN, or INVALID_HOST for a host of another data center */
  invalid_url: {
    endedBy: 'person',
    cause: 'operation',
    fix: 'Check ZOHO_API_BASE_URL, for example https://www.zohoapis.com/crm/v8.',
  },
  /** Any other refusal that points at no record, such as a full storage. */
  request_refused: {
    endedBy: 'time',
    cause: 'operation',
    fix: "Zoho refuses the calls themselves. The message has Zoho's reason. If only one record is affected, the others go on and that one fails.",
  },
  /** The credentials reach another Zoho organization than the one that the store belongs to. */
  wrong_org: {
    endedBy: 'person',
    cause: 'here',
    fix: 'Use a separate store (DATABASE_URL) for each Zoho organization.',
  },
  /** ORY_ID_FIELD does not name a unique text field. An upsert by that field could match any contact. */
  ory_id_field: {
    endedBy: 'person',
    cause: 'here',
    fix: 'Run "ory-zoho init" to create the field.',
  },
} as const satisfies { readonly [reason: string]: Pause };

/** Why delivery is paused. `status` and the log show it. */
export type PauseReason = keyof typeof PAUSES;

/** The entry for this reason. */
export function pauseBy(reason: PauseReason): Pause {
  return PAUSES[reason];
}

/** Whether the pause lasts until someone acts. Other pauses pass by themselves (rule 13). */
export function needsAPerson(reason: PauseReason): boolean {
  return pauseBy(reason).endedBy === 'person';
}

/** Whether a text is a reason that this version knows. */
export function isPauseReason(text: string): text is PauseReason {
  return Object.hasOwn(PAUSES, text);
}
