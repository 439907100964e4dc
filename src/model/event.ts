/**
 * The reasons for a put, the most telling first. If several events wait for an identity, the first of them in
 * this order stays (rule 6).
 */
export const EVENTS = [
  'registration',
  'settings',
  'verification',
  'login',
  'recovery',
  'sync',
  'reconcile',
  'backfill',
] as const;

export type Event = (typeof EVENTS)[number];

/** Events that a webhook may name. Any other word counts as `settings`. */
const WEBHOOK_EVENTS: ReadonlySet<string> = new Set(EVENTS.slice(0, 5));

export function isWebhookEvent(event: Event): boolean {
  return WEBHOOK_EVENTS.has(event);
}

export function webhookEvent(word: string): Event {
  return WEBHOOK_EVENTS.has(word) ? (EVENTS.find((event) => event === word) ?? 'settings') : 'settings';
}

/** The rows with the lowest number are claimed first (rule 4): webhook > sync > reconcile > backfill. */
export type Priority = 0 | 1 | 2 | 3;

export function priorityOf(event: Event): Priority {
  switch (event) {
    case 'sync':
      return 1;
    case 'reconcile':
      return 2;
    case 'backfill':
      return 3;
    default:
      return 0;
  }
}

/**
 * Whether a webhook put this in. A scan may give a lost sign-up the event of a webhook, but never its
 * priority (rule 4). `sync` and `erase` have their own events.
 */
export function isAnnounced({
  event,
  priority,
}: {
  readonly event: Event;
  readonly priority: number;
}): boolean {
  return priority === 0 && isWebhookEvent(event);
}

export function moreTelling(left: Event, right: Event): Event {
  return EVENTS.indexOf(left) <= EVENTS.indexOf(right) ? left : right;
}
