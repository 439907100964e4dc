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
  /** Called for each process with another mapping (rule 18): it and this one would undo each other's work. */
  readonly mapsOtherwise: (other: ProcessRow) => void;
}

/** This process as one of those that share a store. */
export class Member {
  /** What this process found when it joined. */
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

  /** A serve was running at the start. It delivers what this process leaves. */
  get besideServe(): boolean {
    return this.join.others.some(({ kind }) => kind === 'serve');
  }

  /** Writes a heartbeat with the health of delivery every second from now on. */
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

/** Joins as the only process of its kind. @returns the process of that kind that already runs, if any */
export async function joinAsOnlyOne(
  parts: Parts,
  as: JoinAs,
): Promise<Member | { readonly taken: ProcessRow }> {
  const join = await joinAlone(parts.store, as.kind, parts.mapping.hashWithId, joinOptions(parts, as));
  return 'taken' in join ? join : memberOf(parts, as, join);
}

/**
 * In a store that may be a restored backup, waiting rows are read from Ory first (rule 27). A sync does that
 * anyway.
 */
function joinOptions({ ory }: Parts, { kind, oryIdField }: JoinAs): { readonly readAfterRestore: boolean } {
  return { readAfterRestore: kind !== 'sync' && ory !== undefined && oryIdField === null };
}

function memberOf({ store, mapping }: Parts, { mapsOtherwise }: JoinAs, join: Join): Member {
  for (const other of join.others) if (other.mappingHash !== mapping.hashWithId) mapsOtherwise(other);
  return new Member(store, join);
}

/** The warning on a terminal. */
export function otherMappingWords({ kind, host, pid }: ProcessRow): string {
  return `Warning: ${kind} (process ${pid} on ${host}) uses another mapping on this store. Give both the same mapping.`;
}
