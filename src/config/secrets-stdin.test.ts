import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../errors.ts';
import { parseSecrets } from './secrets-stdin.ts';

describe('secrets from stdin', () => {
  it('are taken as they are: everything after the first = is the value', () => {
    const text = 'ZOHO_CLIENT_SECRET=a#b=$c"\'\\ \r\n\nORY_PROJECT_API_KEY=ory_pat_x';
    expect(parseSecrets(text)).toEqual({
      ZOHO_CLIENT_SECRET: 'a#b=$c"\'\\ ',
      ORY_PROJECT_API_KEY: 'ory_pat_x',
    });
  });

  it('count as not given if they are empty', () => {
    expect(parseSecrets('ZOHO_CLIENT_SECRET=\n')).toEqual({});
    expect(parseSecrets('')).toEqual({});
  });

  it.each(['ZOHO_CLIENT_SECRT=hush', 'hush', 'PORT=hush', '# hush', ' ZOHO_CLIENT_SECRET=hush'])(
    'are refused with the line number and without the value if their form is wrong: %j',
    (line) => {
      const parse = () => parseSecrets(`ORY_WEBHOOK_SECRET=x\n${line}`);
      expect(parse).toThrow(ConfigurationError);
      expect(parse).toThrow(/^Line 2 of the secrets does not have the form NAME=value\.$/);
    },
  );
});
