import { randomBytes } from 'node:crypto';
import { known } from '../answers/known.ts';
import { adoptionFile, writeAdoption } from '../answers/adopt-answer.ts';
import type { ConnectedOry } from '../ory/connect-ory.ts';
import { save } from './save-answers.ts';
import type { ZohoSettled } from '../zoho/settle-zoho.ts';
import type { Start } from '../start.ts';
import { summary } from './init-summary.ts';

const SECRET_BYTES = 32;

/** Saves the answers and prints the summary. `init` changes nothing on this machine before this. */
export async function finish(start: Start, ory: ConnectedOry, zoho: ZohoSettled): Promise<void> {
  const { options, settings, present, publicUrl } = start;
  const { connection, who, idField, adopt, adoptUnverified } = zoho;
  const { clientId, clientSecret, refreshToken, hosts } = connection;
  const secret = known(settings, 'ORY_WEBHOOK_SECRET')?.value;
  // These settings can only be in the mapping file.
  const { mapping, file } = present;
  const changes = {
    ...(mapping.contactRules.adopt !== adopt && { adopt }),
    ...(mapping.contactRules.adoptUnverified !== adoptUnverified && { adopt_unverified: adoptUnverified }),
  };
  const mappingFile = Object.keys(changes).length === 0 ? undefined : adoptionFile(file);
  const profilePath = await save(
    {
      ZOHO_CLIENT_ID: clientId,
      ZOHO_CLIENT_SECRET: clientSecret,
      ZOHO_REFRESH_TOKEN: refreshToken,
      ZOHO_API_BASE_URL: hosts.apiBaseUrl,
      ZOHO_ACCOUNTS_URL: hosts.accountsUrl,
      // The two hosts already determine it, and a saved value could later contradict them.
      ZOHO_DATA_CENTER: undefined,
      ORY_WEBHOOK_SECRET: secret ?? randomBytes(SECRET_BYTES).toString('hex'),
      ORY_ADMIN_URL: ory.adminUrl,
      ORY_PROJECT_API_KEY: ory.apiKey,
      ORY_ID_FIELD: idField ?? undefined,
      ORY_ZOHO_PUBLIC_URL: publicUrl,
      // serve may start in another folder, so the path is absolute.
      ...(mappingFile !== undefined && { ORY_ZOHO_MAPPING: mappingFile }),
    },
    options.writeEnv,
    mappingFile === undefined
      ? []
      : [{ name: 'the mapping', write: () => writeAdoption(file, changes, mappingFile) }],
  );
  const text = summary({
    profilePath,
    envFile: options.writeEnv,
    mappingFile,
    zoho: who === undefined ? hosts.apiBaseUrl : `${who}, ${hosts.apiBaseUrl}`,
    ory: ory.shownUrl,
    idField,
    publicUrl,
    newWebhookSecret: secret === undefined,
  });
  process.stdout.write(text);
}
