import type { OperationName } from './operation.ts';
import { OPERATIONS } from './operation.ts';

export interface LoggedRequest {
  readonly operation: OperationName;
  readonly method: string;
  /** The path with its query. */
  readonly path: string;
  readonly records: number;
  /** 0 if the connection was cut instead of answered. */
  readonly status: number;
  /** ms since 1970, UTC. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly durationMs: number;
  /** The fault that was applied. */
  readonly fault?: string | undefined;
  /** Kept only for the newest requests. */
  readonly body?: string | undefined;
}

const KEPT = 5_000;
const KEPT_BODIES = 200;

/** The newest requests, and a count for each operation. */
export class RequestLog {
  #entries: LoggedRequest[] = [];
  #calls = new Map<OperationName, number>();

  add(entry: LoggedRequest): void {
    this.#entries.push(entry);
    this.#calls.set(entry.operation, (this.#calls.get(entry.operation) ?? 0) + 1);
    const aged = this.#entries.at(-1 - KEPT_BODIES);
    if (aged !== undefined)
      this.#entries[this.#entries.length - 1 - KEPT_BODIES] = { ...aged, body: undefined };
    if (this.#entries.length > KEPT * 2) this.#entries = this.#entries.slice(-KEPT);
  }

  list(operation?: OperationName): readonly LoggedRequest[] {
    const newest = this.#entries.slice(-KEPT);
    return operation === undefined ? newest : newest.filter((entry) => entry.operation === operation);
  }

  /** Calls by operation, including refused and failed ones. */
  calls(): Record<string, number> {
    return Object.fromEntries(OPERATIONS.map((name) => [name, this.#calls.get(name) ?? 0]));
  }

  clear(): void {
    this.#entries = [];
    this.#calls = new Map();
  }
}
