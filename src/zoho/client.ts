import type { TokenCache } from '../model/token-cache.ts';
import type { World } from '../model/world.ts';
import { NODE_WORLD } from '../node-world.ts';
import type { WriteAnswer } from '../model/zoho-answer.ts';
import { AccessTokens } from './token/access-token.ts';
import type { CallObserved } from './call.ts';
import { Caller } from './call.ts';
import type { ConvertedAnswer, ConvertedRequest } from './calls/converted.ts';
import { readConverted } from './calls/converted.ts';
import type { LookUpRequest } from './calls/coql.ts';
import type { LookUpAnswer } from './calls/look-ups.ts';
import { LookUps } from './calls/look-ups.ts';
import type { CreateFieldAnswer, NewUniqueText } from './calls/create-field.ts';
import { createUniqueText } from './calls/create-field.ts';
import type { CurrentUserAnswer } from './calls/current-user.ts';
import { readCurrentUser } from './calls/current-user.ts';
import type { ZohoHosts } from './data-center.ts';
import type { DeleteRequest } from './calls/delete.ts';
import { deleteRecords } from './calls/delete.ts';
import type { FieldsAnswer } from './calls/read-fields.ts';
import { readFields } from './calls/read-fields.ts';
import type { InsertRequest } from './calls/insert.ts';
import { insert } from './calls/insert.ts';
import { Limiter } from './limiter.ts';
import type { OrgAnswer } from './calls/org.ts';
import { readOrg } from './calls/org.ts';
import type { RecordsAnswer, RecordsRequest } from './calls/records.ts';
import { readRecords } from './calls/records.ts';
import { openHttp } from './request.ts';
import type { TagRequest } from './calls/tags.ts';
import { addTags, removeTags } from './calls/tags.ts';
import type { UpdateRequest } from './calls/update.ts';
import { update } from './calls/update.ts';
import type { UpsertRequest } from './calls/upsert.ts';
import { upsert } from './calls/upsert.ts';
import type { ZohoLog } from './zoho-log.ts';
import { SILENT } from './zoho-log.ts';

export interface ZohoClientOptions {
  readonly hosts: ZohoHosts;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  readonly tokenCache: TokenCache;
  readonly world?: World;
  readonly log?: ZohoLog;
  /** Called once for each call to Zoho, when it is over. */
  readonly observe?: (call: CallObserved) => void;
}

export interface ZohoStats {
  /** Calls under way, and how many are allowed. */
  readonly inFlight: number;
  readonly limit: number;
  /** By this client's own count, since it was created. */
  readonly creditsUsed: number;
  /** The last number that Zoho sent. Undefined while more than half of the day's credits are left. */
  readonly creditsRemaining: number | undefined;
  /**
   * The first number that Zoho sent, which is about half of the day's credits (rule 29). Undefined if it sent
   * none.
   */
  readonly creditsHalf: number | undefined;
  /** When the last used token counts as expired, ms since 1970. Undefined before the first call. */
  readonly tokenExpiresAt: number | undefined;
  /** Access tokens that this client asked for since it was created. */
  readonly tokensAsked: { readonly granted: number; readonly failed: number };
}

/**
 * One Zoho org, reached with one refresh token. Failures at Zoho, or on the way to it, come back as data
 * (`CallFailure`). It throws only for errors in the store of the token cache and for wrong arguments.
 */
export interface ZohoClient {
  /** The version in the API base URL: 2 to 8. */
  readonly apiVersion: number;
  upsert(request: UpsertRequest): Promise<WriteAnswer>;
  /** Creates new records even if contacts with the same email exist, and leaves those contacts alone. */
  insert(request: InsertRequest): Promise<WriteAnswer>;
  update(request: UpdateRequest): Promise<WriteAnswer>;
  lookUp(request: LookUpRequest): Promise<LookUpAnswer>;
  /** @param module API name, such as Contacts */
  fields(module: string, signal?: AbortSignal): Promise<FieldsAnswer>;
  delete(request: DeleteRequest): Promise<WriteAnswer>;
  /** Reads records by id. Works without the COQL scope too. */
  records(request: RecordsRequest): Promise<RecordsAnswer>;
  /**
   * Which of these records were converted. They are mostly leads. Zoho's other answers treat them as gone.
   */
  converted(request: ConvertedRequest): Promise<ConvertedAnswer>;
  addTags(request: TagRequest): Promise<WriteAnswer>;
  removeTags(request: TagRequest): Promise<WriteAnswer>;
  /** @param module API name, such as Contacts */
  createUniqueText(module: string, field: NewUniqueText, signal?: AbortSignal): Promise<CreateFieldAnswer>;
  currentUser(signal?: AbortSignal): Promise<CurrentUserAnswer>;
  org(signal?: AbortSignal): Promise<OrgAnswer>;
  stats(): ZohoStats;
  /** Cuts the calls under way. */
  close(): Promise<void>;
}

/** A client for one org. It makes no request before the first call. */
export function createZohoClient(options: ZohoClientOptions): ZohoClient {
  const { hosts, tokenCache, world = NODE_WORLD, log = SILENT, observe = () => {} } = options;
  const { clientId, clientSecret, refreshToken } = options;
  const http = openHttp(world);
  const closing = new AbortController();
  const limiter = new Limiter(() => world.now());
  const tokens = new AccessTokens({
    hosts,
    credentials: { clientId, clientSecret, refreshToken },
    cache: tokenCache,
    http,
    closing: closing.signal,
    world,
    log,
  });
  const caller = new Caller({
    apiBaseUrl: hosts.apiBaseUrl,
    http,
    tokens,
    limiter,
    closing: closing.signal,
    world,
    log,
    observe,
  });
  const lookUps = new LookUps(caller, tokens, { log, world });
  const metadata = rememberingScope(tokens);
  return {
    apiVersion: caller.version,
    upsert: (request) => upsert(caller, request),
    insert: (request) => insert(caller, request),
    update: (request) => update(caller, request),
    lookUp: (request) => lookUps.ask(request),
    fields: (module, signal) => metadata(() => readFields(caller, module, signal)),
    delete: (request) => deleteRecords(caller, request),
    records: (request) => readRecords(caller, request),
    converted: (request) => readConverted(caller, request),
    addTags: (request) => addTags(caller, request),
    removeTags: (request) => removeTags(caller, request),
    createUniqueText: (module, field, signal) => createUniqueText(caller, module, field, signal),
    currentUser: (signal) => readCurrentUser(caller, signal),
    org: (signal) => readOrg(caller, signal),
    stats: () => statsOf(caller, limiter, tokens),
    async close() {
      closing.abort();
      await http.close();
    },
  };
}

function statsOf(caller: Caller, limiter: Limiter, tokens: AccessTokens): ZohoStats {
  const { used, remaining, half } = caller.credits;
  return {
    inFlight: limiter.inFlight,
    limit: limiter.limit,
    creditsUsed: used,
    creditsRemaining: remaining,
    creditsHalf: half,
    tokenExpiresAt: tokens.latest?.expiresAt,
    tokensAsked: tokens.asked,
  };
}

/**
 * Remembers that a scope is missing. It stays missing as long as the token is the same, so calls that need it
 * are not made.
 */
function rememberingScope(tokens: AccessTokens) {
  let without: string | undefined;
  return async <Answer extends { readonly kind: string }>(call: () => Promise<Answer>) => {
    if (without !== undefined && without === tokens.latest?.token) return { kind: 'no_scope' } as const;
    const answer = await call();
    if (answer.kind === 'no_scope') without = tokens.latest?.token;
    return answer;
  };
}
