/** Whether reads from Ory are paused, according to the processes on the store. */
import type { ProcessRow } from '../../store/live-processes.ts';

/** Why reads from Ory are paused, and the next step. */
export interface ReadsPaused {
  readonly reason: string;
  /** The next try, ms since 1970. */
  readonly until: number;
  /** In words, without API keys. */
  readonly message: string;
  readonly hint: string;
  /** The process that noticed it. */
  readonly process: Pick<ProcessRow, 'kind' | 'host' | 'pid'>;
}

/** The next step for each reason. Reasons that do not pass by themselves come first. */
const STEPS: ReadonlyMap<string, string> = new Map([
  [
    'unauthorized',
    'Set ORY_PROJECT_API_KEY to an API key of this project, then restart the processes that have the old key.',
  ],
  [
    'wrong_ory_project',
    'Check that ORY_ADMIN_URL is the project that sends the webhooks. If it is, the next sign-up proves it.',
  ],
  ['unexpected', 'Check ORY_ADMIN_URL with `ory-zoho doctor`.'],
  [
    'network',
    'Check ORY_ADMIN_URL, network and proxy with `ory-zoho doctor`; reads continue once Ory answers.',
  ],
  ['unavailable', "Ory has a problem; see Ory's status page. Reads continue once Ory answers."],
  ['rate_limit', 'Ory limits how often it may be read. Reads continue by themselves.'],
]);

/** @returns the most urgent pause; undefined if reads are not paused */
export function judgeReads(processes: readonly ProcessRow[]): ReadsPaused | undefined {
  const reasons = [...STEPS.keys()];
  const rank = (reason: string) => (reasons.includes(reason) ? reasons.indexOf(reason) : reasons.length);
  const [first] = processes
    .flatMap(({ kind, host, pid, health }) => {
      const reads = health?.reads ?? undefined;
      return reads === undefined ? [] : [{ ...reads, process: { kind, host, pid } }];
    })
    .toSorted((left, right) => rank(left.reason) - rank(right.reason));
  return first && { ...first, hint: STEPS.get(first.reason) ?? 'Run `ory-zoho doctor`.' };
}
