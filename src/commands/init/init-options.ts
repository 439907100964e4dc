import type { AdoptPolicy } from '../../model/policy.ts';

/** What the command line of `init` may say; whatever it leaves out is asked, or has a default. */
export interface InitOptions {
  readonly connect?: ConnectWay | undefined;
  readonly dataCenter?: string | undefined;
  readonly clientId?: string | undefined;
  /** The self client's one-time code. */
  readonly code?: string | undefined;
  readonly redirectPort: number;
  /** False: only print the address of the consent page. */
  readonly browser: boolean;
  readonly oryUrl?: string | undefined;
  /** `create`, `none`, or the API name of a field. */
  readonly oryIdField?: string | undefined;
  readonly adopt?: AdoptPolicy | undefined;
  readonly adoptUnverified?: 'true' | 'false' | undefined;
  readonly publicUrl?: string | undefined;
  readonly testContact?: 'yes' | 'no' | undefined;
  readonly writeEnv?: string | undefined;
  readonly secretsStdin: boolean;
  /** Only binds the store to the address of Ory, on the operator's word. */
  readonly rebind: boolean;
  /** Take the default of every question that has one. */
  readonly yes: boolean;
}

export const CONNECT_WAYS = ['browser', 'self-client', 'keep'] as const;
export type ConnectWay = (typeof CONNECT_WAYS)[number];
