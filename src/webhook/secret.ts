import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export type SecretCheck = (headers: IncomingHttpHeaders) => boolean;

/**
 * Checks the secret that Ory sends as `X-Webhook-Secret` or `Authorization: Bearer`. It compares digests in
 * constant time, so the time reveals neither content nor length. Several secrets are accepted while one is
 * rotated. Characters beyond ASCII are expected in UTF-8, as Go sends them.
 */
export function secretCheck(secrets: readonly string[]): SecretCheck {
  const accepted = secrets.map((secret) => digest(Buffer.from(secret, 'utf8')));
  return (headers) => {
    const given = presented(headers);
    if (given === undefined) return false;
    // Node reads each byte of a header as one character.
    const hash = digest(Buffer.from(given, 'latin1'));
    // All secrets are compared, so the time does not show which of them matched.
    return accepted.filter((one) => timingSafeEqual(one, hash)).length > 0;
  };
}

function presented(headers: IncomingHttpHeaders): string | undefined {
  const header = headers['x-webhook-secret'];
  if (typeof header === 'string') return header;
  return /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
}

function digest(secret: Buffer): Buffer {
  return createHash('sha256').update(secret).digest();
}
