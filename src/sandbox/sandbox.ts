import type { World } from '../model/world.ts';
import { NODE_WORLD } from '../node-world.ts';
import { answer } from './answer.ts';
import { serverAt } from './call/server.ts';
import type { Control } from './control/control.ts';
import { controlOver } from './control/control-client.ts';
import { controlOperations } from './control/control-operations.ts';
import type { Settings } from './settings.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import { createWorld } from './world.ts';
import type { FieldOverride } from './zoho/records/field.ts';

export interface SandboxOptions extends Partial<Settings> {
  readonly host?: string;
  /** 0 means any free port. */
  readonly port?: number;
  /** Additional fields, or changes to standard ones. They apply to both modules unless they name one. */
  readonly fields?: readonly FieldOverride[];
  /** How many identities are generated. They take no memory. */
  readonly identities?: number;
  /** Time and chance. */
  readonly outside?: World;
}

export interface Sandbox {
  readonly url: string;
  readonly zoho: {
    readonly accountsUrl: string;
    /** The API base URL of a version. The default is v8. */
    apiBaseUrl(version?: string): string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly refreshToken: string;
  };
  readonly ory: {
    readonly adminUrl: string;
    readonly apiKey: string;
    readonly consoleUrl: string;
    readonly project: string;
    readonly workspaceKey: string;
  };
  readonly control: Control;
  /** Refuses connections until `resume`, like a host that is down. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Ends held calls without a commit and closes all connections. */
  close(): Promise<void>;
}

/**
 * Starts a stand-in for Zoho's accounts server, the Zoho CRM API and Ory's admin and console APIs, all on one
 * port.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const {
    host = '127.0.0.1',
    port = 0,
    fields = [],
    identities = 0,
    outside = NODE_WORLD,
    ...settings
  } = options;
  let url = '';
  const world = createWorld(() => url, { ...DEFAULT_SETTINGS, ...settings }, fields, identities, outside);
  const operations = controlOperations(world);
  const server = serverAt(host, (incoming, response) => answer(incoming, response, world, operations));
  const boundPort = await server.listen(port);
  url = `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}`;
  const { accounts, project } = world;
  return {
    url,
    zoho: {
      accountsUrl: url,
      apiBaseUrl: (version = 'v8') => `${url}/crm/${version}`,
      clientId: accounts.clientId,
      clientSecret: accounts.clientSecret,
      refreshToken: accounts.newRefreshToken(),
    },
    ory: {
      adminUrl: url,
      apiKey: world.oryApiKey,
      consoleUrl: url,
      project: project.id,
      workspaceKey: project.workspaceKey,
    },
    control: controlOver(async (name, args) => operations[name]?.(args)),
    pause: () => server.stop(),
    resume: async () => {
      await server.listen(boundPort);
    },
    close: async () => {
      world.faults.close();
      await server.stop();
    },
  };
}
