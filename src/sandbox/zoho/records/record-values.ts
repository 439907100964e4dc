import type { Json } from '../../../model/json.ts';
import { isJsonObject } from '../../../model/json.ts';
import type { StoredRecord } from './stored-record.ts';
import { zohoTime } from '../zoho-time.ts';

/** The user of this refresh token. This user owns all records, unless a write says otherwise. */
export const USER = {
  id: '7328395000000411001',
  name: 'Sandbox User',
  email: 'crm@sandbox.example',
  zuid: '732839501',
} as const;

/** The value of a field, including those that Zoho sets itself. */
export function valueOf(record: StoredRecord, apiName: string): Json {
  const { id, name, email } = USER;
  switch (apiName) {
    case 'id':
      return record.id;
    case 'Created_Time':
      return zohoTime(record.createdAt);
    case 'Modified_Time':
      return zohoTime(record.modifiedAt);
    case 'Created_By':
    case 'Modified_By':
      return { id, name, email };
    case 'Owner':
      return record.values.get('Owner') ?? { id, name, email };
    case 'Full_Name':
      return fullName(record.values.get('First_Name'), record.values.get('Last_Name'));
    case 'Locked__s':
      return record.state === 'locked';
    case 'Converted__s':
      return record.convertedTo !== undefined;
    case 'Tag':
      return record.values.get('Tag') ?? [];
    default:
      return record.values.get(apiName) ?? null;
  }
}

/**
 * A lookup as Zoho shows it: a write needs only the id, an answer has the name too, and that of a user also
 * the email.
 */
export function withName(value: Json, type: 'lookup' | 'ownerlookup'): Json {
  if (!isJsonObject(value) || value['name'] !== undefined) return value;
  const id = value['id'];
  if (typeof id !== 'string') return value;
  if (type === 'lookup') return { name: `Record ${id}`, id };
  return id === USER.id
    ? { name: USER.name, id, email: USER.email }
    : { name: `User ${id}`, id, email: `user-${id}@sandbox.example` };
}

function fullName(...parts: readonly (Json | undefined)[]): string {
  return parts.filter((part) => typeof part === 'string').join(' ');
}
