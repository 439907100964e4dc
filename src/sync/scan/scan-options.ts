import { canonicalJson } from '../../model/json.ts';

/** The filters and options of a scan. Null means no such filter. */
export interface ScanOptions {
  /** Only identities of this schema. */
  readonly schema: string | null;
  /** Only identities that changed since then, in microseconds since 1970. */
  readonly since: number | null;
  /** The scan ends after this number of identities. */
  readonly limit: number | null;
  /** Compare with the contacts in Zoho instead of with what was sent. */
  readonly verify: boolean;
  /** Treat each identity as if its sign-up or change had just come, with the mapping's `trigger`. */
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

/** The text that identifies a run. A run does not continue with other options or under another mapping. */
export function optionsText(options: ScanOptions, mappingHash: string): string {
  return canonicalJson({ ...options, mappingHash });
}
