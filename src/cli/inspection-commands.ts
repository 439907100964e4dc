/** Commands that inspect the configuration, the queue, failures and the mapping. */
import type { Command } from 'commander';
import type { DiscardOptions, ListOptions, RetryOptions } from '../commands/failed/selection.ts';
import type { PreviewOptions } from '../commands/mapping/mapping.ts';
import { collected, wholeNumber } from './option-values.ts';

/** `ory-zoho doctor` */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check everything from Ory to Zoho; each problem comes with its fix')
    .option(
      '--kratos <file>',
      'also check the hooks in this kratos.yml; repeat for each config file',
      collected,
      [],
    )
    .option('--json', 'print the findings as JSON')
    .action(async (options: { kratos: string[]; json?: boolean }) => {
      const { doctor } = await import('../commands/doctor/doctor.ts');
      process.exitCode = await doctor(options);
    });
}

/** `ory-zoho status` */
export function addStatus(program: Command): void {
  program
    .command('status')
    .description('show the queue, failures, recent deliveries and the connection')
    .option('--watch', 'refresh every 2 seconds until Ctrl-C', false)
    .option('--json', 'print the status as JSON', false)
    .action(async (options: { watch: boolean; json: boolean }) => {
      const { status } = await import('../commands/status/status.ts');
      process.exitCode = await status(options);
    });
}

/** `ory-zoho failed` */
export function addFailed(program: Command): void {
  const failed = program.command('failed').description('show, retry or discard what Zoho refused');
  failed
    .command('list', { isDefault: true })
    .description('list the failed records, newest first')
    .option('--reason <reason>', 'only this reason, such as email_taken')
    .option('--field <field>', 'only this Zoho field')
    .option('--email <email>', 'only this email')
    .option('--fields', 'list single refused fields instead of whole records', false)
    .option('--limit <number>', 'at most this many (default: 100; all with --json)', wholeNumber)
    .option('--json', 'print the list as JSON', false)
    .action(async (options: ListOptions) => {
      const { listFailedRows } = await import('../commands/failed/failed.ts');
      await listFailedRows(options);
    });
  failed
    .command('show <email-or-id>')
    .description("show the record (personal data), Zoho's answer and the fix")
    .option('--json', 'print the details as JSON', false)
    .action(async (who: string, options: { json: boolean }) => {
      const { showFailed } = await import('../commands/failed/failed.ts');
      await showFailed(who, options);
    });
  failed
    .command('retry [email-or-id]')
    .description('send failed records again: one, those with a reason or field, or all')
    .option('--reason <reason>', 'all with this reason')
    .option('--field <field>', 'all with this Zoho field')
    .option('--all', 'all failed records')
    .option('--take-over', 'for email_taken: take the contact from the identity that has it', false)
    .option('--fields', 'send single refused fields again, instead of whole records', false)
    .option('--json', 'print the result as JSON', false)
    .action(async (who: string | undefined, options: RetryOptions) => {
      const { retryFailedRows } = await import('../commands/failed/failed.ts');
      await retryFailedRows(who, options);
    });
  failed
    .command('discard [email-or-id]')
    .description('delete failed records from the queue: one, those with a reason or field, or all')
    .option('--reason <reason>', 'all with this reason')
    .option('--field <field>', 'all with this Zoho field')
    .option('--all', 'all failed records')
    .option('--yes', 'do not ask', false)
    .option('--json', 'print the result as JSON', false)
    .action(async (who: string | undefined, options: DiscardOptions) => {
      const { discardFailedRows } = await import('../commands/failed/failed.ts');
      process.exitCode = await discardFailedRows(who, options);
    });
}

/** `ory-zoho mapping` */
export function addMapping(program: Command): void {
  const mapping = program
    .command('mapping')
    .description('check the mapping and preview its result for an identity');
  mapping
    .command('check')
    .description('compare the mapping with the fields in your Zoho account')
    .option('--file <path>', 'a mapping that is not in use yet')
    .option('--json', 'print the findings as JSON')
    .action(async (options: { file?: string; json?: boolean }) => {
      const { checkMapping } = await import('../commands/mapping/mapping.ts');
      process.exitCode = await checkMapping(options);
    });
  mapping
    .command('preview')
    .description('show what would be written to Zoho, field by field, and why; writes nothing')
    .argument('[email]', 'an email that the identity signs in with')
    .option('--id <uuid>', "the identity's id")
    .option('--identity <file>', 'an identity as JSON (- for stdin), to try a mapping without Ory')
    .option('--file <path>', 'a mapping that is not in use yet')
    .option('--json', 'print a line of JSON for each identity')
    .action(async (email: string | undefined, options: PreviewOptions) => {
      const { previewMapping } = await import('../commands/mapping/mapping.ts');
      process.exitCode = await previewMapping({ ...options, ...(email !== undefined && { email }) });
    });
}
