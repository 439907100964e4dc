import type { ContactView } from '../../src/sandbox/control/control.ts';
import { shown } from '../crash/whose.ts';
import type { People } from './people.ts';
import type { Setting } from './story.ts';

/**
 * Rule 24: with `deleted: delete`, no contact of an identity that is gone from Ory is left. Only reconcile notices
 * that it is gone. Without the COQL scope, a contact that a lost call made may stay.
 */
export function leftByGone(
  contacts: readonly ContactView[],
  { everybody, restored }: People,
  { deleted, reconcile, coql }: Setting,
): string[] {
  if (deleted !== 'delete' || !reconcile || !coql) return [];
  const gone = everybody.filter(({ living, erased }) => !living && !erased);
  return gone.flatMap(({ lastName }) =>
    contacts
      .filter(({ id, fields }) => fields['Last_Name'] === lastName && !restored.has(id))
      .map((contact) => `rule 24: ${lastName} is gone, but has ${shown(contact)}`),
  );
}
