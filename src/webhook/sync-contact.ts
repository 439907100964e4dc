import type { IncomingMessage } from 'node:http';
import express from 'express';
import type { Request, RequestHandler } from 'express';
import { webhookEvent } from '../model/event.ts';
import type { Event } from '../model/event.ts';
import type { Identity } from '../model/identity.ts';
import { parseWebhookBody } from '../ory/identity.ts';
import { Refusal } from './refusal.ts';

export interface SyncContactOptions {
  /** Stores the identity durably; throws StoreError when it cannot. */
  put(identity: Identity, event: Event): Promise<unknown>;
  /** A webhook that nobody will see again came to nothing: for the log. */
  noteLoss(loss: { code: string; triggerId: string | undefined }): void;
}

const BODY_LIMIT = '1mb';

/** Reads the body as JSON, whatever the content type says; that was checked before. */
export function readJson(options: SyncContactOptions): RequestHandler {
  return express.json({
    limit: BODY_LIMIT,
    strict: false,
    type: () => true,
    // express.json makes `{}` of an empty body; Ory can send one, when its Jsonnet worker dies on a large input.
    verify: (request, _response, body) => {
      if (body.length === 0) refuseEmpty(request, options);
    },
  });
}

function refuseEmpty(request: IncomingMessage, options: SyncContactOptions): never {
  options.noteLoss({ code: 'empty_body', triggerId: triggerId(request) });
  throw new Refusal(
    400,
    'empty_body',
    'The body is empty. Traits over 64 KiB make some Ory versions send that.',
  );
}

/** The last step of the webhook route: JSON in shape, committed, answered. */
export function syncContact(options: SyncContactOptions): RequestHandler {
  return async (request, response) => {
    if (request.body === undefined) refuseEmpty(request, options);
    const body = parseWebhookBody(request.body);
    switch (body.kind) {
      case 'pre_persist':
        // A hook that runs before the identity is saved: answered well, since an error would stop the sign-up.
        options.noteLoss({ code: 'pre_persist', triggerId: triggerId(request) });
        break;
      case 'problem':
        options.noteLoss({ code: body.code, triggerId: triggerId(request) });
        throw new Refusal(400, body.code, body.message);
      case 'identity':
        await options.put(body.identity, eventOf(request, body.event, body.identity));
        break;
    }
    response.json({});
  };
}

/** The query names the event, else the body, else the times tell a sign-up from a change. */
function eventOf(request: Request, inBody: string | undefined, identity: Identity): Event {
  const { event } = request.query;
  if (typeof event === 'string') return webhookEvent(event);
  if (inBody !== undefined) return webhookEvent(inBody);
  const { created_at, updated_at } = identity;
  return typeof created_at === 'string' && created_at === updated_at ? 'registration' : 'settings';
}

function triggerId(request: IncomingMessage): string | undefined {
  const header = request.headers['ory-webhook-trigger-id'];
  return typeof header === 'string' ? header : undefined;
}
