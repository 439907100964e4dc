import { builtinFields } from '../../mapping/file/builtin-fields.ts';
import { looksFirst } from '../../mapping/file/needs-coql.ts';
import type { FieldList } from '../../model/contact.ts';
import type { ZohoClient } from '../../zoho/client.ts';
import type { FieldsAnswer } from '../../zoho/calls/read-fields.ts';
import { checkOryIdField } from '../parts/findings/mapped-fields.ts';
import { fail, ok, warn } from '../parts/findings/finding.ts';
import type { Finding } from '../parts/findings/finding.ts';
import { coqlFinding } from '../parts/findings/coql-finding.ts';
import { failedCall } from '../parts/findings/failed-call.ts';
import { liveFieldFindings, standardFieldFindings } from './field-findings.ts';
import { sampleFindings } from './sample-findings.ts';
import type { MappingSettings } from '../parts/forecast/mapping-settings.ts';
import { valueFindings } from './value-findings.ts';
import { openStoreIfThere } from '../../store/open.ts';
import { openZoho } from '../parts/forecast/zoho-if-connected.ts';

/** Time limit for Zoho, in ms. */
const ZOHO_MS = 15_000;
/** An address that no contact has. Looking it up finds nothing and costs one credit. */
const NOBODY = 'mapping-check@ory-zoho.invalid';

/** All findings about a mapping: about itself, its values, a sample of identities, and the fields in Zoho. */
export async function mappingFindings(settings: MappingSettings): Promise<Finding[]> {
  const { fields, findings } = settings.connected
    ? await againstZoho(settings)
    : againstStandard(settings, NOT_CONNECTED);
  return [
    ...ownFindings(settings),
    ...(await valueFindings(settings.mapping, fields)),
    ...(await sampleFindings(settings.config.ory, settings.mapping, settings.compiled, fields)),
    ...findings,
  ];
}

interface Checked {
  /** The fields that the mapping was compared with. */
  readonly fields: FieldList;
  readonly findings: readonly Finding[];
}

const NOT_CONNECTED = warn(
  'fields',
  "no connection to Zoho is configured: compared with Zoho's standard fields only",
  'Run "ory-zoho init" to connect, then check again.',
);

const NO_SCOPE = warn(
  'fields',
  "without ZohoCRM.settings.fields.READ the fields cannot be read: compared with Zoho's standard fields only",
  'Run "ory-zoho init" to connect again with all scopes.',
);

function ownFindings({ mapping, config, origin }: MappingSettings): Finding[] {
  const count = Object.keys(mapping.fields).length;
  const found = ok('mapping', `${origin}: ${count} ${count === 1 ? 'field' : 'fields'} of ${mapping.module}`);
  if ('Email' in mapping.fields || config.oryIdField !== null) return [found];
  const detail = 'Email is not mapped and ORY_ID_FIELD is not set: no contact can be found or created';
  return [found, fail('mapping', detail, 'Add "Email: email" to the fields.')];
}

async function againstZoho(settings: MappingSettings): Promise<Checked> {
  const { config, mapping } = settings;
  const store = await openStoreIfThere(config.databaseUrl);
  const zoho = await openZoho(config.zoho, store);
  try {
    const signal = AbortSignal.timeout(ZOHO_MS);
    const answer = await zoho.fields(mapping.module, signal);
    const live = withFields(settings, answer);
    if (answer.kind !== 'fields' && answer.kind !== 'no_scope') return live;
    const findings = [...live.findings, ...(await lookUpFindings(settings, zoho, live.fields, signal))];
    return { ...live, findings };
  } finally {
    await zoho.close();
    await store?.close();
  }
}

function withFields(settings: MappingSettings, answer: FieldsAnswer): Checked {
  const { mapping, config } = settings;
  if (answer.kind === 'no_scope') return againstStandard(settings, NO_SCOPE);
  if (answer.kind !== 'fields') return againstStandard(settings, failedCall('fields', answer));
  const { fields } = answer;
  const idField = checkOryIdField(config.oryIdField, fields, mapping.module);
  return { fields, findings: [...liveFieldFindings(mapping, fields, config.oryIdField), idField] };
}

function againstStandard({ mapping, config }: MappingSettings, why: Finding): Checked {
  const fields = builtinFields(mapping.module);
  const idField =
    config.oryIdField === null
      ? checkOryIdField(null, fields, mapping.module)
      : warn('ory_id_field', `${config.oryIdField} was not checked`, why.fix ?? '');
  return { fields, findings: [why, ...standardFieldFindings(mapping, fields), idField] };
}

/** Whether contacts can be looked up with all mapped fields before they are written. */
async function lookUpFindings(
  { mapping, compiled }: MappingSettings,
  zoho: ZohoClient,
  fields: FieldList,
  signal: AbortSignal,
): Promise<Finding[]> {
  const { module, adopt } = mapping;
  const select = compiled.fieldNames.filter((name) => fields.has(name));
  const answer = await zoho.lookUp({ module, emails: [NOBODY], oryIds: [], ids: [], select, signal });
  if (answer.kind === 'found') return [];
  if (answer.kind === 'refused') {
    const keys = await zoho.lookUp({ module, emails: [NOBODY], oryIds: [], ids: [], select: [], signal });
    if (keys.kind === 'not_allowed') return [coqlFinding(mapping, keys)];
    const detail = `COQL cannot read all of the mapped fields (${answer.message}): found contacts are written in full without a comparison`;
    return looksFirst(adopt)
      ? [
          fail(
            'fields',
            `${detail}; adopt: ${adopt} fills nothing`,
            'Remove the field that COQL refuses from the mapping.',
          ),
        ]
      : [warn('fields', detail, 'If that matters, remove the field that COQL refuses from the mapping.')];
  }
  return [answer.kind === 'not_allowed' ? coqlFinding(mapping, answer) : failedCall('scopes', answer)];
}
