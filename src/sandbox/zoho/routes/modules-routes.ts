import type { JsonObject } from '../../../model/json.ts';
import type { Reply } from '../../call/http.ts';
import type { ModuleName } from '../modules.ts';
import { MODULES } from '../modules.ts';
import { invalidModule } from '../zoho-errors.ts';

const LABELS: { readonly [Name in ModuleName]: { readonly id: string; readonly singular: string } } = {
  Contacts: { id: '7328395000000002179', singular: 'Contact' },
  Leads: { id: '7328395000000002175', singular: 'Lead' },
};

/** `GET settings/modules` and `settings/modules/{module}`, with the keys that a client can use. */
export function getModules(name: string | undefined): Reply {
  const modules = MODULES.filter((module) => name === undefined || module === name);
  return modules.length === 0
    ? invalidModule()
    : { status: 200, json: { modules: modules.map(moduleAnswer) } };
}

function moduleAnswer(module: ModuleName, index: number): JsonObject {
  const { id, singular } = LABELS[module];
  return {
    id,
    api_name: module,
    module_name: module,
    singular_label: singular,
    plural_label: module,
    generated_type: 'default',
    sequence_number: index + 1,
    api_supported: true,
    creatable: true,
    editable: true,
    deletable: true,
    viewable: true,
    convertable: module === 'Leads',
    visible: true,
    global_search_supported: true,
    profiles: [{ name: 'Administrator', id: '7328395000000026011' }],
    modified_time: null,
    modified_by: null,
  };
}
