import type { World } from '../../model/world.ts';
import { IdentityStore } from './ory-identities.ts';
import { OryProject } from './console/ory-project.ts';
import { OryRateLimit } from './ory-rate-limit.ts';
import type { OrySettings } from './ory-settings.ts';

/** The state of the Ory half of a sandbox. Its routes read and change it. */
export interface OryWorld {
  /** ms since 1970, UTC. */
  readonly clock: () => number;
  /** The address of the sandbox. */
  readonly url: () => string;
  readonly settings: OrySettings;
  readonly identities: IdentityStore;
  readonly oryRateLimit: OryRateLimit;
  readonly oryApiKey: string;
  /** The state that the console API shows and changes. */
  readonly project: OryProject;
}

/**
 * An Ory with this number of generated identities. `settings` is kept by reference, so a change takes effect
 * at once.
 */
export function createOryWorld(
  url: () => string,
  clock: () => number,
  settings: OrySettings,
  identities: number,
  outside: World,
): OryWorld {
  return {
    url,
    clock,
    settings,
    identities: new IdentityStore(identities, clock, settings, outside),
    oryRateLimit: new OryRateLimit(settings),
    oryApiKey: `ory_pat_${outside.bytes(24).toString('base64url')}`,
    project: new OryProject(outside),
  };
}
