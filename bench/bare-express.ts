/**
 * The yardstick for the intake. It does only what any handler must do: Express parses the same body, and the
 * secret is compared in constant time. It stores nothing and calls no other service. Its speed shows how fast
 * the machine is at the moment.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import express from 'express';

const sha256 = (text: string) => createHash('sha256').update(text).digest();
const secret = sha256(process.env['ORY_WEBHOOK_SECRET'] ?? '');

const app = express();
app.disable('x-powered-by');
app.set('etag', false);
app.post(
  '/zoho/sync-contact',
  (request, response, next) => {
    if (timingSafeEqual(sha256(request.get('x-webhook-secret') ?? ''), secret)) next();
    else response.sendStatus(401);
  },
  express.json({ limit: '1mb' }),
  (_request, response) => {
    response.json({});
  },
);

const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object') process.send?.({ port: address?.port });
});
process.once('disconnect', () => process.exit());
