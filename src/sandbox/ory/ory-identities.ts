import { randomInt, randomUUID } from 'node:crypto';
import { goTime } from './go-time.ts';
import { GeneratedIdentities } from './ory-generated.ts';
import type { Address, CreateIdentity, OryIdentity } from './ory-identity.ts';
import { addressesIn, identifiersOf, normalized } from './ory-identity.ts';
import type { Settings } from '../settings.ts';

/** Who changes an identity: its user (a verification mail goes out at once) or the admin API. */
export type ChangedBy = 'user' | 'admin';

export type IdentityChange = {
  readonly [Key in
    | 'schema_id'
    | 'traits'
    | 'state'
    | 'metadata_public'
    | 'metadata_admin']?: OryIdentity[Key];
} & { readonly external_id?: string | undefined };

/** All identities of the project: generated ones, and over them what was created, changed and deleted. */
export class IdentityStore {
  readonly #clock: () => number;
  readonly #settings: Pick<Settings, 'oryVersion'>;
  #generated: GeneratedIdentities;
  #overlay = new Map<string, OryIdentity | 'deleted'>();
  /** Ids that are not generated, ascending. */
  #created: string[] = [];
  #byIdentifier = new Map<string, string>();
  #lastMicros = 0;

  constructor(count: number, clock: () => number, settings: Pick<Settings, 'oryVersion'>) {
    this.#generated = new GeneratedIdentities(count);
    this.#clock = clock;
    this.#settings = settings;
  }

  /** Forgets everything and starts with so many generated identities. */
  reset(count: number): void {
    this.#generated = new GeneratedIdentities(count);
    this.#overlay = new Map();
    this.#created = [];
    this.#byIdentifier = new Map();
  }

  get generated(): number {
    return this.#generated.count;
  }

  get(id: string): OryIdentity | undefined {
    const changed = this.#overlay.get(id);
    return changed === 'deleted' ? undefined : (changed ?? this.#generated.get(id));
  }

  /** Identities whose id comes after the given one, ascending. */
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

  byIdentifier(identifier: string): OryIdentity | undefined {
    const wanted = normalized(identifier);
    const id = this.#byIdentifier.get(wanted);
    if (id !== undefined) return this.get(id);
    const generated = this.#generated.byIdentifier(wanted);
    return generated === undefined || this.#overlay.has(generated.id) ? undefined : generated;
  }

  byExternalId(externalId: string): OryIdentity | undefined {
    for (const identity of this.#overlay.values()) {
      if (identity !== 'deleted' && identity.external_id === externalId) return identity;
    }
    return undefined;
  }

  /** Undefined: an identifier or the external id belongs to another identity. */
  create(input: CreateIdentity, by: ChangedBy): OryIdentity | undefined {
    if (this.#conflicts(undefined, input.traits, input.external_id)) return undefined;
    const micros = this.#micros();
    const now = goTime(micros);
    const addresses = this.#addresses(input.traits, [], by, now).map((address) => {
      const imported = input.verifiable_addresses?.find(({ value }) => normalized(value) === address.value);
      if (imported === undefined) return address;
      const verified = imported.verified ?? false;
      const status = imported.status ?? (verified ? 'completed' : 'pending');
      return { ...address, verified, status, ...(verified ? { verified_at: now } : {}) };
    });
    const identity: OryIdentity = {
      id: randomUUID(),
      external_id: input.external_id,
      schema_id: input.schema_id,
      state: input.state ?? 'active',
      state_changed_at: goTime(micros - 12_275, randomInt(1000)),
      traits: input.traits,
      addresses,
      metadata_public: input.metadata_public ?? null,
      metadata_admin: input.metadata_admin ?? null,
      created_at: now,
      updated_at: now,
      organization_id: input.organization_id ?? null,
    };
    this.#created.splice(lowerBound(this.#created, identity.id), 0, identity.id);
    return this.#put(identity, undefined);
  }

  /** Undefined: a conflict, as in `create`. Every change moves `updated_at`, but not in Ory Kratos 1.x. */
  update(identity: OryIdentity, change: IdentityChange, by: ChangedBy): OryIdentity | undefined {
    const { traits = identity.traits, state = identity.state } = change;
    const externalId = 'external_id' in change ? change.external_id : identity.external_id;
    if (this.#conflicts(identity.id, traits, externalId)) return undefined;
    const micros = this.#micros();
    const now = goTime(micros);
    const changed: OryIdentity = {
      ...identity,
      ...change,
      addresses: this.#addresses(traits, identity.addresses, by, now),
      state_changed_at:
        state === identity.state ? identity.state_changed_at : goTime(micros, randomInt(1000)),
      updated_at: /^v?1\./.test(this.#settings.oryVersion ?? '') ? identity.updated_at : now,
    };
    return this.#put(changed, identity);
  }

  /** Verifies an address; nothing moves but the address's own `verified`, `verified_at` and `status`. */
  verify(identity: OryIdentity, value?: string): OryIdentity {
    const verified_at = goTime(this.#micros());
    const addresses = identity.addresses.map((address): Address => {
      if (value !== undefined && address.value !== normalized(value)) return address;
      return { ...address, verified: true, status: 'completed', verified_at };
    });
    return this.#put({ ...identity, addresses }, identity);
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
    for (const identifier of identifiersOf(identity.traits)) this.#byIdentifier.set(identifier, identity.id);
    return identity;
  }

  #forget({ traits }: OryIdentity): void {
    for (const identifier of identifiersOf(traits)) this.#byIdentifier.delete(identifier);
  }

  #conflicts(id: string | undefined, traits: OryIdentity['traits'], externalId: string | undefined): boolean {
    const taken = identifiersOf(traits).some((identifier) => {
      const owner = this.byIdentifier(identifier);
      return owner !== undefined && owner.id !== id;
    });
    const owner = externalId === undefined ? undefined : this.byExternalId(externalId);
    return taken || (owner !== undefined && owner.id !== id);
  }

  /** Addresses follow the traits: a value that stays keeps its row, a new one begins unverified. */
  #addresses(
    traits: OryIdentity['traits'],
    before: readonly Address[],
    by: ChangedBy,
    now: string,
  ): Address[] {
    return addressesIn(traits).map(({ value, via }) => {
      const kept = before.find((address) => address.value === value && address.via === via);
      const status = by === 'user' ? 'sent' : 'pending';
      return (
        kept ?? { id: randomUUID(), value, via, verified: false, status, created_at: now, updated_at: now }
      );
    });
  }

  /** The time in µs; no two changes have the same. */
  #micros(): number {
    this.#lastMicros = Math.max(this.#lastMicros + 1, this.#clock() * 1000 + randomInt(1000));
    return this.#lastMicros;
  }
}

/** The first place in an ascending list whose id comes after the given one. */
function lowerBound(list: readonly string[], id: string): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const at = list[middle];
    if (at !== undefined && at > id) high = middle;
    else low = middle + 1;
  }
  return low;
}
