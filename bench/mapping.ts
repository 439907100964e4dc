import { builtinFields } from '../src/mapping/file/builtin-fields.ts';
import { compileMapping } from '../src/mapping/compile.ts';
import { DEFAULT_MAPPING } from '../src/mapping/file/default-mapping.ts';
import { parseMapping } from '../src/mapping/file/mapping-file.ts';
import type { Identity } from '../src/model/identity.ts';
import { isJsonObject } from '../src/model/json.ts';
import { parseIdentity } from '../src/ory/identity/identity.ts';
import { GeneratedIdentities } from '../src/sandbox/ory/ory-generated.ts';
import { identityJson } from '../src/sandbox/ory/ory-identity.ts';
import { say } from './say.ts';

export interface MappingFigure {
  /** Identities per second on one core. */
  readonly builtIn: number;
  /** The same through a mapping file with ten fields, six of them JSONata. */
  readonly tenFields: number;
}

const TEN_FIELDS = `
when: verified or state = "active"
fields:
  Email: email
  First_Name: first_name
  Last_Name: last_name
  Phone: phone
  Lead_Source: { value: "'Ory'", write: on-create }
  Title: $coalesce(traits.title, traits.job.title)
  Description: '"Plan: " & metadata_public.plan'
  Mailing_Country: $uppercase(traits.address.country)
  Email_Opt_Out: $not(traits.consent.newsletter)
  Department: $substringAfter(email, "@")
`;

/** How many identities are evaluated in turn, so that the result does not come from a warm cache alone. */
const IDENTITIES = 1_000;

/** Traits that the ten fields ask for and a generated identity does not have. */
const TRAITS = {
  job: { title: 'Engineer' },
  address: { street: '1 Main Street', city: 'Berlin', country: 'de' },
  consent: { newsletter: true, calls: false },
};

/** Evaluates identities one after the other, as delivery does, `seconds` long for each mapping. */
export async function measureMapping(seconds = 5): Promise<MappingFigure> {
  const identities = sample();
  return {
    builtIn: await rate('built-in mapping', DEFAULT_MAPPING, identities, seconds),
    tenFields: await rate('mapping of ten fields', TEN_FIELDS, identities, seconds),
  };
}

function sample(): Identity[] {
  const generated = new GeneratedIdentities(IDENTITIES);
  return Array.from({ length: IDENTITIES }, (_, n) => {
    const { traits, ...rest } = identityJson(generated.at(n), 'webhook');
    const more = isJsonObject(traits) ? { ...traits, ...TRAITS } : TRAITS;
    return parseIdentity({ ...rest, traits: more, metadata_public: { plan: 'pro' } });
  }).filter((identity) => identity !== undefined);
}

async function rate(name: string, yaml: string, identities: Identity[], seconds: number): Promise<number> {
  const mapping = compileMapping(parseMapping(yaml, name), { oryIdField: 'Ory_Id' });
  const fields = builtinFields(mapping.module);
  const run = async (ms: number) => {
    const start = performance.now();
    let count = 0;
    while (performance.now() - start < ms) {
      for (const identity of identities) await mapping.evaluate(identity, fields);
      count += identities.length;
    }
    return (count / (performance.now() - start)) * 1_000;
  };
  await run(1_000);
  const perSecond = await run(seconds * 1_000);
  say(`${name}: ${perSecond.toFixed(0)} identities/s`);
  return perSecond;
}
