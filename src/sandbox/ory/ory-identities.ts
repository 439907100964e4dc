import type { World } from '../../model/world.ts';
import { lowerBound } from './ascending.ts';
import type { JsonObject } from '../../model/json.ts';
import { GeneratedIdentities } from './ory-generated.ts';
import type { CreateIdentity, OryIdentity } from './ory-identity.ts';
import { identifiersOf, uniqueIn } from './ory-identity.ts';
import type { ChangedBy, IdentityChange } from './ory-identity-changes.ts';
import { changedIdentity, createdIdentity, verifiedIdentity } from './ory-identity-changes.ts';
import type { OryBehaviour } from './ory-versions.ts';
import { oryBehaviour } from './ory-versions.ts';
import type { OrySettings } from './ory-settings.ts';
import type { Annotated } from './schemas/annotations.ts';
import { annotated, normalized, phone } from './schemas/annotations.ts';
import { traitsProblem } from './schemas/traits-problem.ts';

/** Why an identity cannot be stored as it is. */
export type Refusal =
  | { readonly refused: 'unknown_schema' | 'traits' | 'state'; readonly reason: string }
  /** An identifier, an address or the external id belongs to another identity. */
  | { readonly refused: 'conflict' };

/**
 * All identities of the project: the generated ones, overlaid with those that were created, changed or
 * deleted.
 */
export class IdentityStore {
  readonly #clock: () => number;
  readonly #settings: OrySettings;
  readonly #outside: Pick<World, 'uuid' | 'random'>;
  #generated: GeneratedIdentities;
  #overlay = new Map<string, OryIdentity | 'deleted'>();
  /** Ids of identities that are not generated, ascending. */
  #created: string[] = [];
  /** Who has an identifier or an address. Each is unique among all identities. */
  #owners = new Map<string, string>();
  #lastMicros = 0;

  constructor(
    count: number,
    clock: () => number,
    settings: OrySettings,
    outside: Pick<World, 'uuid' | 'random'>,
  ) {
    this.#outside = outside;
    this.#generated = new GeneratedIdentities(count);
    this.#clock = clock;
    this.#settings = settings;
  }

  /** Deletes everything and starts again with this number of generated identities. */
  reset(count: number): void {
    this.#generated = new GeneratedIdentities(count);
    this.#overlay = new Map();
    this.#created = [];
    this.#owners = new Map();
  }

  get generated(): number {
    return this.#generated.count;
  }

  get(id: string): OryIdentity | undefined {
    const changed = this.#overlay.get(id);
    return changed === 'deleted' ? undefined : (changed ?? this.#generated.get(id));
  }

  /** Identities whose id is greater than the given one, ascending. */
  *after(id: string): Generator<OryIdentity> {
    let i = this.#generated.indexAfter(id);
    let c = lowerBound(this.#created, id);
    while (i < this.#generated.count || c < this.#created.length) {
      const created = this.#created[c];
      const generatedId = i < this.#generated.count ? this.#generated.idOf(i) : undefined;
      const takesCreated = created !== undefined && (generatedId === undefined || created < generatedId);
      if (takesCreated) c += 1;
      else i += 1;
      const next = takesCreated ? this.get(created) : this.#current(i - 1, generatedId ?? '');
      if (next !== undefined) yield next;
    }
  }

  #current(i: number, id: string): OryIdentity | undefined {
    const changed = this.#overlay.get(id);
    return changed === 'deleted' ? undefined : (changed ?? this.#generated.at(i, id));
  }

  /** The identity that signs in with this identifier. */
  byIdentifier(identifier: string): OryIdentity | undefined {
    const wanted = normalized(identifier);
    const owner = this.#ownerOf(wanted) ?? this.#ownerOf(phone(wanted));
    return owner !== undefined && [wanted, phone(wanted)].some((one) => identifiersOf(owner).includes(one))
      ? owner
      : undefined;
  }

  #ownerOf(value: string): OryIdentity | undefined {
    const id = this.#owners.get(value);
    if (id !== undefined) return this.get(id);
    const generated = this.#generated.byIdentifier(value);
    return generated === undefined || this.#overlay.has(generated.id) ? undefined : generated;
  }

  byExternalId(externalId: string): OryIdentity | undefined {
    for (const identity of this.#overlay.values()) {
      if (identity !== 'deleted' && identity.external_id === externalId) return identity;
    }
    return undefined;
  }

  create(input: CreateIdentity, by: ChangedBy): OryIdentity | Refusal {
    const schema_id = input.schema_id ?? this.#settings.oryDefaultSchema;
    const found = this.#annotated(schema_id, input.traits);
    if ('refused' in found) return found;
    if (this.#conflicts(undefined, found, input.external_id)) return { refused: 'conflict' };
    const traits = this.#stored(input.traits, found);
    const identity = createdIdentity(
      { ...input, traits, schema_id },
      found,
      by,
      this.#micros(),
      this.#outside,
    );
    this.#created.splice(lowerBound(this.#created, identity.id), 0, identity.id);
    return this.#put(identity, undefined);
  }

  update(identity: OryIdentity, change: IdentityChange, by: ChangedBy): OryIdentity | Refusal {
    const { schema_id = identity.schema_id, traits = identity.traits } = change;
    const found = this.#annotated(schema_id, traits);
    if ('refused' in found) return found;
    const externalId = 'external_id' in change ? change.external_id : identity.external_id;
    if (this.#conflicts(identity.id, found, externalId)) return { refused: 'conflict' };
    const { movesUpdatedAt } = this.#behaviour;
    const stored = { ...change, traits: this.#stored(traits, found) };
    return this.#put(
      changedIdentity(identity, stored, found, by, this.#micros(), { chance: this.#outside, movesUpdatedAt }),
      identity,
    );
  }

  #stored(traits: JsonObject, { traitsWithPhones }: Annotated): JsonObject {
    return this.#behaviour.rewritesPhones ? traitsWithPhones : traits;
  }

  get #behaviour(): OryBehaviour {
    return oryBehaviour(this.#settings.oryVersion);
  }

  /** What the schema says about the traits, if they fit it. */
  #annotated(schemaId: string, traits: JsonObject): Annotated | Refusal {
    const schema = this.#settings.orySchemas.find(({ id }) => id === schemaId)?.schema;
    if (schema === undefined) {
      return { refused: 'unknown_schema', reason: `Unable to find JSON Schema ID: ${schemaId}` };
    }
    const found = annotated(schema, traits);
    const reason = traitsProblem(schema, traits, found, this.#behaviour);
    return reason === undefined ? found : { refused: 'traits', reason };
  }

  /** Verifies one address (given by its value), or all. */
  verify(identity: OryIdentity, value?: string): OryIdentity {
    return this.#put(verifiedIdentity(identity, value, this.#micros()), identity);
  }

  delete(identity: OryIdentity): void {
    this.#forget(identity);
    this.#overlay.set(identity.id, 'deleted');
    const at = lowerBound(this.#created, identity.id) - 1;
    if (this.#created[at] === identity.id) this.#created.splice(at, 1);
  }

  #put(identity: OryIdentity, before: OryIdentity | undefined): OryIdentity {
    if (before !== undefined) this.#forget(before);
    this.#overlay.set(identity.id, identity);
    for (const value of uniqueIn(identity)) this.#owners.set(value, identity.id);
    return identity;
  }

  #forget(identity: OryIdentity): void {
    for (const value of uniqueIn(identity)) this.#owners.delete(value);
  }

  #conflicts(id: string | undefined, found: Annotated, externalId: string | undefined): boolean {
    const addresses = [...found.verifiable, ...found.recovery].map(({ value }) => value);
    const taken = [...Object.values(found.identifiers).flat(), ...addresses].some((value) => {
      const owner = this.#ownerOf(value);
      return owner !== undefined && owner.id !== id;
    });
    const owner = externalId === undefined ? undefined : this.byExternalId(externalId);
    return taken || (owner !== undefined && owner.id !== id);
  }

  /** The time in µs. No two changes get the same one. */
  #micros(): number {
    const now = this.#clock() * 1000 + Math.floor(this.#outside.random() * 1000);
    this.#lastMicros = Math.max(this.#lastMicros + 1, now);
    return this.#lastMicros;
  }
}
