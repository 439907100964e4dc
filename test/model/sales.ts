/** What salespeople do in Zoho. */
import type { ContactView } from '../../src/sandbox/control.ts';
import { about, happening } from './happening.ts';
import type { Happening } from './happening.ts';
import { emailOf } from './people.ts';
import type { Told } from './people.ts';
import { stateShown } from './rules.ts';
import type { World } from './world.ts';

/** A salesperson has entered somebody with this email. */
export function salesMakes(email: number): Happening {
  return happening(
    `sales makes a contact with email ${email}`,
    (people) => !people.has(emailOf(email)),
    async (people, world) => {
      people.made += 1;
      const fields = { Email: emailOf(email), Last_Name: `Sales${people.made}`, Description: 'by sales' };
      await world.sandbox.control.putContact(null, fields);
    },
  );
}

export function salesDeletes(number: number): Happening {
  return about(`sales deletes the contact of ${number}`, number, async (person, world) => {
    const contact = await contactOf(person, world);
    if (contact === null) return;
    await world.sandbox.control.deleteContact(contact.id);
    part(person, contact);
  });
}

/** The contact is merged into one that sales has made for the same person. */
export function salesMerges(number: number): Happening {
  return about(
    `sales merges the contact of ${number} into another`,
    number,
    async (person, world, people) => {
      const { control } = world.sandbox;
      const contact = await contactOf(person, world);
      if (contact === null) return;
      people.made += 1;
      const { Email = null } = contact.fields;
      const master = await control.putContact(null, { Email, Last_Name: `Sales${people.made}` });
      await control.mergeContacts(master.id, [contact.id]);
      part(person, contact);
    },
  );
}

async function contactOf({ id }: Told, world: World): Promise<ContactView | null> {
  const link = world.linkOf(id);
  return link === undefined ? null : world.sandbox.control.contact(link);
}

/** What it showed may have come by a read of Ory, of which nobody was told. */
function part(person: Told, contact: ContactView): void {
  person.partedAt = Math.max(person.acknowledged, stateShown(contact, person));
}
