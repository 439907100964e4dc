/** Commands that look: what is configured, what waits, what failed, what would be made. */
import type { Command } from 'commander';
import type { DiscardOptions, ListOptions, RetryOptions } from '../commands/failed/selection.ts';
import type { PreviewOptions } from '../commands/mapping/mapping.ts';
import { collected, wholeNumber } from './option-values.ts';

/** `ory-zoho doctor` */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check the whole chain from Ory to Zoho; each finding with what mends it')
    .option(
      '--kratos <file>',
      'check the hooks of a kratos.yml too; again for each file it is split over',
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
    .description('show what waits, what failed, the last deliveries, the connection')
    .option('--watch', 'again every 2 seconds, until Ctrl-C', false)
    .option('--json', 'print it as JSON', false)
    .action(async (options: { watch: boolean; json: boolean }) => {
      const { status } = await import('../commands/status/status.ts');
      process.exitCode = await status(options);
    });
}

/** `ory-zoho failed` */
export function addFailed(program: Command): void {
  const failed = program.command('failed').description('what Zoho refused, and why');
  failed
    .command('list', { isDefault: true })
    .description('list what was refused, the newest first')
    .option('--reason <reason>', 'only this reason, such as email_taken')
    .option('--field <field>', 'only this field of Zoho')
    .option('--email <email>', 'only this email')
    .option('--fields', 'single fields that contacts went through without', false)
    .option('--limit <number>', 'so many at most (100; with --json all)', wholeNumber)
    .option('--json', 'print them as JSON', false)
    .action(async (options: ListOptions) => {
      const { listFailedRows } = await import('../commands/failed/failed.ts');
      await listFailedRows(options);
    });
  failed
    .command('show <email-or-id>')
    .description('show the record, what Zoho answered, and what mends it; personal data')
    .option('--json', 'print it as JSON', false)
    .action(async (who: string, options: { json: boolean }) => {
      const { showFailed } = await import('../commands/failed/failed.ts');
      await showFailed(who, options);
    });
  failed
    .command('retry [email-or-id]')
    .description('deliver again what was refused: one, those of a reason or a field, or all')
    .option('--reason <reason>', 'those of this reason')
    .option('--field <field>', 'those of this field of Zoho')
    .option('--all', 'all of them')
    .option('--take-over', 'email_taken: take the contact from the identity that has it', false)
    .option('--fields', 'send again single fields that contacts went through without', false)
    .option('--json', 'print what was done as JSON', false)
    .action(async (who: string | undefined, options: RetryOptions) => {
      const { retryFailedRows } = await import('../commands/failed/failed.ts');
      await retryFailedRows(who, options);
    });
  failed
    .command('discard [email-or-id]')
    .description('give up what was refused: one, those of a reason or a field, or all')
    .option('--reason <reason>', 'those of this reason')
    .option('--field <field>', 'those of this field of Zoho')
    .option('--all', 'all of them')
    .option('--yes', 'do not ask', false)
    .option('--json', 'print what was done as JSON', false)
    .action(async (who: string | undefined, options: DiscardOptions) => {
      const { discardFailedRows } = await import('../commands/failed/failed.ts');
      process.exitCode = await discardFailedRows(who, options);
    });
}

/** `ory-zoho mapping` */
export function addMapping(program: Command): void {
  const mapping = program
    .command('mapping')
    .description('check the mapping, and see what it makes of an identity');
  mapping
    .command('check')
    .description('check the mapping against the fields your Zoho has')
    .option('--file <path>', 'a mapping that is not in use yet')
    .option('--json', 'print the findings as JSON')
    .action(async (options: { file?: string; json?: boolean }) => {
      const { checkMapping } = await import('../commands/mapping/mapping.ts');
      process.exitCode = await checkMapping(options);
    });
  mapping
    .command('preview')
    .description('what would become of an identity in Zoho, field by field, and why; writes nothing')
    .argument('[email]', 'an email it signs in with')
    .option('--id <uuid>', "the identity's id")
    .option('--identity <file>', 'an identity as JSON (- for stdin), to try without Ory')
    .option('--file <path>', 'a mapping that is not in use yet')
    .option('--json', 'print a line of JSON for each identity')
    .action(async (email: string | undefined, options: PreviewOptions) => {
      const { previewMapping } = await import('../commands/mapping/mapping.ts');
      process.exitCode = await previewMapping({ ...options, ...(email !== undefined && { email }) });
    });
}
