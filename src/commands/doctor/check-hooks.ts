import { mappingFileOf } from '../../config/serve-config.ts';
import type { Settings } from '../../config/sources.ts';
import { compileMapping } from '../../mapping/compile.ts';
import { loadMapping } from '../../mapping/file/mapping-file.ts';
import { createConsoleApi } from '../../ory/actions/console-api.ts';
import { readKratosConfig } from '../../ory/actions/read-kratos-text.ts';
import { parsePublicUrl } from '../../ory/actions/our-hook.ts';
import type { ExpectedHook } from '../../ory/lint/hook-lint.ts';
import { lintKratos } from '../../ory/lint/kratos-lint.ts';
import type { JsonObject } from '../../model/json.ts';
import { readKratosFile } from '../parts/kratos-file.ts';
import { ok, thrown, warn } from '../parts/findings/finding.ts';
import type { Finding } from '../parts/findings/finding.ts';

/**
 * Checks the hooks in a kratos.yml, or in the configured Ory Network project.
 * @param files configuration files of a self-hosted Kratos, in its order; may be empty
 */
export async function checkHooks(
  files: readonly string[],
  settings: Settings,
  signal: AbortSignal,
): Promise<Finding[]> {
  const source = files.length === 0 ? projectSource(settings, signal) : fileSource(files, settings);
  if (source === undefined) return [noSource];
  try {
    const { telling, faults } = lintKratos(await source.read(), await expectedHook(settings, source.network));
    if (faults.length === 0) return [ok('hooks', `in place at ${source.name}: ${telling.join(', ')}`)];
    return faults.map(({ place, state, detail, fix }) => ({
      check: 'hooks',
      state,
      detail: `${place}: ${detail}`,
      fix: fix ?? `Run: ${source.mend}`,
    }));
  } catch (error) {
    return [thrown('hooks', error)];
  }
}

const noSource = warn(
  'hooks',
  'not checked: no Kratos configuration was given',
  'Self-hosted: ory-zoho doctor --kratos kratos.yml. Ory Network: set ORY_PROJECT and ORY_WORKSPACE_API_KEY.',
);

/** The place of the hooks. */
interface Source {
  readonly name: string;
  readonly network: boolean;
  /** The command that fixes the hooks. */
  readonly mend: string;
  read(): Promise<JsonObject>;
}

function fileSource(files: readonly string[], settings: Settings): Source {
  const adminUrl = settings.get('ORY_ADMIN_URL')?.value ?? '';
  const host = URL.canParse(adminUrl) ? new URL(adminUrl).hostname : '';
  return {
    name: files.join(', '),
    network: host.endsWith('.oryapis.com'),
    mend: files.some((file) => file.endsWith('.json'))
      ? 'ory-zoho actions print, and add the hooks by hand (JSON files are not edited)'
      : `ory-zoho actions apply ${files.map((file) => `--kratos ${file}`).join(' ')}`,
    read: async () => readKratosConfig(await Promise.all(files.map(readKratosFile))),
  };
}

function projectSource(settings: Settings, signal: AbortSignal): Source | undefined {
  const project = settings.get('ORY_PROJECT')?.value;
  const workspaceKey = settings.get('ORY_WORKSPACE_API_KEY')?.value;
  const url = settings.get('ORY_CONSOLE_URL')?.value;
  if (project === undefined || workspaceKey === undefined) return undefined;
  return {
    name: `project ${project}`,
    network: true,
    mend: 'ory-zoho actions apply',
    async read() {
      const api = createConsoleApi({ project, workspaceKey, ...(url !== undefined && { url }) });
      const cut = () => void api.close();
      signal.addEventListener('abort', cut, { once: true });
      try {
        return await api.readConfig();
      } finally {
        signal.removeEventListener('abort', cut);
        await api.close();
      }
    },
  };
}

async function expectedHook(settings: Settings, network: boolean): Promise<ExpectedHook> {
  return {
    ...(await askedByMapping(settings)),
    publicUrl: publicUrlOf(settings.get('ORY_ZOHO_PUBLIC_URL')?.value),
    secret: settings.get('ORY_WEBHOOK_SECRET')?.value,
    previousSecret: settings.get('ORY_WEBHOOK_SECRET_PREVIOUS')?.value,
    network,
  };
}

/** Faults of the mapping are reported by its own check. */
async function askedByMapping(settings: Settings): Promise<Pick<ExpectedHook, 'signIns' | 'verified'>> {
  try {
    const { readsSignIn, readsVerified } = compileMapping(await loadMapping(mappingFileOf(settings)));
    return { signIns: readsSignIn, verified: readsVerified };
  } catch {
    return { signIns: false, verified: false };
  }
}

/** An invalid address is reported by the check of the public URL. */
function publicUrlOf(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : parsePublicUrl(text);
  } catch {
    return undefined;
  }
}
