import type { Edit, NextEdit } from '../../ory/actions/edit.ts';

/** Where hooks are put: a kratos.yml, or a project of Ory Network. */
export interface Target {
  /** How messages call it. */
  readonly name: string;
  /** Reads it, and says what would be changed. */
  plan(next: NextEdit): Promise<HookPlan>;
  close(): Promise<void>;
}

export interface HookPlan {
  readonly edits: readonly Edit[];
  /**
   * Makes the edits, and reads them back.
   * @returns what the other side warns of
   * @throws OryZohoError when it has become another one since it was read
   */
  commit(): Promise<readonly string[]>;
}
