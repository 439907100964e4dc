import { existsSync } from 'node:fs';
import { deleteProfile, profilePath, readProfile } from '../../config/profile.ts';
import type { Profile } from '../../config/profile.ts';
import { zohoConfig } from '../../config/serve-config.ts';
import { readSettings } from '../../config/sources.ts';
import type { Settings } from '../../config/sources.ts';
import { VARIABLE_NAMES, ZOHO_HOST_NAMES } from '../../config/variables.ts';
import { messageOf } from '../../errors.ts';
import type { ExitCode } from '../../errors.ts';
import { missingFile } from '../../store/engine/locate.ts';
import { openStore } from '../../store/open.ts';
import { tokenCache } from '../../store/token.ts';
import { forgetToken, tokenKey } from '../../zoho/token/shared-token-row.ts';
import type { ZohoHosts } from '../../zoho/data-center.ts';
import { openHttp } from '../../zoho/request.ts';
import { revokeToken } from '../../zoho/token/revoke-token.ts';
import { confirmed } from '../terminal/confirmed.ts';
import { configWithMadeUpValues } from '../parts/required-values.ts';
import { print, say } from '../terminal/print.ts';
import { hostsOf } from '../parts/zoho-connection.ts';

/**
 * `ory-zoho logout`: revokes the profile's refresh token at Zoho and deletes the profile and the stored
 * access token. Values in the environment or in .env stay; the command names them. Local data is deleted even
 * if Zoho cannot be reached.
 * @returns 1 if the token may still work at Zoho, 130 if the question was interrupted
 */
export async function logout({ yes = false }: { readonly yes?: boolean }): Promise<ExitCode> {
  const profile = await readProfile();
  const path = await profilePath();
  if (!existsSync(path)) {
    say(`Nothing is saved: ${path} does not exist.`);
    await nameWhatStays(profile.ZOHO_REFRESH_TOKEN);
    return 0;
  }
  const settings = await readSettings({});
  const hosts = profileHosts(profile, settings);
  const accounts = new URL(hosts.accountsUrl).host;
  const question = `Revoke the connection at ${accounts} and delete ${path}?`;
  const answer = yes ? 'yes' : await confirmed(question, '--yes');
  if (answer === 'cut') return 130;
  if (answer === 'no') {
    say('Nothing was changed.');
    return 0;
  }
  const revoked = await revoke(profile.ZOHO_REFRESH_TOKEN, hosts, accounts);
  await forgetStoredToken(profile, settings, hosts);
  await deleteProfile();
  print(`Deleted ${path}.`);
  await nameWhatStays(profile.ZOHO_REFRESH_TOKEN);
  return revoked ? 0 : 1;
}

/** The hosts of the profile's token: those saved with it, else those that are set. */
function profileHosts(profile: Profile, settings: Settings): ZohoHosts {
  const saved: Settings = new Map(
    VARIABLE_NAMES.flatMap((name) => {
      const value = profile[name];
      return value === undefined ? [] : [[name, { value, source: 'profile' as const }] as const];
    }),
  );
  return hostsOf(zohoConfig(ZOHO_HOST_NAMES.some((name) => saved.has(name)) ? saved : settings));
}

/** @returns whether the token certainly no longer works */
async function revoke(token: string | undefined, hosts: ZohoHosts, accounts: string): Promise<boolean> {
  if (token === undefined) {
    say('The profile has no refresh token, so there is nothing to revoke.');
    return true;
  }
  const http = openHttp();
  try {
    const answer = await revokeToken(http, hosts, token);
    switch (answer.kind) {
      case 'revoked':
        print(`Revoked the refresh token at ${accounts}.`);
        return true;
      case 'unknown_token':
        print(`The refresh token is no longer known at ${accounts}.`);
        return true;
      case 'failed':
        say(`The refresh token may still work at Zoho: ${answer.message}`);
        say(`Remove ory-zoho under ${hosts.accountsUrl}/home#sessions/connectedapps.`);
        return false;
    }
  } finally {
    await http.close();
  }
}

/** Deletes the access token in the store, if there is a store. */
async function forgetStoredToken(profile: Profile, settings: Settings, hosts: ZohoHosts): Promise<void> {
  const { databaseUrl } = configWithMadeUpValues(settings);
  const refreshToken = profile.ZOHO_REFRESH_TOKEN;
  if (refreshToken === undefined || missingFile(databaseUrl) !== undefined) return;
  const clientId = profile.ZOHO_CLIENT_ID ?? settings.get('ZOHO_CLIENT_ID')?.value ?? '';
  try {
    const store = await openStore(databaseUrl);
    try {
      await forgetToken(tokenCache(store), tokenKey(hosts, { clientId, refreshToken }));
    } finally {
      await store.close();
    }
  } catch (error) {
    say(
      `The encrypted access token stays in the store until it expires, within an hour: ${messageOf(error)}`,
    );
  }
}

/**
 * Names tokens that are set elsewhere, because commands keep using them.
 * @param revoked the profile's token
 */
async function nameWhatStays(revoked: string | undefined): Promise<void> {
  const setting = (await readSettings({})).get('ZOHO_REFRESH_TOKEN');
  if (setting === undefined) return;
  const where = setting.source === 'environment' ? 'the environment' : setting.source;
  const which = setting.value === revoked ? 'the same token' : 'a refresh token';
  say(`ZOHO_REFRESH_TOKEN in ${where} still holds ${which}: remove it there too.`);
}
