import { canonicalJson } from '../../model/json.ts';

/** What a scan is about. Null = no such filter. */
export interface ScanOptions {
  /** Identities of this schema only. */
  readonly schema: string | null;
  /** Identities that changed since then, in microseconds since 1970. */
  readonly since: number | null;
  /** So many identities, then it ends. */
  readonly limit: number | null;
  /** Compare with the contacts in Zoho, not with what was sent. */
  readonly verify: boolean;
  /** Each identity as if its sign-up or change had just come: with the mapping's `trigger`. */
  readonly workflows: boolean;
}

export const EVERYBODY: ScanOptions = {
  schema: null,
  since: null,
  limit: null,
  verify: false,
  workflows: false,
};

/** Whether a scan with these options sees every identity of the project. */
export function isComplete({ schema, since, limit }: ScanOptions): boolean {
  return schema === null && since === null && limit === null;
}

/** What a run is remembered by: with other options, or under another mapping, it does not go on. */
export function optionsText(options: ScanOptions, mappingHash: string): string {
  return canonicalJson({ ...options, mappingHash });
}
