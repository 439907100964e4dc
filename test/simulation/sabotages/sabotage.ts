/** A place of the engine that is broken on purpose, to see whether the simulation finds it. */
export interface Sabotage {
  readonly name: string;
  /** The number of the rule that it breaks: docs/rules.md. */
  readonly rule: number;
  readonly file: string;
  /** A text that the file has exactly once. */
  readonly find: string;
  readonly replace: string;
}
