import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runCommand, saveProfile } from '../processes/command.ts';
import { newFolder } from '../processes/serve-process.ts';

const shown = z.array(
  z.strictObject({ name: z.string(), value: z.string().nullable(), source: z.string().nullable() }),
);

async function showConfig(folder: string, variables: Record<string, string> = {}) {
  const { stdout, code } = await runCommand(['config', 'show', '--json'], { folder, variables });
  expect(code).toBe(0);
  const values = shown.parse(JSON.parse(stdout));
  return new Map(values.map(({ name, value, source }) => [name, `${source}: ${value}`]));
}

describe('config show', () => {
  it('shows each value with the source that counts', async () => {
    const folder = newFolder();
    await saveProfile(folder, { PORT: '1', HOST: '10.0.0.1', ORY_ID_FIELD: 'Ory_Identity_ID' });
    writeFileSync(join(folder, '.env'), 'PORT="2"\nHOST="10.0.0.2"\n');
    const values = await showConfig(folder, { PORT: '3' });
    expect(values.get('PORT')).toBe('environment: 3');
    expect(values.get('HOST')).toBe('.env: 10.0.0.2');
    expect(values.get('ORY_ID_FIELD')).toBe('profile: Ory_Identity_ID');
    expect(values.get('ZOHO_REFRESH_TOKEN')).toBe('null: null');
  });

  it('shows defaults for values that are not set, and derives hosts from the values that are', async () => {
    const folder = newFolder();
    const values = await showConfig(folder, { ZOHO_DATA_CENTER: 'eu' });
    expect(values.get('ZOHO_API_BASE_URL')).toMatch(/^default: https:\/\/www\.zohoapis\.eu\/crm\/v\d$/);
    expect(values.get('ZOHO_ACCOUNTS_URL')).toBe('default: https://accounts.zoho.eu');
    expect(values.get('PORT')).toBe('default: 3000');
    expect(values.get('DATABASE_URL')).toBe(`default: sqlite:${folder}/data/ory-zoho/store.db`);
    expect(values.get('ORY_ZOHO_MAPPING')).toBe('default: built in');
  });

  it('works where no profile can be created, and creates none', async () => {
    const folder = newFolder();
    const nowhere = { HOME: '/proc/nowhere', XDG_CONFIG_HOME: '/proc/nowhere', XDG_DATA_HOME: folder };
    expect((await showConfig(folder, nowhere)).get('PORT')).toBe('default: 3000');
    await showConfig(folder);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('works with wrong values, because that is when it is needed', async () => {
    const wrong = { ZOHO_DATA_CENTER: 'eu', ZOHO_ACCOUNTS_URL: 'https://accounts.zoho.com', PORT: 'x' };
    const values = await showConfig(newFolder(), wrong);
    expect(values.get('ZOHO_ACCOUNTS_URL')).toBe('environment: https://accounts.zoho.com');
    expect(values.get('ZOHO_API_BASE_URL')).toBe('null: null');
    expect(values.get('PORT')).toBe('environment: x');
  });

  it('shows no part of a secret, alone or within a URL', async () => {
    const secrets = [
      'ORY_WEBHOOK_SECRET',
      'ORY_WEBHOOK_SECRET_PREVIOUS',
      'ZOHO_CLIENT_SECRET',
      'ZOHO_REFRESH_TOKEN',
      'ORY_PROJECT_API_KEY',
      'ORY_WORKSPACE_API_KEY',
      'METRICS_TOKEN',
    ];
    const variables = {
      ...Object.fromEntries(secrets.map((name, index) => [name, `hush${'h'.repeat(index)}`])),
      DATABASE_URL: 'postgres://ory:hush/h@db.example/zoho?sslpassword=hush&sslmode=require',
      ORY_ADMIN_URL: 'http://admin:hush@kratos:4434',
    };
    const folder = newFolder();
    const values = await showConfig(folder, variables);
    for (const name of secrets) expect(values.get(name)).toBe('environment: ••••');
    expect(values.get('DATABASE_URL')).toBe(
      'environment: postgres://••••@db.example/zoho?sslpassword=••••&sslmode=require',
    );
    expect(values.get('ORY_ADMIN_URL')).toBe('environment: http://••••@kratos:4434');
    const text = await runCommand(['config', 'show'], { folder, variables });
    expect(text.stdout).not.toContain('hush');
  });

  it('shows how often all identities are compared: daily if Ory can be read', async () => {
    const folder = newFolder();
    const without = await showConfig(folder, {});
    expect(without.get('RECONCILE_INTERVAL')).toBe('default: never, without ORY_ADMIN_URL');
    const withOry = await showConfig(folder, { ORY_ADMIN_URL: 'http://kratos:4434' });
    expect(withOry.get('RECONCILE_INTERVAL')).toBe('default: 24h');
  });

  it('prints aligned lines, and no colour into a pipe', async () => {
    const { stdout } = await runCommand(['config', 'show'], {
      folder: newFolder(),
      variables: { PORT: '8080', HOST: 'a\u001b[2Jb' },
    });
    expect(stdout).toMatch(/^PORT +environment {2}8080$/m);
    expect(stdout).toMatch(/^LOG_LEVEL +default +info$/m);
    expect(stdout).toMatch(/^ORY_PROJECT +not set$/m);
    // A value cannot control the terminal.
    expect(stdout).not.toContain('\u001b');
  });
});

describe('config path', () => {
  it('prints where the profile is, or would be', async () => {
    const folder = newFolder();
    const { stdout, code } = await runCommand(['config', 'path'], { folder });
    expect({ stdout, code }).toEqual({ stdout: `${folder}/config/ory-zoho/profile.json\n`, code: 0 });
  });
});
