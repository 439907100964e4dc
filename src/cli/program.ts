import { readFileSync } from 'node:fs';
import { styleText } from 'node:util';
import { Command, Help } from 'commander';
import type { Option } from 'commander';
import { addBackfill, addErase, addServe, addSync } from './delivery-commands.ts';
import { addDoctor, addFailed, addMapping, addStatus } from './inspection-commands.ts';
import { addActions, addConfig, addInit, addLogout, addSandbox, addStore } from './setup-commands.ts';

/** In the order in which help lists them. */
const ADD = [
  addInit,
  addServe,
  addSync,
  addBackfill,
  addDoctor,
  addStatus,
  addFailed,
  addErase,
  addConfig,
  addLogout,
  addActions,
  addStore,
  addMapping,
  addSandbox,
];

/** All commands with their flags and help. The code of a command is imported when it runs. */
export function createProgram(): Command {
  const help = new Help();
  const program = new Command('ory-zoho')
    .description('Keeps the contacts of a Zoho CRM in step with the identities of an Ory project.')
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
  for (const add of ADD) add(program);
  return program;
}

/** Whether an option's default is not worth showing: off, or none. */
function saysNothing({ defaultValue }: Option): boolean {
  return typeof defaultValue === 'boolean' || (Array.isArray(defaultValue) && defaultValue.length === 0);
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? 'unknown';
}
