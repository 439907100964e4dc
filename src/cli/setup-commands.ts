/** Commands that set something up or take it down. */
import { Option } from 'commander';
import type { Command } from 'commander';
import type { InitOptions } from '../commands/init/init-options.ts';
import { CONNECT_WAYS } from '../commands/init/init-options.ts';
import { ADOPT_POLICIES } from '../model/policy.ts';
import { DATA_CENTERS } from '../zoho/data-center.ts';
import { collected, listenPort, portNumber, wholeNumber } from './option-values.ts';

/** `ory-zoho init` */
export function addInit(program: Command): void {
  program
    .command('init')
    .description('connect Zoho and Ory, check the connection and save it; asks for what no flag gives')
    .addOption(new Option('--connect <way>', 'how to connect to Zoho').choices(CONNECT_WAYS))
    .addOption(new Option('--data-center <name>', 'data center of the Zoho account').choices(DATA_CENTERS))
    .option('--client-id <id>', 'client ID of the Zoho OAuth client')
    .option('--code <code>', "the self client's one-time code")
    .option('--redirect-port <port>', 'local port that the browser returns to', portNumber, 8976)
    .option('--no-browser', 'print the address of the consent page instead of opening a browser')
    .option('--ory-url <url>', 'Ory project URL, or admin URL of a self-hosted Kratos')
    .option('--ory-id-field <field>', 'unique field for the identity id: create, none, or an API name')
    .addOption(
      new Option('--adopt <what>', 'what to write to a contact that already exists').choices(ADOPT_POLICIES),
    )
    .addOption(
      new Option(
        '--adopt-unverified <yes>',
        'whether an identity with an unverified email may adopt an existing contact',
      ).choices(['true', 'false']),
    )
    .option('--public-url <url>', 'public URL of serve, for Ory')
    .addOption(
      new Option('--test-contact <answer>', 'create a test contact and delete it again').choices([
        'yes',
        'no',
      ]),
    )
    .option('--write-env <path>', 'also write the values to this .env file')
    .option('--secrets-stdin', 'read ZOHO_CLIENT_SECRET=…, ORY_PROJECT_API_KEY=… from stdin', false)
    .option('--yes', 'accept the default of every question that has one', false)
    .option('--rebind', 'only bind the store to ORY_ADMIN_URL (or --ory-url), and do nothing else', false)
    .action(async (options: InitOptions) => {
      const { init } = await import('../commands/init/init.ts');
      await init(options);
    });
}

/** `ory-zoho config` */
export function addConfig(program: Command): void {
  const config = program.command('config').description('show configuration values and their sources');
  config
    .command('show')
    .description('print each value and its source, with secrets masked')
    .option('--json', 'print them as JSON')
    .action(async (options: { json?: boolean }) => {
      const { showConfig } = await import('../commands/config/config.ts');
      await showConfig(options);
    });
  config
    .command('path')
    .description('print the path of the profile that init saves')
    .action(async () => {
      const { showConfigPath } = await import('../commands/config/config.ts');
      await showConfigPath();
    });
}

/** `ory-zoho logout` */
export function addLogout(program: Command): void {
  program
    .command('logout')
    .description('revoke the refresh token at Zoho and delete the profile and the stored access token')
    .option('--yes', 'do not ask')
    .action(async (options: { yes?: boolean }) => {
      const { logout } = await import('../commands/logout/logout.ts');
      process.exitCode = await logout(options);
    });
}

/** `ory-zoho actions` */
export function addActions(program: Command): void {
  const actions = program
    .command('actions')
    .description("add our hooks to Ory's configuration, or remove them");
  actions
    .command('print')
    .description('print the hooks ready to use, with the webhook secret')
    .addOption(
      new Option('--format <format>', 'output format')
        .choices(['yaml', 'ory-cli', 'json-patch'])
        .default('yaml'),
    )
    .option('--public-url <url>', 'public URL of serve, for Ory (default: ORY_ZOHO_PUBLIC_URL)')
    .action(async (options: { format: 'yaml' | 'ory-cli' | 'json-patch'; publicUrl?: string }) => {
      const { printActions } = await import('../commands/actions/actions.ts');
      await printActions(options.format, { ORY_ZOHO_PUBLIC_URL: options.publicUrl });
    });
  actions
    .command('apply')
    .description('add the hooks to a kratos.yml or to an Ory Network project')
    .option('--kratos <file>', 'edit this kratos.yml; repeat for each config file', collected, [])
    .option('--public-url <url>', 'public URL of serve, for Ory (default: ORY_ZOHO_PUBLIC_URL)')
    .option('--yes', 'do not ask', false)
    .option('--json', 'print the changes as JSON', false)
    .action(async (options: { kratos: string[]; publicUrl?: string; yes: boolean; json: boolean }) => {
      const { applyActions } = await import('../commands/actions/actions.ts');
      process.exitCode = await applyActions({ ORY_ZOHO_PUBLIC_URL: options.publicUrl }, options);
    });
  actions
    .command('remove')
    .description('remove our hooks and nothing else')
    .option('--kratos <file>', 'edit this kratos.yml; repeat for each config file', collected, [])
    .option('--yes', 'do not ask', false)
    .option('--json', 'print the changes as JSON', false)
    .action(async (options: { kratos: string[]; yes: boolean; json: boolean }) => {
      const { removeActions } = await import('../commands/actions/actions.ts');
      process.exitCode = await removeActions(options);
    });
}

/** `ory-zoho store` */
export function addStore(program: Command): void {
  program
    .command('store')
    .description('move the store')
    .command('copy')
    .description('copy a store into an empty one, from SQLite to Postgres or back; stop serve first')
    .option('--from <url>', 'the store to copy (DATABASE_URL)')
    .option('--to <url>', 'the store to copy to (DATABASE_URL)')
    .option('--json', 'print how many rows were copied as JSON')
    .action(async (options: { from?: string; to?: string; json?: boolean }) => {
      const { storeCopy } = await import('../commands/store-copy/store-copy.ts');
      await storeCopy(options);
    });
}

/** `ory-zoho sandbox` */
export function addSandbox(program: Command): void {
  program
    .command('sandbox')
    .description('run a local Zoho CRM and Ory admin API, to try ory-zoho without an account')
    .option('--port <number>', 'port to listen on; 0 picks a free one', listenPort, 4000)
    .option('--latency <ms>', 'how long each call to Zoho takes', wholeNumber, 0)
    .option('--identities <number>', 'how many identities Ory has', wholeNumber, 0)
    .action(async (options: { port: number; latency: number; identities: number }) => {
      const { sandbox } = await import('../commands/sandbox/sandbox.ts');
      await sandbox({ port: options.port, latencyMs: options.latency, identities: options.identities });
    });
}
