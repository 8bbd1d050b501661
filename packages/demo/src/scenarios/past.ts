import {
  backfillChangeSetsWorkflowId,
  type BackfillChangeSetsInput,
} from '../../../../src/workflows/backfillChangeSets/contract.ts';
import { changeSetWorkflowId } from '../../../../src/workflows/changeSetRemediation/contract.ts';
import { failedByAws, failedByContents, newProductId, update } from './changeSetParts.ts';
import type { PutChangeSet } from './changeSetParts.ts';
import { foundAccounts, onEveryChannel, vendorTime } from './scenario.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

const account = foundAccounts.backfilled;
const group = 'Found afterwards';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const products = 40;
const editsOfEach = 5;
const all = products * editsOfEach;
/** The newest edits of so many products came as events. */
const known = 5;
const beganAgoMs = 9 * dayMs;
const lookBackMs = 10 * dayMs;
const idLength = 25;
const nameLength = 16;

/**
 * Nine days in which every edit of forty products has failed, one an hour: of each product the newest one still matters.
 * The oldest first.
 */
function past(context: ScenarioContext): readonly PutChangeSet[] {
  const { token, nowMs } = context;
  const productIds = Array.from({ length: products }, () => newProductId(context));
  return Array.from({ length: editsOfEach }, (_, edit) =>
    productIds.map((productId, index) => {
      const startMs = nowMs - beganAgoMs + (edit * products + index) * hourMs;
      const times = { startTime: vendorTime(startMs), endTime: vendorTime(startMs + hourMs) };
      const changeSet = update({ id: token(idLength), ...times }, productId, account);
      return index % 2 === 0 ? failedByContents(changeSet) : failedByAws(changeSet);
    }),
  ).flat();
}

/**
 * An account with two hundred failed change sets of the past, of which five came as events: a dry run first, then the
 * same for real. Nothing is submitted, and operators get one digest of it.
 */
export function pastScenarios(context: ScenarioContext): readonly Scenario[] {
  const changeSets = past(context);
  const ids = changeSets.map(({ changeSetId }) => changeSetId);
  const newest = ids.slice(-products);
  const heardOf = newest.slice(0, known);
  const from = new Date(context.nowMs - lookBackMs).toISOString().slice(0, 10);
  const input: BackfillChangeSetsInput = { account, from, act: 'propose' };
  const [dry, real] = ['dry', 'real'].map((kind) =>
    backfillChangeSetsWorkflowId(account, `${kind}-${context.token(nameLength)}`),
  ) as [string, string];
  const opened = ids.filter((id) => !heardOf.includes(id));
  const counted = { found: String(all), known: String(known), failed: '0' };
  return [
    {
      name: `a backfill of ${all} change sets, dry run`,
      group,
      workflowId: dry,
      expected: { state: 'completed', closed: true, facts: { ...counted, started: '0', left: String(opened.length) } },
      // By then the run that was for real has opened them.
      afterReset: [
        { state: 'completed', closed: true, facts: { ...counted, known: String(all), started: '0', left: '0' } },
      ],
      notified: onEveryChannel(0),
      prepare: ({ catalog }) => changeSets.forEach((changeSet) => catalog.putChangeSet(changeSet)),
      events: [
        ...heardOf.map((changeSetId) => ({ from: 'catalogSimulator', changeSetId }) as const),
        { from: 'administrator', does: 'backfillChangeSets', input },
      ],
    },
    {
      name: `the backfill of ${all} change sets: one digest`,
      group,
      workflowId: real,
      expected: { state: 'completed', closed: true, facts: { ...counted, started: String(opened.length), left: '0' } },
      submits: { ofOrigins: ids, expected: 0 },
      notified: onEveryChannel(1),
      notifiedBesides: opened.map((id) => changeSetWorkflowId(id)),
      events: [
        {
          from: 'administrator',
          does: 'backfillChangeSets',
          once: { of: dry, state: 'completed', closed: true },
          input: { ...input, dryRun: false },
        },
      ],
    },
  ];
}
