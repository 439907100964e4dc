import type { Address, OryIdentity } from './ory-identity.ts';
import { goTime } from './go-time.ts';

const FIRST = ['Ann', 'Bilal', 'Chloé', 'Dmitri', 'Emeka', 'Fatima', 'Grace', 'Hiro', 'Inés', 'Jonas'];
const LAST = [
  'Lee',
  'Okafor',
  'van den Berg',
  'García',
  'Ivanova',
  "O'Brien",
  'Schmidt',
  'Tanaka',
  'Núñez',
  'Khan',
];
const [FIRST_ASCII, LAST_ASCII] = [FIRST.map(ascii), LAST.map(ascii)];
const BORN_FROM_S = Date.UTC(2025, 0, 1) / 1000;
const YEAR_S = 31_536_000;

function ascii(name: string): string {
  return name.normalize('NFD').replaceAll(/[^A-Za-z]/g, '');
}

/**
 * The generated identities of a project. They take no memory: the i-th is computed from i on each request.
 * Ids ascend with i. One in seven has capitals in its email, and one in ten is not verified.
 */
export class GeneratedIdentities {
  readonly count: number;

  constructor(count: number) {
    this.count = count;
  }

  idOf(i: number): string {
    const high = Math.floor(((i + 0.5) / this.count) * 2 ** 48)
      .toString(16)
      .padStart(12, '0');
    return uuid(high, i, 1);
  }

  /** The smallest i whose id is greater than the given one. */
  indexAfter(id: string): number {
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.idOf(middle) > id) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  get(id: string): OryIdentity | undefined {
    const i = this.indexAfter(id) - 1;
    return i >= 0 && this.idOf(i) === id ? this.at(i, id) : undefined;
  }

  /** The generated identity with this normalised email. */
  byIdentifier(identifier: string): OryIdentity | undefined {
    const [, digits] = /\.(\d+)@example\.com$/.exec(identifier) ?? [];
    const i = Number(digits ?? Number.NaN);
    if (!(i < this.count) || emailOf(i).toLowerCase() !== identifier) return undefined;
    return this.at(i);
  }

  at(i: number, id = this.idOf(i)): OryIdentity {
    const [first, last] = nameOf(i);
    const email = emailOf(i);
    const micros = (BORN_FROM_S + (hash(i, 2) % YEAR_S)) * 1e6 + (hash(i, 3) % 1_000_000);
    const created = goTime(micros);
    const address: Address = {
      id: uuid(hash(i, 4).toString(16).padStart(12, '0'), i, 5),
      value: email.toLowerCase(),
      via: 'email',
      ...(i % 10 === 9
        ? { verified: false, status: 'sent' }
        : { verified: true, status: 'completed', verified_at: goTime(micros + 60_000_000) }),
      created_at: created,
      updated_at: created,
    };
    const credential = { identifiers: [address.value], created_at: created, updated_at: created };
    return {
      id,
      schema_id: 'preset://basic',
      state: 'active',
      state_changed_at: goTime(micros - 12_275, hash(i, 6) % 1000),
      traits: { email, name: { first, last }, newsletter: i % 3 === 0 },
      addresses: [address],
      // Kratos stores the two kinds of address in two tables, so the same value has two ids.
      recovery: [
        {
          id: uuid(hash(i, 9).toString(16).padStart(12, '0'), i, 10),
          value: address.value,
          via: 'email',
          created_at: created,
          updated_at: created,
        },
      ],
      credentials: { code: credential, password: credential },
      metadata_public: null,
      metadata_admin: null,
      created_at: created,
      updated_at: created,
      organization_id: null,
    };
  }
}

function nameOf(i: number): readonly [string, string] {
  return [pick(FIRST, i, 7), pick(LAST, i, 8)];
}

function emailOf(i: number): string {
  const local = `${pick(FIRST_ASCII, i, 7)}.${pick(LAST_ASCII, i, 8)}`;
  return `${i % 7 === 6 ? local : local.toLowerCase()}.${i}@example.com`;
}

function pick(list: readonly string[], i: number, salt: number): string {
  return list[hash(i, salt) % list.length] ?? '';
}

/** A version 4 UUID with the given first 12 hex digits. */
function uuid(high: string, i: number, salt: number): string {
  const hex = (step: number): string =>
    hash(i, salt + step)
      .toString(16)
      .padStart(8, '0');
  const low = hex(20) + hex(40) + hex(60);
  return `${high.slice(0, 8)}-${high.slice(8)}-4${low.slice(0, 3)}-a${low.slice(3, 6)}-${low.slice(6, 18)}`;
}

/** 32 bits that look random but are always the same for the same input (the last step of MurmurHash3). */
function hash(i: number, salt: number): number {
  let bits = Math.imul(i ^ (salt * 0x9e3779b1), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
