import { readFileSync } from 'node:fs';

/** Beside `src/` and `dist/` alike: both are one step below the package's folder. */
const TEMPLATE = new URL('../../../jsonnet/sync-contact.jsonnet', import.meta.url);

/**
 * jsonnet/sync-contact.jsonnet as the `body` of a web_hook. Within the URL, because Ory Network reads no
 * files; Kratos decodes by Go's StdEncoding: with padding, without line breaks (Ory, "Webhooks").
 */
export function templateBody(): string {
  return `base64://${readFileSync(TEMPLATE).toString('base64')}`;
}
