import type { JsonObject } from '../../model/json.ts';
import { editedJson } from './edit-json.ts';
import { CONFIG_IN_PROJECT } from './edit-project.ts';
import { ALL_LISTS, ALL_LISTS_AND_LOGINS } from './hook-lists.ts';
import type { RunningList } from './hook-lists.ts';
import { ourHook } from './our-hook.ts';
import type { HookValues } from './our-hook.ts';
import { hookYaml } from './yaml-hook.ts';

export const PRINT_FORMATS = ['yaml', 'ory-cli', 'json-patch'] as const;
export type PrintFormat = (typeof PRINT_FORMATS)[number];

const YAML_HEAD = `# Add these hooks to your lists, do not replace your lists with them. Ory runs one list for each method and merges none.
# Leave out the methods that you do not use. If a list has \`session\`, keep it last.
# \`ory-zoho actions apply --kratos kratos.yml\` does all of this.
`;

const CLI_HEAD = `# One command for each list. It adds the hook at the head. Leave out the methods that you do not use.
# If Ory does not have the list yet, use --add '…/hooks=[ {…} ]' instead, which would replace an existing list.
# \`ory-zoho actions apply\` checks this and does the right one.
`;

/**
 * All our hooks, with the secret, in a form to paste or run.
 * @param project a project of Ory Network, for its CLI
 */
export function printHooks(format: PrintFormat, values: HookValues, project: string | undefined): string {
  switch (format) {
    case 'yaml':
      return YAML_HEAD + hookYaml(nested(values));
    case 'ory-cli':
      return (
        CLI_HEAD +
        listsFor(values)
          .map((list) => oryCommand(list, values, project))
          .join('')
      );
    case 'json-patch':
      return `${JSON.stringify(
        listsFor(values).map((list) => operation(list, values, CONFIG_IN_PROJECT)),
        null,
        2,
      )}\n`;
  }
}

function listsFor({ signIns }: HookValues): readonly RunningList[] {
  return signIns ? ALL_LISTS_AND_LOGINS : ALL_LISTS;
}

function oryCommand(list: RunningList, values: HookValues, project: string | undefined): string {
  const { path, value } = operation(list, values, '');
  const id = project === undefined ? '"$ORY_PROJECT"' : shellWord(project);
  return `ory patch identity-config --project ${id} \\\n  --add ${shellWord(`${path}=${JSON.stringify(value)}`)}\n`;
}

function operation({ path, event }: RunningList, values: HookValues, base: string) {
  return { op: 'add', path: `${base}/${path.join('/')}/0`, value: ourHook(event, values) };
}

function nested(values: HookValues): JsonObject {
  return listsFor(values).reduce<JsonObject>(
    (config, { path, event, methods }) =>
      editedJson(config, { kind: 'add', list: path, hook: ourHook(event, values), methods }),
    {},
  );
}

/** Quotes any text as one word for a POSIX shell. */
function shellWord(text: string): string {
  return /^[\w-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
