/** A worker's process with so many accounts, while nothing happens but their reconciliation. */
export interface AccountFigures {
  readonly accounts: number;
  readonly rssKilobytes: number;
  /** Processor time by time that passed: 1 is one core all the time. */
  readonly idleCpuShare: number;
  /** From the start of the worker until every account was reconciled for the first time. */
  readonly firstCheckSeconds: number;
  /** Processor time of a reload that changes every account, with what else a worker does in three seconds. */
  readonly reloadCpuMs: number;
}

/** What accounts cost a worker. */
export interface AccountsFigures {
  readonly one: AccountFigures;
  readonly many: readonly AccountFigures[];
}

/** What a worker with a thousand accounts may take: resident memory in MB, and of one core while it idles. */
const accountsTake = { megabytes: 450, idleCpuShare: 0.02 };

/** Whether the most accounts stayed within what they may take. */
export function holdsAccounts({ many }: Pick<AccountsFigures, 'many'>): boolean {
  const most = many.at(-1);
  return (
    most !== undefined &&
    most.rssKilobytes <= accountsTake.megabytes * 1_024 &&
    most.idleCpuShare <= accountsTake.idleCpuShare
  );
}
