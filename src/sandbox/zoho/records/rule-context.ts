import type { ApiVersion } from '../api-version.ts';
import type { RefuseField } from '../../call/operation.ts';
import type { ModuleName } from '../modules.ts';
import type { ZohoSettings } from '../zoho-settings.ts';
import type { FieldTable } from './field-table.ts';

export type RuleSettings = Pick<
  ZohoSettings,
  | 'unknownFields'
  | 'newPicklistValues'
  | 'errorsNamed'
  | 'layouts'
  | 'recycleBinKeepsUnique'
  | 'checkConvertedLeads'
>;

/** What the rules for one written record depend on, besides the record itself. */
export interface RuleContext {
  readonly module: ModuleName;
  readonly fields: FieldTable;
  readonly version: ApiVersion;
  readonly settings: RuleSettings;
  readonly refuseField: RefuseField | undefined;
}
