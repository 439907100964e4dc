import { expect, test } from 'vitest';
import { pauseBy } from '../../model/pause.ts';
import { zohoDoesNothing } from './stop-backfill.ts';

test.each(['network', 'request_refused', 'rate_limit'] as const)(
  'after ten minutes of %s, the error does not say that Zoho was silent, and names the fix of that pause',
  (reason) => {
    const { message, hint } = zohoDoesNothing({ reason, message: "Zoho's words." });
    expect(message).toBe("Zoho has done nothing for ten minutes: Zoho's words.");
    expect(hint).toContain(pauseBy(reason).fix);
  },
);
