import type { Reply } from '../../call/http.ts';
import type { OperationName, RefuseField } from '../../call/operation.ts';

/** What a path and method ask for. */
export interface CrmRoute {
  readonly name: OperationName;
  readonly module?: string;
  readonly records?: number;
  readonly credits?: number;
  /** Counts among the calls of which ten may run at once. */
  readonly big?: boolean;
  /** The answer, once token, scope and limits are fine. */
  readonly run: (refuseField: RefuseField | undefined) => Reply;
}
