/** The actions of salespeople in Zoho. */
import type { ContactView } from '../../src/sandbox/control/control.ts';
import { departmentOf } from '../crash/person.ts';
import { about, happening } from './happening.ts';
import type { Happening } from './happening.ts';
import { emailOf } from './people.ts';
import type { People, Told } from './people.ts';
import { stateShown } from './at-rest.ts';
import type { World } from './world.ts';

/**
 * A salesperson enters a contact with this email. Without the COQL scope, this is done only if no contact has
 * the email. With two of them, Zoho chooses the one that an upsert writes to, so repeating a lost call may
 * write to the other one.
 */
export function salesMakes(email: number, department: boolean): Happening {
  return happening(
    `sales makes a contact with email ${email}${department ? ' and a department' : ''}`,
    (people) => !people.has(emailOf(email)),
    async (people, world) => {
      const { control } = world.sandbox;
      const there = (await control.contacts()).some(({ fields }) => fields['Email'] === emailOf(email));
      if (there && !world.coql) return;
      const contact = await control.putContact(null, { ...typed(people, department), Email: emailOf(email) });
      people.made.set(contact.id, contact.fields);
    },
  );
}

function typed({ made }: People, department: boolean) {
  const name = `Sales${made.size}`;
  return {
    Last_Name: name,
    Description: `by ${name}`,
    ...(department && { Department: departmentOf(name, 0) }),
  };
}

export function salesDeletes(number: number): Happening {
  return about(`sales deletes the contact of ${number}`, number, async (person, world, people) => {
    const contact = await contactOf(person, world);
    if (contact === null) return;
    await world.sandbox.control.deleteContact(contact.id);
    part(person, contact, people);
  });
}

/** The contact is merged into one that a salesperson made for the same person. */
export function salesMerges(number: number, department: boolean): Happening {
  return about(
    `sales merges the contact of ${number} into another${department ? ' with a department' : ''}`,
    number,
    async (person, world, people) => {
      const { control } = world.sandbox;
      const contact = await contactOf(person, world);
      if (contact === null) return;
      const { Email = null } = contact.fields;
      const master = await control.putContact(null, { ...typed(people, department), Email });
      // The master takes the fields that it lacks from the other contact.
      const merged = await control.mergeContacts(master.id, [contact.id]);
      people.made.set(merged.id, merged.fields);
      part(person, contact, people);
    },
  );
}

async function contactOf({ id }: Told, world: World): Promise<ContactView | null> {
  const link = world.linkOf(id);
  return link === undefined ? null : world.sandbox.control.contact(link);
}

/** Its values may have come from a read, which the model does not know about. */
function part(person: Told, contact: ContactView, { made }: People): void {
  person.partedAt = Math.max(person.acknowledged, stateShown(contact, person, made.get(contact.id)));
}
