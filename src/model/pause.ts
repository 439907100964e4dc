/** Why delivery pauses (rule 13): what ends each pause, what causes it, and how the user fixes it. */

interface Pause {
  /** `time`: it passes by itself. `person`: it lasts until someone changes something. */
  readonly endedBy: 'time' | 'person';
  /**
   * `zoho`: only Zoho's side, as far as the answer shows. `here`: something on our side may be wrong, such as the
   * network, the account or the configuration. `operation`: Zoho refuses this operation and may accept others.
   */
  readonly cause: 'zoho' | 'here' | 'operation';
  /** Zoho does not let us in: a new token, scope or permission is needed. */
  readonly noAccess?: true;
  /** What the user does about it, where the message of the failed call does not say so. */
  readonly fix: string;
}

const PAUSES = {
  /** Refused, cut, timed out, DNS. */
  network: {
    endedBy: 'time',
    cause: 'here',
    fix: 'Check network, proxy and firewall of this machine.',
  },
  /** 5xx, or an answer that cannot be read. */
  zoho_unavailable: {
    endedBy: 'time',
    cause: 'zoho',
    fix: "Zoho has trouble, or something answers in its place; see Zoho's status page, and try later.",
  },
  /** 429, too many calls at once. */
  rate_limit: {
    endedBy: 'time',
    cause: 'zoho',
    fix: 'Try again in a minute; other programs use the same organisation.',
  },
  /** 429, the credits of the day are used up. */
  credits: {
    endedBy: 'time',
    cause: 'here',
    fix: 'Wait until the day of Zoho is over, or buy API credits. Deliveries wait meanwhile, nothing is lost.',
  },
  /** Too many access tokens for this refresh token in 10 minutes. */
  token_throttled: {
    endedBy: 'time',
    cause: 'zoho',
    fix: 'Wait; find out what else uses this refresh token.',
  },
  /** The refresh token or the client is no longer valid. */
  token_dead: {
    endedBy: 'person',
    cause: 'here',
    noAccess: true,
    fix: 'Run "ory-zoho init" to connect again.',
  },
  /** A fresh token that no call ever accepted. */
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
    fix: 'Show the module to the profile of the connected Zoho user, or name another in the mapping.',
  },
  /** INVALID_URL_PATTERN */
  invalid_url: {
    endedBy: 'person',
    cause: 'operation',
    fix: 'Check ZOHO_API_BASE_URL, for example https://www.zohoapis.com/crm/v8.',
  },
  /** Another Zoho organisation than the store belongs to. */
  wrong_org: {
    endedBy: 'person',
    cause: 'here',
    fix: 'Point DATABASE_URL to a store of its own for each Zoho organisation.',
  },
  /** ORY_ID_FIELD names no unique text field: an upsert by it would match anything. */
  ory_id_field: {
    endedBy: 'person',
    cause: 'here',
    fix: 'Run "ory-zoho init" to make the field.',
  },
} as const satisfies { readonly [reason: string]: Pause };

/** Why delivery is pausing; `status` and the log show it. */
export type PauseReason = keyof typeof PAUSES;

/** What is known of a pause by its reason. */
export function pauseBy(reason: PauseReason): Pause {
  return PAUSES[reason];
}

/** Whether the pause lasts until someone does something; the others pass by themselves (rule 13). */
export function needsAPerson(reason: PauseReason): boolean {
  return pauseBy(reason).endedBy === 'person';
}

/** Whether a text is a reason that this version knows. */
export function isPauseReason(text: string): text is PauseReason {
  return Object.hasOwn(PAUSES, text);
}
