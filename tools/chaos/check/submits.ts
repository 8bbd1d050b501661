import { carriedOut, markerIn } from './lineage.ts';
import { groupedBy, type RunRecords } from './runRecords.ts';
import type { Breach } from './verdict.ts';

/**
 * Attempts that came into effect more than once, each repeat counted; and change sets without a lineage's marker, which
 * nobody can count: the service makes none.
 */
export function sentMoreThanOnce(records: RunRecords): readonly Breach[] {
  const submits = carriedOut(records);
  const unmarked = submits.filter(({ changeSetName }) => markerIn(changeSetName) === undefined);
  const marked = submits.filter(({ changeSetName }) => markerIn(changeSetName) !== undefined);
  // Whatever the account: change sets of two have no id in common.
  const attempts = groupedBy(marked, ({ changeSetName }) => {
    const { origin = '', attempt = '' } = markerIn(changeSetName) ?? {};
    return `${origin} ${attempt}`;
  });
  const repeats = [...attempts.values()].flatMap((calls) => {
    const { origin = '', attempt = '' } = markerIn(calls[0]?.changeSetName) ?? {};
    return calls.slice(1).map((call): Breach => ({
      what: `Attempt ${attempt} of ${origin} was submitted again as ${call.changeSetId ?? 'an unnamed change set'}`,
      workflowId: `change-set:${origin}`,
      lines: calls,
    }));
  });
  return [
    ...repeats,
    ...unmarked.map((call) => ({ what: 'A change set was submitted that no lineage owns', lines: [call] })),
  ];
}
