import { styleText } from 'node:util';

export interface Saved {
  readonly profilePath: string;
  readonly envFile: string | undefined;
  /** Undefined if none was written. */
  readonly mappingFile: string | undefined;
  readonly zoho: string;
  readonly ory: string;
  readonly idField: string | null;
  readonly publicUrl: string | undefined;
  readonly newWebhookSecret: boolean;
}

/** The summary that `init` prints to stdout at its end, with the next commands. */
export function summary(saved: Saved): string {
  const bold = (text: string) => styleText('bold', text, { stream: process.stdout });
  const files = [
    `Saved to ${saved.profilePath}`,
    ...(saved.envFile === undefined ? [] : [`and to ${saved.envFile}`]),
    ...(saved.mappingFile === undefined ? [] : [`mapping in ${saved.mappingFile}`]),
  ];
  const next: [string, string][] = [
    ...(saved.publicUrl === undefined
      ? [
          ['ory-zoho init --yes --public-url https://YOUR-HOST', 'set the public URL'] satisfies [
            string,
            string,
          ],
        ]
      : []),
    ['ory-zoho serve', 'receive webhooks'],
    ['ory-zoho actions print', 'print the hooks for Ory'],
    ['ory-zoho doctor', 'check everything'],
    ['ory-zoho backfill --dry-run', 'preview the import'],
  ];
  const width = Math.max(...next.map(([command]) => command.length));
  return [
    `${files.join('; ')}.`,
    '',
    `  Zoho            ${saved.zoho}`,
    `  Ory             ${saved.ory}`,
    `  Identity id in  ${saved.idField ?? 'no field: contacts are found only by email'}`,
    `  Webhook secret  ${saved.newWebhookSecret ? 'made' : 'kept'}; \`ory-zoho actions print\` puts it into the hooks`,
    `  Public address  ${saved.publicUrl ?? 'not known yet'}`,
    '',
    bold('Next:'),
    ...next.map(([command, why]) => `  ${command.padEnd(width)}  # ${why}`),
    '',
  ].join('\n');
}
