/**
 * The naive handler: each webhook becomes one upsert, and is answered when Zoho has answered. It keeps its
 * access token but stores nothing. A sign-up that Zoho does not accept is lost once Ory stops trying.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import express from 'express';
import { Agent, request } from 'undici';
import { z } from 'zod';

const env = z.record(z.string(), z.string()).parse({ ...process.env });
const sha256 = (text: string) => createHash('sha256').update(text).digest();
const secret = sha256(env['ORY_WEBHOOK_SECRET'] ?? '');
const agent = new Agent();

const tokenAnswer = z.object({ access_token: z.string() });
const webhook = z.object({
  identity: z.object({
    traits: z.object({ email: z.string(), name: z.object({ first: z.string(), last: z.string() }) }),
  }),
});
const upsertAnswer = z.object({ data: z.tuple([z.object({ status: z.literal('success') })]) });

const accessToken = await refresh();

async function refresh(): Promise<string> {
  const answer = await request(`${env['ZOHO_ACCOUNTS_URL']}/oauth/v2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: env['ZOHO_CLIENT_ID'] ?? '',
      client_secret: env['ZOHO_CLIENT_SECRET'] ?? '',
      refresh_token: env['ZOHO_REFRESH_TOKEN'] ?? '',
    }).toString(),
    dispatcher: agent,
  });
  return tokenAnswer.parse(await answer.body.json()).access_token;
}

async function upsert(body: unknown): Promise<boolean> {
  const { email, name } = webhook.parse(body).identity.traits;
  const answer = await request(`${env['ZOHO_API_BASE_URL']}/Contacts/upsert`, {
    method: 'POST',
    headers: { authorization: `Zoho-oauthtoken ${accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      data: [{ Email: email, First_Name: name.first, Last_Name: name.last }],
      duplicate_check_fields: ['Email'],
      trigger: ['workflow'],
    }),
    dispatcher: agent,
  });
  return upsertAnswer.safeParse(await answer.body.json()).success;
}

const app = express();
app.post(
  '/zoho/sync-contact',
  (request, response, next) => {
    if (timingSafeEqual(sha256(request.get('x-webhook-secret') ?? ''), secret)) next();
    else response.sendStatus(401);
  },
  express.json(),
  async (request, response) => {
    const taken = await upsert(request.body);
    response.status(taken ? 200 : 502).json({});
  },
);

const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object') process.send?.({ port: address?.port });
});
process.once('disconnect', () => process.exit());
