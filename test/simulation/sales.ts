/** What salespeople do in Zoho. */
import type { ContactView } from '../../src/sandbox/control/control.ts';
import { departmentOf } from '../crash/person.ts';
import { emailOf } from './people.ts';
import type { People, Someone, Typed } from './people.ts';
import type { Simulation } from './simulation.ts';
import type { Happening } from './story.ts';

type OfSales = Extract<
  Happening,
  {
    is:
      | 'sales_makes'
      | 'sales_edits'
      | 'sales_types_email'
      | 'sales_deletes'
      | 'sales_restores'
      | 'sales_merges';
  }
>;

export async function happensInZoho(
  happening: OfSales,
  people: People,
  simulation: Simulation,
): Promise<boolean> {
  const { control } = simulation;
  if (happening.is === 'sales_makes') {
    const { email, department } = happening;
    const isThere = (await control.contacts()).some(({ fields }) => fields['Email'] === emailOf(email));
    // If two contacts have the email, Zoho chooses the one that an upsert writes to. Without the COQL scope, a
    // lost call that is repeated may then write to the other one.
    if (isThere && !simulation.coql) return false;
    const contact = await control.putContact(null, { ...typedBy(people, department), Email: emailOf(email) });
    people.made.set(contact.id, contact.fields);
    return true;
  }
  if (happening.is === 'sales_restores') {
    const id = people.deleted[happening.which];
    if (id === undefined) return false;
    people.deleted.splice(happening.which, 1);
    people.restored.add(id);
    return control.restoreContact(id).then(
      () => true,
      // Another record has its unique value by now.
      () => false,
    );
  }
  const someone = people.now.get(happening.person);
  const contact = someone && (await contactOf(someone, simulation));
  if (someone === undefined || contact == null) return false;
  switch (happening.is) {
    case 'sales_edits':
      return edits(
        someone,
        contact,
        { field: happening.field, value: `typed ${people.typed.length} by sales` },
        people,
        simulation,
      );
    case 'sales_types_email':
      return edits(someone, contact, { field: 'Email', value: emailOf(happening.email) }, people, simulation);
    case 'sales_deletes':
      await control.deleteContact(contact.id);
      people.deleted.push(contact.id);
      someone.partedAt = someone.newest;
      return true;
    case 'sales_merges': {
      const { Email = null } = contact.fields;
      const master = await control.putContact(null, { ...typedBy(people, false), Email });
      const merged = await control.mergeContacts(master.id, [contact.id]);
      people.made.set(merged.id, merged.fields);
      someone.partedAt = someone.newest;
      return true;
    }
  }
}

function typedBy({ made }: People, department: boolean) {
  const name = `Sales${made.size}`;
  return {
    Last_Name: name,
    Description: `by ${name}`,
    ...(department && { Department: departmentOf(name, 0) }),
  };
}

async function edits(
  someone: Someone,
  contact: ContactView,
  { field, value }: Pick<Typed, 'field' | 'value'>,
  people: People,
  simulation: Simulation,
): Promise<boolean> {
  const { now, newest, id } = someone;
  const isWaiting = simulation.run('SELECT 1 FROM outbox WHERE identity_id = ?', id).length > 0;
  const afterDelivery = !isWaiting && (contact.fields[field] ?? null) === now.fields[field];
  await simulation.control.putContact(contact.id, { [field]: value });
  people.typed.push({ contactId: contact.id, identityId: id, field, value, state: newest, afterDelivery });
  return true;
}

/** The contact that the ledger links the identity to. */
async function contactOf({ id }: Someone, simulation: Simulation): Promise<ContactView | null> {
  const [row] = simulation.run('SELECT contact_id FROM ledger WHERE identity_id = ?', id);
  const link = row?.['contact_id'];
  return typeof link === 'string' ? simulation.control.contact(link) : null;
}
