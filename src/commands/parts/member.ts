import { joinAlone, joinStore, leaveStore } from '../../store/process.ts';
import type { Join } from '../../store/process.ts';
import type { ProcessHealth, ProcessRow } from '../../store/live-processes.ts';
import type { Store } from '../../store/open.ts';
import { Heartbeat } from '../../sync/process/heartbeat.ts';
import type { HeartbeatOptions } from '../../sync/process/heartbeat.ts';
import type { Parts } from './open-parts.ts';

export interface JoinAs {
  readonly kind: ProcessRow['kind'];
  readonly oryIdField: string | null;
  /** Told of each other process that works with another mapping (rule 18): they would undo each other's work. */
  readonly mapsOtherwise: (other: ProcessRow) => void;
}

/** This process among those that work on one store. */
export class Member {
  /** How it was when this process joined. */
  readonly join: Join;
  #store: Store;
  #heartbeat: Heartbeat | undefined;

  constructor(store: Store, join: Join) {
    this.#store = store;
    this.join = join;
  }

  get id(): string {
    return this.join.joined.id;
  }

  /** A serve was there at the start: it delivers what this process leaves. */
  get besideServe(): boolean {
    return this.join.others.some(({ kind }) => kind === 'serve');
  }

  /** Tells the others each second from now on that this process is alive, and how its delivery is. */
  beat(store: Store, health: () => ProcessHealth, options?: HeartbeatOptions): void {
    this.#store = store;
    this.#heartbeat = new Heartbeat(store, this.join.joined, health, options);
  }

  async leave(): Promise<void> {
    await this.#heartbeat?.stop();
    await leaveStore(this.#store, this.join.joined);
  }
}

/** Joins the processes of the store. */
export async function joinAs(parts: Parts, as: JoinAs): Promise<Member> {
  return memberOf(
    parts,
    as,
    await joinStore(parts.store, as.kind, parts.mapping.hashWithId, joinOptions(parts, as)),
  );
}

/** Joins them as the only one of its kind. @returns the one that is there already, if there is */
export async function joinAsOnlyOne(
  parts: Parts,
  as: JoinAs,
): Promise<Member | { readonly taken: ProcessRow }> {
  const join = await joinAlone(parts.store, as.kind, parts.mapping.hashWithId, joinOptions(parts, as));
  return 'taken' in join ? join : memberOf(parts, as, join);
}

/** What waits in a store that may be a restored backup is read first (rule 27); a sync reads what it delivers anyway. */
function joinOptions({ ory }: Parts, { kind, oryIdField }: JoinAs): { readonly readAfterRestore: boolean } {
  return { readAfterRestore: kind !== 'sync' && ory !== undefined && oryIdField === null };
}

function memberOf({ store, mapping }: Parts, { mapsOtherwise }: JoinAs, join: Join): Member {
  for (const other of join.others) if (other.mappingHash !== mapping.hashWithId) mapsOtherwise(other);
  return new Member(store, join);
}

/** The warning of a command that a person watches. */
export function otherMappingWords({ kind, host, pid }: ProcessRow): string {
  return `Warning: ${kind} (process ${pid} on ${host}) works on this store with another mapping: give both the same.`;
}
