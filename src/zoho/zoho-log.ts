/** The log of the Zoho client. A pino logger fits. No secrets, no personal data. */
export interface ZohoLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export const SILENT: ZohoLog = { info() {}, warn() {} };
