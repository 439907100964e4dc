import type { Flags } from '../../config/sources.ts';
import { readSettings } from '../../config/sources.ts';
import type { ExitCode } from '../../errors.ts';
import { towardsApplied, towardsRemoved } from '../../ory/actions/edit.ts';
import type { NextEdit } from '../../ory/actions/edit.ts';
import { printHooks } from '../../ory/actions/print-hooks.ts';
import type { PrintFormat } from '../../ory/actions/print-hooks.ts';
import { templateBody } from '../../ory/actions/template.ts';
import { hookValues } from './hook-values.ts';
import { kratosFiles } from './kratos-target.ts';
import { networkProject } from './network-project.ts';
import { reportResult, showEdits } from './tell-changes.ts';
import { confirmed } from '../terminal/confirmed.ts';
import { say } from '../terminal/print.ts';

const PATCH_NOTE =
  'Each operation needs an existing list, and one failure stops them all. Leave out the methods that you do not use.';

export interface ActionsOptions {
  /** Paths of a kratos.yml or of the files it is split into. Empty for the Ory Network project. */
  readonly kratos: readonly string[];
  /** Do not ask. */
  readonly yes: boolean;
  readonly json: boolean;
}

/** `actions print`: prints the hooks ready to use. No other output has the webhook secret. */
export async function printActions(format: PrintFormat, flags: Flags): Promise<void> {
  const settings = await readSettings(flags);
  if (format === 'json-patch') say(PATCH_NOTE);
  process.stdout.write(printHooks(format, await hookValues(settings), settings.get('ORY_PROJECT')?.value));
}

/**
 * `actions apply`: adds our hooks to a kratos.yml or an Ory Network project, after a question.
 * @returns 130 if the question was interrupted
 */
export async function applyActions(flags: Flags, options: ActionsOptions): Promise<ExitCode> {
  const next = towardsApplied(await hookValues(await readSettings(flags)));
  return change('apply', next, options);
}

/** `actions remove`: removes our hooks and nothing else. @returns 130 if the question was interrupted */
export async function removeActions(options: ActionsOptions): Promise<ExitCode> {
  return change('remove', towardsRemoved(templateBody()), options);
}

async function change(
  action: 'apply' | 'remove',
  next: NextEdit,
  { kratos, yes, json }: ActionsOptions,
): Promise<ExitCode> {
  const target = kratos.length === 0 ? networkProject(await readSettings({})) : kratosFiles(kratos);
  try {
    const plan = await target.plan(next);
    const { edits } = plan;
    showEdits(target.name, edits);
    const answer = yes || edits.length === 0 ? 'yes' : await confirmed(`Change ${target.name}?`, '--yes');
    if (answer !== 'yes') {
      say('Nothing was changed.');
      return answer === 'cut' ? 130 : 0;
    }
    const warnings = edits.length === 0 ? [] : await plan.commit();
    reportResult({ action, target: target.name, edits, warnings }, json);
    return 0;
  } finally {
    await target.close();
  }
}
