/** The properties of a field that the sandbox knows. */
export interface Field {
  readonly id: string;
  readonly apiName: string;
  readonly label: string;
  readonly dataType: string;
  readonly length: number;
  /** Set if the field has "Do not allow duplicate values". */
  readonly unique?: { readonly caseSensitive: boolean } | undefined;
  readonly mandatory: boolean;
  readonly readOnly: boolean;
  readonly visible: boolean;
  readonly custom: boolean;
  readonly pickList: readonly string[];
}

export type FieldOverride = { readonly apiName: string; readonly module?: string } & {
  readonly [Key in Exclude<keyof Field, 'apiName' | 'id'>]?: Field[Key];
};
