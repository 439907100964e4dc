/** What the Zoho client says of itself; a pino logger fits. No secrets, no personal data. */
export interface ZohoLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export const SILENT: ZohoLog = { info() {}, warn() {} };
