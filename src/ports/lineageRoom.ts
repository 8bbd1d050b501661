/** How many lineages an account's quotas have room for: each that is opened asks the vendor at once. */
export interface LineageRoom {
  /**
   * How many more may be opened now; 0 where those that wait for their first look, on whatever worker, are enough.
   * @throws a failure of type Unreachable where Temporal does not tell.
   */
  roomFor(account: string): Promise<number>;
}
