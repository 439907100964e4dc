import express from 'express';
import type { Express, NextFunction, Request, Response } from 'express';
import { secretCheck } from './secret.ts';
import { Refusal, answerRefusal } from './refusal.ts';
import type { FailureLog } from './refusal.ts';
import { readJson, syncContact } from './sync-contact.ts';
import type { SyncContactOptions } from './sync-contact.ts';

/**
 * Both are routes of the webhook. The second comes from Ory's example recipe, so hooks made from it keep
 * working.
 */
const WEBHOOK_ROUTES = ['/zoho/sync-contact', '/zoho-crm/sync-user'];

export interface AppOptions extends SyncContactOptions {
  readonly secrets: readonly string[];
  /** Throws StoreError if no more webhooks may wait for the store. */
  readonly admit: () => void;
  readonly health: Health;
  readonly metrics: { text(): Promise<string>; readonly contentType: string; answered(status: number): void };
  /** Bearer token for /metrics. Undefined if it is open. */
  readonly metricsToken: string | undefined;
  readonly logError: FailureLog;
}

export interface Health {
  /** Whether webhooks can be taken in. They cannot while the store is down or the process is stopping. */
  ready(): Promise<boolean>;
  /**
   * The state of the Zoho connection, for the body. serve stays ready while that connection is dead, because
   * intake works.
   */
  connection(): string;
  /** `ok`, or the code of the store's problem, for the body. */
  store(): string;
}

/**
 * The HTTP side of `serve`. The checks come in this order: route, method, secret, room, content type, size,
 * JSON, shape, store.
 */
export function createApp(options: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');

  const secret = secretCheck(options.secrets);
  app.all(
    WEBHOOK_ROUTES,
    countAnswers(options.metrics),
    onlyMethod('POST'),
    requireSecret(secret),
    admit(options.admit),
    requireJson,
    readJson(options),
    syncContact(options),
  );
  addHealth(app, options.health);
  addMetrics(app, options);

  app.use(() => {
    throw new Refusal(404, 'not_found', 'Not found. Webhooks go to POST /zoho/sync-contact.');
  });
  app.use(answerRefusal(options.logError));
  return app;
}

type Check = (request: Request, response: Response, next: NextFunction) => void;

function onlyMethod(...methods: string[]): Check {
  return (request, _response, next) => {
    if (methods.includes(request.method)) next();
    else {
      const allow = methods.join(', ');
      throw new Refusal(405, 'method_not_allowed', `Only ${allow} is allowed here.`, { allow });
    }
  };
}

function countAnswers(metrics: AppOptions['metrics']): Check {
  return (_request, response, next) => {
    response.once('finish', () => metrics.answered(response.statusCode));
    next();
  };
}

function requireSecret(check: ReturnType<typeof secretCheck>): Check {
  return (request, _response, next) => {
    if (check(request.headers)) next();
    else {
      const message = 'The secret is missing or wrong. Send it as X-Webhook-Secret or Authorization: Bearer.';
      throw new Refusal(401, 'unauthorized', message, { 'www-authenticate': 'Bearer' });
    }
  };
}

function admit(check: () => void): Check {
  return (_request, _response, next) => {
    check();
    next();
  };
}

/** A missing content type counts as JSON. */
const requireJson: Check = (request, _response, next) => {
  const type = request.headers['content-type'];
  if (type === undefined || /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(type)) next();
  else throw new Refusal(415, 'unsupported_media_type', 'The body must be application/json.');
};

function addHealth(app: Express, health: Health): void {
  const alive: Check = (_request, response) => {
    response.json({ status: 'ok', zoho: health.connection() });
  };
  for (const route of ['/health', '/health/alive']) app.all(route, onlyMethod('GET', 'HEAD'), alive);
  app.all('/health/ready', onlyMethod('GET', 'HEAD'), async (_request, response) => {
    const ready = await health.ready();
    response
      .status(ready ? 200 : 503)
      .json({ status: ready ? 'ok' : 'unavailable', zoho: health.connection(), store: health.store() });
  });
}

function addMetrics(app: Express, { metrics, metricsToken }: AppOptions): void {
  const check = metricsToken === undefined ? undefined : secretCheck([metricsToken]);
  app.all('/metrics', onlyMethod('GET', 'HEAD'), async (request, response) => {
    if (check !== undefined && !check({ authorization: request.headers.authorization })) {
      throw new Refusal(401, 'unauthorized', 'Send METRICS_TOKEN as Authorization: Bearer.');
    }
    response.type(metrics.contentType).send(await metrics.text());
  });
}
