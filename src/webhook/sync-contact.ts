import type { IncomingMessage } from 'node:http';
import express from 'express';
import type { Request, RequestHandler } from 'express';
import { webhookEvent } from '../model/event.ts';
import type { Event } from '../model/event.ts';
import type { Identity } from '../model/identity.ts';
import { parseWebhookBody } from '../ory/identity/identity.ts';
import { Refusal } from './refusal.ts';

export interface SyncContactOptions {
  /** Stores the identity durably. Throws StoreError if it cannot. */
  put(identity: Identity, event: Event): Promise<unknown>;
  /** Called for each webhook with a right secret, for the log. */
  note(webhook: NotedWebhook): void;
  /** Called for each webhook with a right secret and an empty body. The event of some identity is lost. */
  emptyBody(): void;
}

/** The name under which doctor calls serve at the address that Ory uses. */
export const DOCTOR = 'ory-zoho doctor';

/** A webhook that came in, or that was lost and will not be sent again, with Ory's own ids of it. */
export type NotedWebhook = (
  | { came: 'in'; identity_id: string }
  | { came: 'from_doctor' }
  | { came: 'to_nothing'; code: string }
) &
  OryIds;

interface OryIds {
  /** The same for all tries of one hook (`Ory-Webhook-Trigger-ID`). Not every Ory version sends it. */
  trigger_id: string | undefined;
  request_id: string | undefined;
}

const BODY_LIMIT = '1mb';

/** Reads the body as JSON, with any content type, because that was checked before. */
export function readJson(options: SyncContactOptions): RequestHandler {
  return express.json({
    limit: BODY_LIMIT,
    strict: false,
    type: () => true,
    // express.json turns an empty body into `{}`. Ory sends an empty body when its Jsonnet worker dies on a
    // large input.
    verify: (request, _response, body) => {
      if (body.length === 0) refuseEmpty(request, options);
    },
  });
}

function refuseEmpty(request: IncomingMessage, options: SyncContactOptions): never {
  options.note({ came: 'to_nothing', code: 'empty_body', ...oryIds(request) });
  options.emptyBody();
  throw new Refusal(
    400,
    'empty_body',
    'The body is empty. Ory sends that for an identity with large traits. A reconcile will find what was lost.',
  );
}

/** The last step of the webhook route. It checks the form of the JSON, commits it and answers. */
export function syncContact(options: SyncContactOptions): RequestHandler {
  return async (request, response) => {
    if (request.body === undefined) refuseEmpty(request, options);
    const body = parseWebhookBody(request.body);
    switch (body.kind) {
      case 'pre_persist':
        // A hook that runs before the identity is saved gets a 200, because an error would stop the sign-up.
        if (request.headers['user-agent'] === DOCTOR)
          options.note({ came: 'from_doctor', ...oryIds(request) });
        else options.note({ came: 'to_nothing', code: 'pre_persist', ...oryIds(request) });
        break;
      case 'problem':
        options.note({ came: 'to_nothing', code: body.code, ...oryIds(request) });
        throw new Refusal(400, body.code, body.message);
      case 'identity':
        options.note({ came: 'in', identity_id: body.identity.id, ...oryIds(request) });
        await options.put(body.identity, eventOf(request, body.event, body.identity));
        break;
    }
    response.json({});
  };
}

/**
 * The query names the event, or else the body. If neither does, the times show whether it is a sign-up or a
 * change.
 */
function eventOf(request: Request, inBody: string | undefined, identity: Identity): Event {
  const { event } = request.query;
  if (typeof event === 'string') return webhookEvent(event);
  if (inBody !== undefined) return webhookEvent(inBody);
  const { created_at, updated_at } = identity;
  return typeof created_at === 'string' && created_at === updated_at ? 'registration' : 'settings';
}

function oryIds({ headers }: IncomingMessage): OryIds {
  return {
    trigger_id: headers['ory-webhook-trigger-id']?.toString(),
    request_id: headers['ory-webhook-request-id']?.toString(),
  };
}
