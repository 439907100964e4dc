/** Names, flags and help of all commands, and the one catch that makes exit codes. Commands are imported when called. */
import { readFileSync } from 'node:fs';
import { styleText } from 'node:util';
import { Command, CommanderError, Help, InvalidArgumentError, Option } from 'commander';
import type { BackfillFlags } from './commands/backfill/backfill-options.ts';
import type { EraseOptions } from './commands/erase/erase-options.ts';
import type { DiscardOptions, ListOptions, RetryOptions } from './commands/failed/selection.ts';
import { CONNECT_WAYS } from './commands/init/init-options.ts';
import type { InitOptions } from './commands/init/init-options.ts';
import type { PreviewOptions as MappingPreviewOptions } from './commands/mapping/mapping.ts';
import { exitCodeWithoutOutput, outliveOutput } from './commands/terminal/lost-output.ts';
import type { SyncOptions } from './commands/sync/sync-options.ts';
import { OryZohoError, systemRefused } from './errors.ts';
import { ADOPT_POLICIES } from './model/policy.ts';
import { DATA_CENTERS } from './zoho/data-center.ts';

const UNEXPECTED_HINT = 'This is a fault of ory-zoho. Run again with --verbose and report what it prints.';

/** Runs the command that `argv` names and sets the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const outputIsLost = outliveOutput();
  const program = commands();
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    process.exitCode = await exitCodeOf(error, argv.includes('--verbose'));
  }
  if (outputIsLost()) process.exitCode = exitCodeWithoutOutput(process.exitCode);
}

/** Whether an option's default is what anybody takes for granted: off, or none. */
function saysNothing({ defaultValue }: Option): boolean {
  return typeof defaultValue === 'boolean' || (Array.isArray(defaultValue) && defaultValue.length === 0);
}

function commands(): Command {
  const help = new Help();
  const program = new Command('ory-zoho')
    .description("Keeps a Zoho CRM's contacts true to the identities of an Ory project.")
    .version(version(), '-V, --version', 'print the version')
    .option('--verbose', 'print the stack trace of an error')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .showHelpAfterError('Run `ory-zoho --help` for the commands, `ory-zoho <command> --help` for flags.')
    .exitOverride()
    .configureHelp({
      styleTitle: (text) => styleText('bold', text, { stream: process.stdout }),
      optionDescription: (option) =>
        saysNothing(option) ? option.description : help.optionDescription(option),
    });

  program
    .command('init')
    .description('connect Zoho and Ory, check all of it, save it; asks for what no flag says')
    .addOption(new Option('--connect <way>', 'how to connect to Zoho').choices(CONNECT_WAYS))
    .addOption(new Option('--data-center <name>', 'where the Zoho account lives').choices(DATA_CENTERS))
    .option('--client-id <id>', 'client ID of the Zoho OAuth client')
    .option('--code <code>', "the self client's one-time code")
    .option('--redirect-port <port>', 'port that the browser comes back to', portNumber, 8976)
    .option('--no-browser', 'print the address of the consent page, open no browser')
    .option('--ory-url <url>', 'Ory project URL, or admin URL of a self-hosted Kratos')
    .option('--ory-id-field <field>', 'unique field for the identity id: create, none, or an API name')
    .addOption(
      new Option('--adopt <what>', 'what to write to a contact that was there before').choices(
        ADOPT_POLICIES,
      ),
    )
    .addOption(
      new Option(
        '--adopt-unverified <yes>',
        'whether an identity with an unverified email may take over a contact that was there before',
      ).choices(['true', 'false']),
    )
    .option('--public-url <url>', 'where Ory reaches serve')
    .addOption(
      new Option('--test-contact <answer>', 'send a test contact and delete it again').choices(['yes', 'no']),
    )
    .option('--write-env <path>', 'write the values to this .env file too')
    .option('--secrets-stdin', 'read ZOHO_CLIENT_SECRET=…, ORY_PROJECT_API_KEY=… from stdin', false)
    .option('--yes', 'take the default of every question that has one', false)
    .option(
      '--rebind',
      'nothing but this: the store belongs to ORY_ADMIN_URL (or --ory-url) from now on',
      false,
    )
    .action(async (options: InitOptions) => {
      const { init } = await import('./commands/init/init.ts');
      await init(options);
    });

  program
    .command('serve')
    .description('take Ory webhooks in and deliver them to Zoho')
    .option('--port <number>', 'port to listen on (PORT, else 3000)')
    .option('--host <address>', 'address to listen on (HOST, else all)')
    .action(async (options: { port?: string; host?: string }) => {
      const { serve } = await import('./commands/serve/serve.ts');
      await serve({ PORT: options.port, HOST: options.host });
    });

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
      const { sync } = await import('./commands/sync/sync.ts');
      process.exitCode = await sync(emails, options);
    });

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
      const { backfill } = await import('./commands/backfill/backfill.ts');
      process.exitCode = await backfill(options);
    });

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
      const { doctor } = await import('./commands/doctor/doctor.ts');
      process.exitCode = await doctor(options);
    });

  program
    .command('status')
    .description('show what waits, what failed, the last deliveries, the connection')
    .option('--watch', 'again every 2 seconds, until Ctrl-C', false)
    .option('--json', 'print it as JSON', false)
    .action(async (options: { watch: boolean; json: boolean }) => {
      const { status } = await import('./commands/status/status.ts');
      process.exitCode = await status(options);
    });

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
      const { listFailedRows } = await import('./commands/failed/failed.ts');
      await listFailedRows(options);
    });
  failed
    .command('show <email-or-id>')
    .description('show the record, what Zoho answered, and what mends it; personal data')
    .option('--json', 'print it as JSON', false)
    .action(async (who: string, options: { json: boolean }) => {
      const { showFailed } = await import('./commands/failed/failed.ts');
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
      const { retryFailedRows } = await import('./commands/failed/failed.ts');
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
      const { discardFailedRows } = await import('./commands/failed/failed.ts');
      process.exitCode = await discardFailedRows(who, options);
    });

  program
    .command('erase <email-or-id>')
    .description('delete the contact of an identity and all that is held of it; it stays out until --lift')
    .option('--lift', 'let an erased identity in again', false)
    .option('--yes', 'do not ask', false)
    .option('--wait <seconds>', 'how long to wait for the deletion', wholeNumber, 60)
    .option('--json', 'print the result as JSON', false)
    .action(async (who: string, options: EraseOptions) => {
      const { erase } = await import('./commands/erase/erase.ts');
      process.exitCode = await erase(who, options);
    });

  const config = program.command('config').description('show values with their sources');
  config
    .command('show')
    .description('print each value and where it comes from, secrets masked')
    .option('--json', 'print them as JSON')
    .action(async (options: { json?: boolean }) => {
      const { showConfig } = await import('./commands/config/config.ts');
      await showConfig(options);
    });
  config
    .command('path')
    .description('print the file of the profile that init saves')
    .action(async () => {
      const { showConfigPath } = await import('./commands/config/config.ts');
      await showConfigPath();
    });

  program
    .command('logout')
    .description('revoke the refresh token at Zoho, delete the profile and the stored access token')
    .option('--yes', 'do not ask')
    .action(async (options: { yes?: boolean }) => {
      const { logout } = await import('./commands/logout/logout.ts');
      process.exitCode = await logout(options);
    });

  const actions = program
    .command('actions')
    .description("put our hooks into Ory's configuration, and take them out");
  actions
    .command('print')
    .description('print the hooks filled in, with the webhook secret')
    .addOption(
      new Option('--format <format>', 'form to paste or run')
        .choices(['yaml', 'ory-cli', 'json-patch'])
        .default('yaml'),
    )
    .option('--public-url <url>', 'where Ory reaches serve (ORY_ZOHO_PUBLIC_URL)')
    .action(async (options: { format: 'yaml' | 'ory-cli' | 'json-patch'; publicUrl?: string }) => {
      const { printActions } = await import('./commands/actions/actions.ts');
      await printActions(options.format, { ORY_ZOHO_PUBLIC_URL: options.publicUrl });
    });
  actions
    .command('apply')
    .description('put the hooks where they run: into a kratos.yml, or the project of Ory Network')
    .option('--kratos <file>', 'edit this kratos.yml; again for each file it is split over', collected, [])
    .option('--public-url <url>', 'where Ory reaches serve (ORY_ZOHO_PUBLIC_URL)')
    .option('--yes', 'do not ask', false)
    .option('--json', 'print the changes as JSON', false)
    .action(async (options: { kratos: string[]; publicUrl?: string; yes: boolean; json: boolean }) => {
      const { applyActions } = await import('./commands/actions/actions.ts');
      process.exitCode = await applyActions({ ORY_ZOHO_PUBLIC_URL: options.publicUrl }, options);
    });
  actions
    .command('remove')
    .description('take exactly our hooks out again')
    .option('--kratos <file>', 'edit this kratos.yml; again for each file it is split over', collected, [])
    .option('--yes', 'do not ask', false)
    .option('--json', 'print the changes as JSON', false)
    .action(async (options: { kratos: string[]; yes: boolean; json: boolean }) => {
      const { removeActions } = await import('./commands/actions/actions.ts');
      process.exitCode = await removeActions(options);
    });

  program
    .command('store')
    .description('move the store')
    .command('copy')
    .description('copy a whole store into an empty one: from SQLite to Postgres, or back; serve must not run')
    .option('--from <url>', 'the store to copy (DATABASE_URL)')
    .option('--to <url>', 'the store to copy to (DATABASE_URL)')
    .option('--json', 'print how many rows were copied as JSON')
    .action(async (options: { from?: string; to?: string; json?: boolean }) => {
      const { storeCopy } = await import('./commands/store-copy/store-copy.ts');
      await storeCopy(options);
    });

  const mapping = program
    .command('mapping')
    .description('check the mapping, and see what it makes of an identity');
  mapping
    .command('check')
    .description('check the mapping against the fields your Zoho has')
    .option('--file <path>', 'a mapping that is not in use yet')
    .option('--json', 'print the findings as JSON')
    .action(async (options: { file?: string; json?: boolean }) => {
      const { checkMapping } = await import('./commands/mapping/mapping.ts');
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
    .action(async (email: string | undefined, options: MappingPreviewOptions) => {
      const { previewMapping } = await import('./commands/mapping/mapping.ts');
      process.exitCode = await previewMapping({ ...options, ...(email !== undefined && { email }) });
    });

  program
    .command('sandbox')
    .description('run a local Zoho CRM and Ory admin API, to try everything without an account')
    .option('--port <number>', 'port to listen on; 0: a free one', listenPort, 4000)
    .option('--latency <ms>', 'how long each call to Zoho takes', wholeNumber, 0)
    .option('--identities <number>', 'how many identities Ory has', wholeNumber, 0)
    .action(async (options: { port: number; latency: number; identities: number }) => {
      const { sandbox } = await import('./commands/sandbox/sandbox.ts');
      await sandbox({ port: options.port, latencyMs: options.latency, identities: options.identities });
    });

  return program;
}

function portNumber(text: string): number {
  const port = listenPort(text);
  if (port === 0) throw new InvalidArgumentError('It is not a port number.');
  return port;
}

/** 0: the system chooses one. */
function listenPort(text: string): number {
  const port = wholeNumber(text);
  if (port > 65_535) throw new InvalidArgumentError('It is not a port number.');
  return port;
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It is not a whole number.');
  return Number(text);
}

function collected(text: string, before: readonly string[]): string[] {
  return [...before, text];
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? 'unknown';
}

async function exitCodeOf(thrown: unknown, verbose: boolean): Promise<number> {
  // Commander has printed its own message; help and version are no errors.
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
  const error = systemRefused(thrown) ?? thrown;
  const known = error instanceof OryZohoError;
  const message = error instanceof Error ? error.message : String(error);
  const { Chalk, supportsColorStderr } = await import('chalk');
  // Chalk itself does not look at NO_COLOR (https://no-color.org).
  const plain = (process.env['NO_COLOR'] ?? '') !== '' || supportsColorStderr === false;
  const chalk = new Chalk({ level: plain ? 0 : 1 });
  process.stderr.write(`${chalk.red('Error:')} ${message}\n${known ? error.hint : UNEXPECTED_HINT}\n`);
  if (verbose && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return known ? error.exitCode : 1;
}
