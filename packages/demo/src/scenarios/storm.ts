import { changeSetWorkflowId } from '../../../../src/workflows/changeSetRemediation/contract.ts';
import { noticeDigestWorkflowId } from '../../../../src/workflows/noticeDigest/contract.ts';
import { failedByContents, newOrigin, newProductId, update } from './changeSetParts.ts';
import { stormAccount, stormChannels, stormGrouping } from './scenario.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

const failures = 50;
const [shownChannel] = stormChannels;

/** The same in every start, so that fifty questions of each do not add up. */
const changeSetIds = Array.from(
  { length: failures },
  (_, index) => `demo-storm-${String(index + 1).padStart(2, '0')}-of-${failures}`,
);

function digestOf(channel: string): string {
  return noticeDigestWorkflowId({ channel, account: stormAccount, matter: 'change-set' });
}

/**
 * Fifty change sets of one account fail at once, by a mistake that all of them hold: each asks an operator. The first
 * questions arrive one by one, all others in one digest; then no more come, and its workflow ends a period later.
 */
export function stormScenarios(context: ScenarioContext): readonly Scenario[] {
  const changeSets = changeSetIds.map((id) =>
    failedByContents(update({ ...newOrigin(context), id }, newProductId(context), stormAccount)),
  );
  const grouped = failures - stormGrouping.first;
  return [
    {
      name: `${failures} change sets fail at once: ${stormGrouping.first} notices, then one digest`,
      group: 'A storm',
      workflowId: digestOf(shownChannel),
      sameId: true,
      expected: {
        state: 'gathering',
        orLater: 'quiet',
        facts: { reported: String(grouped), waiting: '0', digests: '1' },
      },
      besides: {
        workflowIds: changeSetIds.map((id) => changeSetWorkflowId(id)),
        account: stormAccount,
        state: 'awaitingDecision',
      },
      submits: { ofOrigins: changeSetIds, expected: 0 },
      notified: Object.fromEntries(stormChannels.map((channel) => [channel, stormGrouping.first + 1])),
      inAll: { channel: shownChannel, notices: failures },
      notifiedBesides: [...stormChannels.slice(1).map(digestOf), ...changeSetIds.map((id) => changeSetWorkflowId(id))],
      prepare: ({ catalog }) => changeSets.forEach((changeSet) => catalog.putChangeSet(changeSet)),
      events: [{ from: 'catalogStorm', changeSetIds }],
    },
  ];
}
