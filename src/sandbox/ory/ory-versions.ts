/** How one version of Ory's admin API differs from the others. */
export interface OryBehaviour {
  /** A self-hosted Kratos: no API key, `/version`, `/health`, and a public address of its own. */
  readonly selfHosted: boolean;
  /** Whether a change of an identity moves its `updated_at` (ory/kratos#4131, fixed in v25.4.0). */
  readonly movesUpdatedAt: boolean;
  /** What one wrong identity does to a batch (ory/kratos#4083, since v1.3.0): refuse all, or only itself. */
  readonly batch: 'all_or_none' | 'each';
  /** Whether the error of one identity in a batch says what is wrong with its traits. */
  readonly batchSaysWhy: boolean;
  /** Whether identities have an external id. */
  readonly externalIds: boolean;
  /** Which answers have `Cache-Control: private, no-cache, …`: those of all routes, or those to all GETs. */
  readonly noCache: 'routes' | 'reads';
  /** Whether pages of the list begin after an id, and it can be filtered by ids (both since v1.1.0), or at an offset. */
  readonly pages: 'by_id' | 'by_offset';
  /** Whether `/admin/identities/` is the list too. */
  readonly listsAtSlash: boolean;
  /** What the admin address does with paths outside `/admin`, such as `/health/ready`: redirect or answer. */
  readonly outsideAdmin: 'redirects' | 'answers';
  /** Whether the answer to a create has the times of the credentials. Without them they are in year 1. */
  readonly createTellsCredentialTimes: boolean;
  /** `version` of a stored password credential. */
  readonly passwordVersion: 0 | 1;
  /** Whether phone numbers in the traits are written as E.164 (ory/kratos df333da, not in v26.2.0). */
  readonly rewritesPhones: boolean;
  /** What a credential says to a value that is no email, beside what the schema says. */
  readonly noEmail: 'format' | 'mail';
  /** What is said when a JSON Patch is not a list, and when it cannot be applied. */
  readonly badPatch: { readonly reason: string; readonly type: string };
  readonly refusedPatch: string;
}

/** The branch master of ory/kratos in July 2026 (b86338d). Its builds call themselves `master`. */
const MASTER: OryBehaviour = {
  selfHosted: true,
  movesUpdatedAt: true,
  batch: 'each',
  batchSaysWhy: true,
  externalIds: true,
  noCache: 'reads',
  pages: 'by_id',
  listsAtSlash: false,
  outsideAdmin: 'answers',
  createTellsCredentialTimes: true,
  passwordVersion: 1,
  rewritesPhones: true,
  noEmail: 'mail',
  badPatch: { reason: 'failed to unmarshal JSON patch', type: '[]identity.patchOp' },
  refusedPatch: 'failed to apply JSON patch',
};

const V26_2: OryBehaviour = {
  ...MASTER,
  createTellsCredentialTimes: false,
  passwordVersion: 0,
  rewritesPhones: false,
  noEmail: 'format',
  badPatch: { reason: 'An error occured when applying the JSON patch', type: 'jsonpatch.Patch' },
  refusedPatch: 'An error occured when applying the JSON patch',
};

const V25_4: OryBehaviour = {
  ...V26_2,
  batchSaysWhy: false,
  noCache: 'routes',
  listsAtSlash: true,
  outsideAdmin: 'redirects',
};

/** No answers of the admin API of 1.x were recorded. What is not known to differ is as in v25.4.0. */
const V1_3: OryBehaviour = { ...V25_4, movesUpdatedAt: false, externalIds: false };

const V1_1: OryBehaviour = { ...V1_3, batch: 'all_or_none' };

const V1_0: OryBehaviour = { ...V1_1, pages: 'by_offset' };

/** Ory Network runs a newer Kratos than the open source releases. */
const NETWORK: OryBehaviour = { ...MASTER, selfHosted: false };

/** The versions that the sandbox can act as, newest first. A version acts as the first that it matches. */
const VERSIONS: readonly (readonly [RegExp, OryBehaviour])[] = [
  [/^v?26\./, V26_2],
  [/^v?25\./, V25_4],
  [/^v?1\.[3-9]/, V1_3],
  [/^v?1\.[12]/, V1_1],
  [/^v?1\./, V1_0],
];

/**
 * How the admin API of this version behaves.
 * @param version as the setting `oryVersion`: undefined is Ory Network, an unknown one a build of master
 */
export function oryBehaviour(version: string | undefined): OryBehaviour {
  if (version === undefined) return NETWORK;
  return VERSIONS.find(([pattern]) => pattern.test(version))?.[1] ?? MASTER;
}
