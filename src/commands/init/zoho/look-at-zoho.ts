import { OryZohoError } from '../../../errors.ts';
import type { CompiledMapping } from '../../../mapping/compile.ts';
import type { FieldList } from '../../../model/contact.ts';
import type { ZohoClient } from '../../../zoho/client.ts';
import { done, warn } from '../talk.ts';
import { zohoError } from './zoho-error.ts';

/** What the connection can see. */
export interface ZohoSeen {
  /** The organization, its edition and the user, as one line; undefined without the scopes for them. */
  readonly who: string | undefined;
  /** Undefined without ZohoCRM.settings.fields.READ. */
  readonly fields: FieldList | undefined;
}

/**
 * Reads and prints organization, user and fields.
 * @throws OryZohoError if Zoho allows no reads, or Email or Last_Name cannot be written
 */
export async function lookAtZoho(
  zoho: ZohoClient,
  mapping: CompiledMapping,
  signal: AbortSignal,
): Promise<ZohoSeen> {
  const org = await zoho.org(signal);
  if (org.kind !== 'org' && org.kind !== 'no_scope') throw zohoError('Reading the organization', org);
  const user = await zoho.currentUser(signal);
  if (user.kind !== 'user' && user.kind !== 'no_scope') throw zohoError('Reading the user', user);
  const list = await zoho.fields(mapping.module, signal);
  if (list.kind !== 'fields' && list.kind !== 'no_scope') throw zohoError('Reading the fields', list);

  const { name, edition, environment, zgid } = org.kind === 'org' ? org.org : {};
  const about = [edition, environment === 'production' ? undefined : environment, `org ${zgid}`];
  const parts = [
    ...(name === undefined ? [] : [`${name} (${about.filter((word) => word !== undefined).join(', ')})`]),
    ...(user.kind === 'user'
      ? [`as ${user.user.name}${user.user.profile === undefined ? '' : `, ${user.user.profile}`}`]
      : []),
  ];
  const who = parts.length === 0 ? undefined : parts.join(' ');
  if (who !== undefined) done(who);
  const fields = list.kind === 'fields' ? list.fields : undefined;
  if (fields !== undefined) checkFields(mapping, fields);
  return { who, fields };
}

function checkFields(mapping: CompiledMapping, fields: FieldList): void {
  const written: string[] = [];
  for (const name of mapping.fieldNames) {
    const field = fields.get(name);
    if (field?.writable === true) {
      written.push(field.length === undefined ? name : `${name} (${field.length})`);
    } else if (name === 'Email' || name === 'Last_Name') {
      throw new OryZohoError(
        'field_not_writable',
        `${mapping.module} cannot be written: ${name} is ${state(field)}.`,
        {
          hint: 'In Zoho, let the profile of this user edit the field, or connect as another user.',
          exitCode: 4,
        },
      );
    } else warn(`The mapping writes ${name}, but the field is ${state(field)}.`);
  }
  done(`${mapping.module} can be written: ${written.join(', ')}`);
}

function state(field: object | undefined): string {
  return field === undefined ? 'not there' : 'read-only or hidden for this user';
}
