/** Whether reads from Ory wait, by what the processes on the store say. Pure. */
import type { ProcessRow } from '../../store/live-processes.ts';

/** Why reads from Ory wait, and what a person does about it. */
export interface ReadsPaused {
  readonly reason: string;
  /** The next try, ms since 1970. */
  readonly until: number;
  /** In words; no API key is in it. */
  readonly message: string;
  readonly hint: string;
  /** The process that noticed it. */
  readonly process: Pick<ProcessRow, 'kind' | 'host' | 'pid'>;
}

/** What a person does about each reason, those first that do not pass by themselves. */
const STEPS: ReadonlyMap<string, string> = new Map([
  [
    'unauthorized',
    'Set ORY_PROJECT_API_KEY to an API key of this very project, then restart what has the old one.',
  ],
  [
    'wrong_ory_project',
    'Check that ORY_ADMIN_URL is the project that sends the webhooks. If it is, the next sign-up there proves it.',
  ],
  ['unexpected', 'Check ORY_ADMIN_URL with `ory-zoho doctor`.'],
  ['network', 'Check ORY_ADMIN_URL, network and proxy with `ory-zoho doctor`; it goes on once Ory answers.'],
  ['unavailable', "Ory has trouble; see Ory's status page. It goes on once Ory answers."],
  ['rate_limit', 'It passes by itself: Ory limits how often it may be read.'],
]);

/** @returns the pause that most needs a person; undefined: reads go on, or nothing needs one */
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
