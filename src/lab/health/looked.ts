/** What a look tells the gate; plain data between processes. */
export interface Looked {
  /** Words of each alarm, by detector. */
  readonly alarms: Readonly<Record<string, string>>;
  /** By group; null where the ledger is too young or too small. */
  readonly drift: Readonly<Record<string, number>> | null;
  /** The rule that went to shadow, and why; null where none did. */
  readonly floor: { readonly rule: string; readonly reason: string } | null;
}
