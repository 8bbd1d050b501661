import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configuredPolicy } from '../../src/policies/configured.ts';
import { accountHealthPolicy } from '../../src/workflows/accountHealth/policyValues.ts';
import { backfillChangeSetsPolicy } from '../../src/workflows/backfillChangeSets/policyValues.ts';
import { backfillItemsPolicy } from '../../src/workflows/backfillItems/policyValues.ts';
import { changeSetPolicy } from '../../src/workflows/changeSetRemediation/policyValues.ts';
import { failingTasksPolicy } from '../../src/workflows/failingTasks/policyValues.ts';
import { heldEventsPolicy } from '../../src/workflows/heldEvents/policyValues.ts';
import { itemBuyabilityPolicy } from '../../src/workflows/itemBuyability/policyValues.ts';
import { offerPolicy } from '../../src/workflows/offerWatch/policyValues.ts';
import { quarantinePolicy } from '../../src/workflows/quarantinedEvent/policyValues.ts';
import { reconcilePolicy } from '../../src/workflows/reconcileChangeSets/policyValues.ts';
import { securityPolicy } from '../../src/workflows/securityCase/policyValues.ts';
import type { PoliciesByType, PolicyOwner } from '../../src/workflows/shared/policies.ts';
import type { Shape } from '../../src/workflows/shared/shapes.ts';
import { submitPermitsPolicy } from '../../src/workflows/submitPermits/policyValues.ts';

const shapes: { readonly [Owner in PolicyOwner]: Shape<PoliciesByType[Owner]> } = {
  accountHealth: accountHealthPolicy,
  backfillChangeSets: backfillChangeSetsPolicy,
  backfillItems: backfillItemsPolicy,
  changeSetRemediation: changeSetPolicy,
  failingTasks: failingTasksPolicy,
  heldEvents: heldEventsPolicy,
  itemBuyability: itemBuyabilityPolicy,
  offerWatch: offerPolicy,
  quarantinedEvent: quarantinePolicy,
  reconcileChangeSets: reconcilePolicy,
  securityCase: securityPolicy,
  submitPermits: submitPermitsPolicy,
};
const folder = fileURLToPath(new URL('policies/', import.meta.url));

/** Every policy that was ever recorded, by its members: a file for each workflow, the newest last. None is changed later. */
const recorded = (Object.keys(shapes) as PolicyOwner[]).map((owner) => ({
  owner,
  policies: JSON.parse(readFileSync(`${folder}${owner}.json`, 'utf8')) as readonly object[],
}));

const namesOf = (policy: object | undefined): string[] => Object.keys(policy ?? {}).toSorted();

test('each workflow with a policy has a file of those that were recorded, and no other has', () => {
  expect(readdirSync(folder).toSorted()).toEqual(recorded.map(({ owner }) => `${owner}.json`).toSorted());
});

test.each(recorded)('$owner: every policy that was ever recorded is read as it is', ({ owner, policies }) => {
  expect(policies).not.toEqual([]);
  for (const policy of policies) {
    expect([owner, shapes[owner].problem(policy, 'policy')]).toEqual([owner, undefined]);
  }
});

test.each(recorded)(
  '$owner: the newest policy has the members that delivery writes; one with another member is added, and none is changed',
  ({ owner, policies }) => {
    expect(namesOf(policies.at(-1))).toEqual(namesOf(configuredPolicy(owner, { policies: {} })));
  },
);
