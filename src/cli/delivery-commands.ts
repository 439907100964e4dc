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
    .description('receive Ory webhooks and deliver them to Zoho')
    .option('--port <number>', 'port to listen on (default: PORT, or 3000)')
    .option('--host <address>', 'address to listen on (default: HOST, or all)')
    .action(async (options: { port?: string; host?: string }) => {
      const { serve } = await import('../commands/serve/serve.ts');
      await serve({ PORT: options.port, HOST: options.host });
    });
}

/** `ory-zoho sync` */
export function addSync(program: Command): void {
  program
    .command('sync')
    .description('sync single identities to Zoho now; compares them with the contacts in Zoho')
    .argument('[emails...]', 'sign-in emails; - reads them from stdin, one per line')
    .option('--id <uuid>', 'id of an identity; may be repeated', collected, [])
    .option('--file <path>', 'file with one email per line; blank lines and # comments are skipped')
    .option('--dry-run', 'write nothing; say what would be done', false)
    .option('--overwrite', 'also write the fields that `adopt: fill` keeps; shows their old values', false)
    .option('--wait <seconds>', 'how long to wait for delivery; the rest stays queued', wholeNumber, 60)
    .option('--json', 'print one line of JSON per identity', false)
    .action(async (emails: string[], options: SyncOptions) => {
      const { sync } = await import('../commands/sync/sync.ts');
      process.exitCode = await sync(emails, options);
    });
}

/** `ory-zoho backfill` */
export function addBackfill(program: Command): void {
  program
    .command('backfill')
    .description('sync every identity of the Ory project to Zoho; resumes after an interruption')
    .option('--dry-run', 'write nothing; say what would be done', false)
    .option(
      '--verify',
      'compare with the contacts in Zoho and restore what was changed or deleted there',
      false,
    )
    .option(
      '--prune',
      'delete the contacts of identities that are gone from Ory; shows them and asks first',
      false,
    )
    .option('--schema <id>', 'only identities of this schema')
    .option('--since <time>', 'only identities changed since then: 2026-11-24 or 2026-11-24T08:30:00Z')
    .option('--limit <number>', 'at most this many identities', wholeNumber)
    .option('--workflows', "run Zoho's workflows, as webhooks do", false)
    .option('--restart', 'start over instead of resuming an interrupted run', false)
    .option('--yes', 'do not ask', false)
    .option('--force', 'prune even if that is more than 10 % of the links', false)
    .option('--json', 'print events as JSON, one per line', false)
    .action(async (options: BackfillFlags) => {
      const { backfill } = await import('../commands/backfill/backfill.ts');
      process.exitCode = await backfill(options);
    });
}

/** `ory-zoho erase` */
export function addErase(program: Command): void {
  program
    .command('erase <email-or-id>')
    .description('delete the contact and stored data of an identity; it is not synced again until --lift')
    .option('--lift', 'allow an erased identity to be synced again', false)
    .option('--yes', 'do not ask', false)
    .option('--wait <seconds>', 'how long to wait for the deletion', wholeNumber, 60)
    .option('--json', 'print the result as JSON', false)
    .action(async (who: string, options: EraseOptions) => {
      const { erase } = await import('../commands/erase/erase.ts');
      process.exitCode = await erase(who, options);
    });
}
