import { readSettings } from '../../config/sources.ts';
import { ConfigurationError } from '../../errors.ts';
import { copyStore } from '../../store/copy.ts';
import { missingFile } from '../../store/engine/locate.ts';
import { openStore } from '../../store/open.ts';
import { configWithMadeUpValues } from '../parts/required-values.ts';

export interface StoreCopyOptions {
  readonly from?: string;
  readonly to?: string;
  readonly json?: boolean;
}

/**
 * `ory-zoho store copy`: copies a whole store into an empty one, to move from SQLite to Postgres or back. The
 * store without a flag is DATABASE_URL. A URL with a password belongs there, because other users can see the
 * arguments of a process.
 */
export async function storeCopy({ json = false, ...urls }: StoreCopyOptions): Promise<void> {
  const { from, to } = await bothUrls(urls);
  const path = missingFile(from);
  if (path !== undefined) {
    throw new ConfigurationError('no_store', `There is no store ${path}.`, { hint: 'Check --from.' });
  }
  const source = await openStore(from);
  try {
    const target = await openStore(to);
    try {
      const copied = await copyStore(source, target);
      process.stdout.write(json ? `${JSON.stringify({ copied })}\n` : summary(copied));
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
  if (!json) process.stderr.write(NEXT);
}

const NEXT = `Next: set DATABASE_URL to the new store for every process, then start "ory-zoho serve".
The old store was left as it is. Never serve from both: contacts would be written twice.
`;

async function bothUrls({ from, to }: StoreCopyOptions): Promise<{ from: string; to: string }> {
  refusePassword('--from', from);
  refusePassword('--to', to);
  if (from === undefined && to === undefined) {
    throw new ConfigurationError('missing_flag', 'Neither --from nor --to is given.', {
      hint: 'Give one of the stores; the other one is DATABASE_URL.',
    });
  }
  const { databaseUrl } = configWithMadeUpValues(await readSettings({}));
  const urls = { from: from ?? databaseUrl, to: to ?? databaseUrl };
  if (urls.from !== urls.to) return urls;
  throw new ConfigurationError('same_store', '--from and --to are the same store.', {
    hint: 'Give two different stores.',
  });
}

function refusePassword(flag: string, url: string | undefined): void {
  if (url === undefined || !/:\/\/[^/]*:[^/]*@|[?&]password=/.test(url)) return;
  throw new ConfigurationError('secret_in_argument', `${flag} has a password, which other users can see.`, {
    hint: `Set DATABASE_URL to this store in the environment or .env, and leave ${flag} out.`,
  });
}

function summary(copied: Awaited<ReturnType<typeof copyStore>>): string {
  const { outbox, ledger } = copied;
  return `Copied ${ledger} known identities and ${outbox} rows of the outbox.\n`;
}
