/** How busy the vendor's quotas are with what this process has to ask. */
export interface CatalogPace {
  /**
   * How long a call that joined the longest of the account's lines now would wait for its turn, in milliseconds; 0 where
   * it would go out at once.
   */
  backlogMs(account: string): number;
}
