import type { AdoptPolicy } from '../../model/policy.ts';

/** The options of `init`. Missing ones are asked for or have a default. */
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
  /** Only bind the store to the address of Ory, because the operator says that it is the same project. */
  readonly rebind: boolean;
  /** Take the default of every question that has one. */
  readonly yes: boolean;
}

export const CONNECT_WAYS = ['browser', 'self-client', 'keep'] as const;
export type ConnectWay = (typeof CONNECT_WAYS)[number];
