import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../errors.ts';
import { parseSecrets } from './secrets-stdin.ts';

describe('secrets from stdin', () => {
  it('are taken raw: everything after the first = is the value', () => {
    const text = 'ZOHO_CLIENT_SECRET=a#b=$c"\'\\ \r\n\nORY_PROJECT_API_KEY=ory_pat_x';
    expect(parseSecrets(text)).toEqual({
      ZOHO_CLIENT_SECRET: 'a#b=$c"\'\\ ',
      ORY_PROJECT_API_KEY: 'ory_pat_x',
    });
  });

  it('that are empty count as not given', () => {
    expect(parseSecrets('ZOHO_CLIENT_SECRET=\n')).toEqual({});
    expect(parseSecrets('')).toEqual({});
  });

  it.each(['ZOHO_CLIENT_SECRT=hush', 'hush', 'PORT=hush', '# hush', ' ZOHO_CLIENT_SECRET=hush'])(
    'of another form are refused by their line, without the value: %j',
    (line) => {
      const parse = () => parseSecrets(`ORY_WEBHOOK_SECRET=x\n${line}`);
      expect(parse).toThrow(ConfigurationError);
      expect(parse).toThrow(/^Line 2 of the secrets is not the name of a secret, "=" and its value\.$/);
    },
  );
});
