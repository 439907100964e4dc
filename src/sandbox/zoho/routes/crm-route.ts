import type { Reply } from '../../call/http.ts';
import type { OperationName, RefuseField } from '../../call/operation.ts';

/** The call that a path and method stand for. */
export interface CrmRoute {
  readonly name: OperationName;
  readonly module?: string;
  readonly records?: number;
  readonly credits?: number;
  /** Whether it is a big call. Ten of these may run at once. */
  readonly big?: boolean;
  /** Makes the answer, after the checks of token, scope and limits. */
  readonly run: (refuseField: RefuseField | undefined) => Reply;
}
