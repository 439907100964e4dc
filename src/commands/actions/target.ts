import type { Edit, NextEdit } from '../../ory/actions/edit.ts';

/** Where hooks are put: a kratos.yml, or a project of Ory Network. */
export interface Target {
  /** Its name in messages. */
  readonly name: string;
  /** Reads it and plans the changes. */
  plan(next: NextEdit): Promise<HookPlan>;
  close(): Promise<void>;
}

export interface HookPlan {
  readonly edits: readonly Edit[];
  /**
   * Makes the edits and reads them back.
   * @returns warnings from Ory
   * @throws OryZohoError if it was changed since it was read
   */
  commit(): Promise<readonly string[]>;
}
