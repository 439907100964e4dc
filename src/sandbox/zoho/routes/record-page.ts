import type { Json } from '../../../model/json.ts';
import { isJsonObject } from '../../../model/json.ts';
import type { RecordStore } from '../records/record-store.ts';
import type { StoredRecord } from '../records/stored-record.ts';
import { escapeHtml } from './escape-html.ts';
import type { Reply } from '../../call/http.ts';
import { valueOf } from '../records/record-values.ts';

const PATH = /^\/crm\/(?:org\d+\/)?tab\/([A-Za-z]+)\/(\d+)$/;

/** Parses the address of a record in Zoho CRM's web interface. Undefined for any other path. */
export function recordPagePath(path: string): { readonly module: string; readonly id: string } | undefined {
  const [, module, id] = PATH.exec(path) ?? [];
  return module === undefined || id === undefined ? undefined : { module, id };
}

/**
 * `GET /crm/tab/{module}/{id}`, with or without the org: a stand-in for the page on which people see a
 * record.
 */
export function recordPage(store: RecordStore | undefined, id: string): Reply {
  const record = store?.get(id) ?? store?.converted(id);
  if (store === undefined || record === undefined) {
    const where = store?.deleted(id) === undefined ? 'not here' : 'in the recycle bin';
    return page(404, 'No record', `<p>The record ${escapeHtml(id)} is ${where}.</p>`);
  }
  const title = `${store.module}: ${shown(valueOf(record, 'Full_Name'))}`;
  return page(200, title, `${note(record)}<table>${rows(record, store)}</table>`);
}

function note({ convertedTo, state }: StoredRecord): string {
  if (convertedTo !== undefined) {
    return `<p>Converted to the contact <a href="../Contacts/${convertedTo}">${convertedTo}</a>.</p>`;
  }
  return state === 'free' ? '' : `<p>${state.replaceAll('_', ' ')}</p>`;
}

function rows(record: StoredRecord, store: RecordStore): string {
  return (
    store.fields
      .all()
      // A field of this kind shows a state, which the page tells in words.
      .filter(({ visible, apiName }) => visible && !apiName.endsWith('__s'))
      .map(({ label, apiName }) => ({ label, value: shown(valueOf(record, apiName)) }))
      .filter(({ value }) => value !== '')
      .map(({ label, value }) => `<tr><th>${escapeHtml(label)}</th><td>${escapeHtml(value)}</td></tr>`)
      .join('\n')
  );
}

/** For a lookup or a tag, the page shows its name. */
function shown(value: Json): string {
  if (value === null) return '';
  if (isJsonObject(value)) return shown(value['name'] ?? value['id'] ?? null);
  return typeof value === 'object' ? value.map(shown).join(', ') : String(value);
}

function page(status: number, title: string, content: string): Reply {
  const body = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escapeHtml(title)}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:4rem auto;padding:0 1rem}
h1{font-size:1.4rem;overflow-wrap:anywhere}th{text-align:left;vertical-align:top;padding-right:1.5rem;font-weight:500}
td{overflow-wrap:anywhere;white-space:pre-wrap}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${content}
<p>This is the sandbox of ory-zoho, not Zoho.</p>
</body>
</html>
`;
  return { status, contentType: 'text/html;charset=UTF-8', body };
}
