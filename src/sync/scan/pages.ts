import type { Identity } from '../../model/identity.ts';
import type { OryAdminClient } from '../../ory/admin/admin-client.ts';
import { askOry } from './ask-ory.ts';
import type { ScanContext } from './scan-context.ts';
import { wait } from '../pace/wait.ts';

/** A page of Ory's identities, by ascending id. */
export interface Page {
  /** By which it was asked for; null = the first. */
  readonly token: string | null;
  readonly identities: readonly Identity[];
  /** Null = it is the last one. */
  readonly next: string | null;
  /** Dates the read: drawn before its request (rule 2). */
  readonly asOf: number;
}

/** Where pages come from. */
export interface PageSource extends Pick<ScanContext, 'report' | 'patienceMs'> {
  readonly ory: Pick<OryAdminClient, 'page'>;
  /** Draws the number that a read about to begin is dated with. */
  readonly drawAsOf: () => Promise<number>;
}

/** Ory does not know the page token any more, and says so. */
export interface ForgottenPage {
  readonly forgotten: string;
}

/**
 * The pages of all identities from this token on. While one is worked on the next is read already: two are in memory.
 * @yields `forgotten` and nothing more when Ory does not know the token
 * @throws as `askOry` does
 */
export async function* pagesFrom(
  source: PageSource,
  token: string | null,
  signal: AbortSignal,
): AsyncGenerator<Page | ForgottenPage> {
  const ended = new AbortController();
  const either = AbortSignal.any([signal, ended.signal]);
  let reading = readPage(source, token, 0, either);
  try {
    for (;;) {
      const answer = await reading;
      if ('forgotten' in answer) return yield answer;
      const { page, restMs } = answer;
      if (page.next !== null) reading = readPage(source, page.next, restMs, either);
      // It is looked at only when its turn comes, which may be never.
      reading.catch(() => {});
      yield page;
      if (page.next === null) return;
    }
  } finally {
    ended.abort();
  }
}

async function readPage(
  source: PageSource,
  token: string | null,
  restMs: number,
  signal: AbortSignal,
): Promise<{ page: Page; restMs: number } | ForgottenPage> {
  if (restMs > 0) await wait(restMs, signal);
  let asOf = 0;
  const answer = await askOry(
    source,
    async () => {
      asOf = await source.drawAsOf();
      return source.ory.page(token ?? undefined, signal);
    },
    signal,
  );
  if (answer.kind === 'bad_token') return { forgotten: answer.message };
  const identities = [...answer.identities].sort((left, right) => (left.id < right.id ? -1 : 1));
  return { page: { token, identities, next: answer.next ?? null, asOf }, restMs: answer.restMs };
}
