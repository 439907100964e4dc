import type { Identity } from '../../model/identity.ts';
import type { OryAdminClient } from '../../ory/admin/admin-client.ts';
import { askOry } from './ask-ory.ts';
import type { OryAsking } from './ask-ory.ts';

/** A page of Ory's identities, by ascending id. */
export interface Page {
  /** The page token of the request. Null for the first page. */
  readonly token: string | null;
  readonly identities: readonly Identity[];
  /** Null for the last page. */
  readonly next: string | null;
  /** The `as_of` of the read, drawn before its request (rule 2). */
  readonly asOf: number;
}

/** Where pages come from. */
export interface PageSource extends OryAsking {
  readonly ory: Pick<OryAdminClient, 'page'>;
  /** Draws the `as_of` for a read that is about to begin. */
  readonly drawAsOf: () => Promise<number>;
}

/** Ory does not know the page token any more. */
export interface ForgottenPage {
  readonly forgotten: string;
}

/**
 * The pages of all identities, starting at this token. While one page is processed, the next one is being
 * read, so two are in memory.
 * @yields `forgotten` and then nothing more if Ory does not know the token
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
      // The result is awaited only when it is needed, which may be never. Until then an error must not be
      // unhandled.
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
  if (restMs > 0) await source.world.sleep(restMs, signal);
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
