import { setTimeout as delay } from 'node:timers/promises';
import { refuseUnfit } from '../../config/serve-config.ts';
import type { Settings } from '../../config/sources.ts';
import { VARIABLES } from '../../config/variables.ts';
import { ConfigurationError, OryZohoError } from '../../errors.ts';
import { canonicalJson } from '../../model/json.ts';
import { createConsoleApi } from '../../ory/actions/console-api.ts';
import type { ConsoleApi } from '../../ory/actions/console-api.ts';
import type { NextEdit } from '../../ory/actions/edit.ts';
import { planProjectEdits } from '../../ory/actions/edit-project.ts';
import type { Target } from './target.ts';

/** According to Ory's Terraform provider, a read right after a change may return the old project. */
const READS_BACK = 5;
const BETWEEN_READS_MS = 1_000;

/**
 * A project of Ory Network.
 * @throws ConfigurationError naming the variables that are missing, or cannot be sent
 */
export function networkProject(settings: Settings): Target {
  refuseUnfit(settings);
  const names = ['ORY_PROJECT', 'ORY_WORKSPACE_API_KEY'] as const;
  const [project, workspaceKey] = names.map((name) => settings.get(name)?.value);
  if (project === undefined || workspaceKey === undefined) {
    const missing = names.filter((name) => !settings.has(name));
    const list = missing.map((name) => `\n  ${name}: ${VARIABLES[name].meaning}`).join('');
    throw new ConfigurationError('missing_variables', `Not set:${list}`, {
      hint: 'Set them for a project of Ory Network, or give the file of a self-hosted Kratos: --kratos kratos.yml.',
    });
  }
  const url = settings.get('ORY_CONSOLE_URL')?.value;
  const api = createConsoleApi({ project, workspaceKey, ...(url !== undefined && { url }) });
  return {
    name: `project ${project}`,
    plan: async (next) => {
      const { edits, patch } = planProjectEdits(await api.readConfig(), next);
      return {
        edits,
        commit: async () => {
          // The patch uses list positions, so it is only valid for the project that was shown.
          const again = planProjectEdits(await api.readConfig(), next);
          if (canonicalJson(again.patch) !== canonicalJson(patch)) throw changedMeanwhile();
          const warnings = await api.patch(patch);
          await readBack(api, next, warnings);
          return warnings;
        },
      };
    },
    close: () => api.close(),
  };
}

async function readBack(api: ConsoleApi, next: NextEdit, warnings: readonly string[]): Promise<void> {
  for (let reads = 1; ; reads += 1) {
    const missing = next(await api.readConfig());
    if (missing === undefined) return;
    if (reads === READS_BACK) {
      const said = warnings.map((warning) => ` Ory warns: ${warning}`).join('');
      const where = missing.list.join('.');
      throw new OryZohoError('not_taken', `Ory took the change, but ${where} does not show it.${said}`, {
        hint: 'Check the project in the Ory Console, under Authentication → Actions & Webhooks, and run the same command again.',
      });
    }
    await delay(BETWEEN_READS_MS);
  }
}

function changedMeanwhile(): OryZohoError {
  return new OryZohoError('changed_meanwhile', 'The project was changed by someone else in the meantime.', {
    hint: 'This command changed nothing. Run it again.',
  });
}
