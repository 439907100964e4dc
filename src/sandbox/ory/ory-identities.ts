import { randomInt } from 'node:crypto';
import { GeneratedIdentities } from './ory-generated.ts';
import type { CreateIdentity, OryIdentity } from './ory-identity.ts';
import { identifiersOf, normalized } from './ory-identity.ts';
import type { ChangedBy, IdentityChange } from './ory-identity-changes.ts';
import { changedIdentity, createdIdentity, verifiedIdentity } from './ory-identity-changes.ts';
import type { OrySettings } from './ory-settings.ts';

/**
 * All identities of the project: the generated ones, overlaid with those that were created, changed or
 * deleted.
 */
export class IdentityStore {
  readonly #clock: () => number;
  readonly #settings: Pick<OrySettings, 'oryVersion'>;
  #generated: GeneratedIdentities;
  #overlay = new Map<string, OryIdentity | 'deleted'>();
  /** Ids of identities that are not generated, ascending. */
  #created: string[] = [];
  #byIdentifier = new Map<string, string>();
  #lastMicros = 0;

  constructor(count: number, clock: () => number, settings: Pick<OrySettings, 'oryVersion'>) {
    this.#generated = new GeneratedIdentities(count);
    this.#clock = clock;
    this.#settings = settings;
  }

  /** Deletes everything and starts again with this number of generated identities. */
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

  /** Undefined if an identifier or the external id belongs to another identity. */
  create(input: CreateIdentity, by: ChangedBy): OryIdentity | undefined {
    if (this.#conflicts(undefined, input.traits, input.external_id)) return undefined;
    const identity = createdIdentity(input, by, this.#micros());
    this.#created.splice(lowerBound(this.#created, identity.id), 0, identity.id);
    return this.#put(identity, undefined);
  }

  /** Undefined in case of a conflict, as in `create`. */
  update(identity: OryIdentity, change: IdentityChange, by: ChangedBy): OryIdentity | undefined {
    const externalId = 'external_id' in change ? change.external_id : identity.external_id;
    if (this.#conflicts(identity.id, change.traits ?? identity.traits, externalId)) return undefined;
    const { oryVersion } = this.#settings;
    return this.#put(changedIdentity(identity, change, by, this.#micros(), oryVersion), identity);
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

  /** The time in µs. No two changes get the same one. */
  #micros(): number {
    this.#lastMicros = Math.max(this.#lastMicros + 1, this.#clock() * 1000 + randomInt(1000));
    return this.#lastMicros;
  }
}

/** The first index in an ascending list whose id is greater than the given one. */
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
