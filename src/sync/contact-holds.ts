/** Contacts that rounds of this process are about to link, each for one identity. */
export class ContactHolds {
  readonly #holders = new Map<string, string>();

  /** @returns the identity that holds the contact from now on, or already did */
  take(contactId: string, identityId: string): string {
    const holder = this.#holders.get(contactId) ?? identityId;
    this.#holders.set(contactId, holder);
    return holder;
  }

  /** These identities are settled or given back. */
  drop(identityIds: readonly string[]): void {
    const gone = new Set(identityIds);
    for (const [contactId, holder] of this.#holders) {
      if (gone.has(holder)) this.#holders.delete(contactId);
    }
  }
}
