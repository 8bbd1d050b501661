import { carriedOut, markerIn } from './lineage.ts';
import { groupedBy, type RunRecords } from './runRecords.ts';
import type { Breach } from './verdict.ts';

/** Submits beyond the daily cap of their account, by the UTC day in which AWS took them; what an operator decided does not count. */
export function overDailyCap(records: RunRecords): readonly Breach[] {
  const { plan } = records;
  const decided = new Set(plan.commands.map(({ workflowId }) => workflowId));
  const automatic = carriedOut(records).filter(
    ({ changeSetName }) => !decided.has(`change-set:${markerIn(changeSetName)?.origin}`),
  );
  return Object.entries(plan.dailyCaps ?? {}).flatMap(([account, cap]) => {
    const ofAccount = automatic.filter((call) => call.account === account);
    const days = groupedBy(ofAccount, ({ at }) => at.slice(0, 10));
    return [...days].flatMap(([day, calls]) =>
      calls.slice(cap).map((call) => ({
        what: `Account ${account} had more than ${cap} automatic submits on ${day}`,
        lines: [call],
      })),
    );
  });
}
