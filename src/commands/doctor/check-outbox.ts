import { lookUpWait } from '../../model/look-up-wait.ts';
import { countOutbox } from '../../store/outbox/count.ts';
import { countAside } from '../../store/outbox/put-aside.ts';
import type { Store } from '../../store/open.ts';
import { duration } from '../terminal/duration.ts';
import { fail, ok, thrown, warn } from '../parts/findings/finding.ts';
import type { Finding } from '../parts/findings/finding.ts';

/** Deliveries take seconds, so rows of this age are stuck. */
const OLD_S = 10 * 60;

/** What is waiting for delivery, and what Zoho refused. */
export async function checkOutbox(store: Store): Promise<Finding[]> {
  try {
    const { due, waiting, leased, failed, oldestSeconds } = await countOutbox(store);
    const undelivered = due + waiting + leased;
    const aside = await countAside(store);
    return [
      ageFinding(undelivered, oldestSeconds),
      ...aside.map(({ reason, count }) => asideFinding(reason, count)),
      failureFinding(failed),
    ];
  } catch (error) {
    return [thrown('outbox', error)];
  }
}

function ageFinding(undelivered: number, oldestS: number): Finding {
  if (undelivered === 0) return ok('outbox', 'empty');
  const detail = `${undelivered} undelivered, the oldest for ${duration(oldestS)}`;
  return oldestS < OLD_S
    ? ok('outbox', detail)
    : warn(
        'outbox',
        detail,
        'Make sure that "ory-zoho serve" is running. Its log says what delivery is waiting for.',
      );
}

function asideFinding(reason: string, count: number): Finding {
  const known = lookUpWait(reason);
  const detail = `${count} newcomers wait (${reason}): ${known?.cause ?? 'a newer version knows why'}`;
  return fail('outbox', detail, `${known?.fix ?? ''} serve then delivers them.`.trim());
}

function failureFinding(failed: number): Finding {
  return failed === 0
    ? ok('failed', 'none')
    : warn(
        'failed',
        `${failed} refused by Zoho and kept`,
        '"ory-zoho failed list" lists them, "ory-zoho failed show" shows how to fix each.',
      );
}
