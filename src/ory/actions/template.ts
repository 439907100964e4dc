import { readFileSync } from 'node:fs';

/** The path is the same from `src/` and `dist/`, because both are in the package's folder. */
const TEMPLATE = new URL('../../../jsonnet/sync-contact.jsonnet', import.meta.url);

/**
 * jsonnet/sync-contact.jsonnet as the `body` of a web_hook. It is in the URL itself, because Ory Network
 * reads no files. Kratos decodes it with Go's StdEncoding: with padding, without line breaks (Ory,
 * "Webhooks").
 */
export function templateBody(): string {
  return `base64://${readFileSync(TEMPLATE).toString('base64')}`;
}
