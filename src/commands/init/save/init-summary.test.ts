import { expect, test } from 'vitest';
import { summary } from './init-summary.ts';

test.each([undefined, 'https://sync.example.com'])(
  'with the public URL %s each next step fits a terminal',
  (publicUrl) => {
    const text = summary({
      profilePath: '/home/ann/profile.json',
      envFile: undefined,
      mappingFile: undefined,
      zoho: 'Example Ltd',
      ory: 'https://slug.projects.oryapis.com',
      idField: null,
      publicUrl,
      newWebhookSecret: true,
    });
    const next = text.slice(text.indexOf('Next:')).split('\n');
    expect(next.filter((line) => line.length > 80)).toEqual([]);
    expect(next.some((line) => line.includes('--public-url'))).toBe(publicUrl === undefined);
  },
);
