/** Commands that deliver to Zoho. */
import type { Command } from 'commander';
import type { BackfillFlags } from '../commands/backfill/backfill-options.ts';
import type { EraseOptions } from '../commands/erase/erase-options.ts';
import type { SyncOptions } from '../commands/sync/sync-options.ts';
import { collected, wholeNumber } from './option-values.ts';

/** `ory-zoho serve` */
export function addServe(program: Command): void {
  program
    .command('serve')
    .description('take Ory webhooks in and deliver them to Zoho')
    .option('--port <number>', 'port to listen on (PORT, else 3000)')
    .option('--host <address>', 'address to listen on (HOST, else all)')
    .action(async (options: { port?: string; host?: string }) => {
      const { serve } = await import('../commands/serve/serve.ts');
      await serve({ PORT: options.port, HOST: options.host });
    });
}

/** `ory-zoho sync` */
export function addSync(program: Command): void {
  program
    .command('sync')
    .description('bring single identities to Zoho now, compared with the contacts as they are there')
    .argument('[emails...]', 'emails they sign in with; - reads them from stdin, one a line')
    .option('--id <uuid>', 'an identity by its id; may be repeated', collected, [])
    .option('--file <path>', 'a file with one email a line; blank lines and # comments are skipped')
    .option('--dry-run', 'write nothing; say what would be done', false)
    .option('--overwrite', 'write the fields that `adopt: fill` leaves alone too; shows what they had', false)
    .option('--wait <seconds>', 'how long to wait for the delivery; then it is left queued', wholeNumber, 60)
    .option('--json', 'print a line of JSON for each identity', false)
    .action(async (emails: string[], options: SyncOptions) => {
      const { sync } = await import('../commands/sync/sync.ts');
      process.exitCode = await sync(emails, options);
    });
}

/** `ory-zoho backfill` */
export function addBackfill(program: Command): void {
  program
    .command('backfill')
    .description('bring every identity of the Ory project to Zoho; goes on where it was interrupted')
    .option('--dry-run', 'write nothing; say what would be done', false)
    .option('--verify', "compare with Zoho's own values, and mend what was changed or deleted there", false)
    .option(
      '--prune',
      'delete the contacts of identities that are gone from Ory; shows them, and asks',
      false,
    )
    .option('--schema <id>', 'only identities of this schema')
    .option('--since <time>', 'only identities that changed since: 2026-11-24 or 2026-11-24T08:30:00Z')
    .option('--limit <number>', 'only so many identities', wholeNumber)
    .option('--workflows', "run Zoho's workflows as for sign-ups and changes", false)
    .option('--restart', 'begin anew, even if an interrupted run could go on', false)
    .option('--yes', 'do not ask', false)
    .option('--force', 'prune more than 10 % of the links', false)
    .option('--json', 'print events as JSON, one a line', false)
    .action(async (options: BackfillFlags) => {
      const { backfill } = await import('../commands/backfill/backfill.ts');
      process.exitCode = await backfill(options);
    });
}

/** `ory-zoho erase` */
export function addErase(program: Command): void {
  program
    .command('erase <email-or-id>')
    .description('delete the contact of an identity and all that is held of it; it stays out until --lift')
    .option('--lift', 'let an erased identity in again', false)
    .option('--yes', 'do not ask', false)
    .option('--wait <seconds>', 'how long to wait for the deletion', wholeNumber, 60)
    .option('--json', 'print the result as JSON', false)
    .action(async (who: string, options: EraseOptions) => {
      const { erase } = await import('../commands/erase/erase.ts');
      process.exitCode = await erase(who, options);
    });
}
