import { failedByAws, failureOf, newOrigin, newProductId, type Origin, type PutChangeSet } from './changeSetParts.ts';
import { accounts, vendorTime } from './scenario.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

const minuteMs = 60_000;
const scanError = { code: 'SCAN_ERROR', message: 'Fix security vulnerability CVE-2026-1111.' };

/** A version for one architecture: an AMI product has one for each, so a release is two change sets of one product. */
function version(origin: Origin, productId: string, architecture: string): PutChangeSet {
  const name = `4.4.3 ${architecture}`;
  const details = {
    Version: { VersionTitle: `4.4.3 (${architecture})`, ReleaseNotes: 'Fixes.' },
    DeliveryOptions: [{ Details: { AmiDeliveryOptionDetails: { UsageInstructions: 'Log in by SSH.' } } }],
  };
  return {
    changeSetId: origin.id,
    account: accounts.manufacturer,
    name,
    status: 'SUCCEEDED',
    startTime: origin.startTime,
    endTime: origin.endTime,
    changes: [
      {
        changeType: 'AddDeliveryOptions',
        entityType: 'AmiProduct@1.0',
        identifier: productId,
        details: JSON.stringify(details),
      },
    ],
  };
}

function failedScan(changeSet: PutChangeSet): PutChangeSet {
  const changes = changeSet.changes.map((change) => ({ ...change, errors: [scanError] }));
  return { ...changeSet, status: 'FAILED', failureCode: 'CLIENT_ERROR', changes };
}

/** The version of one architecture fails, and a moment later the other one is published: the question stays open. */
function twinSucceedsLater(context: ScenarioContext, failing: string, published: string): Scenario {
  const [origin, twin] = [newOrigin(context), newOrigin(context)];
  const productId = newProductId(context);
  const now = vendorTime(context.nowMs);
  const { name } = version(twin, productId, published);
  const where = '(AddDeliveryOptions: another Version.VersionTitle)';
  return failureOf(origin, failedScan(version(origin, productId, failing)), {
    name: `the ${failing} version fails, ${published} succeeds`,
    group: 'Decided by an operator',
    expected: {
      state: 'awaitingDecision',
      facts: { notes: `AWS applied ${twin.id} (${name}), which leaves something of this one undone ${where}.` },
    },
    // By then the twin has succeeded before the question, which names it.
    afterReset: [{ state: 'awaitingDecision', saying: `${twin.id} (${name}), which leaves something` }],
    submits: 0,
    events: [
      {
        from: 'console',
        once: { state: 'awaitingDecision' },
        works: ({ catalog }) =>
          catalog.putChangeSet({ ...version(twin, productId, published), startTime: now, endTime: now }),
      },
    ],
  });
}

/** Both fail their scan: each is a question of its own. */
function twinsFail(context: ScenarioContext): readonly Scenario[] {
  const [older, newer] = [newOrigin(context), newOrigin(context, minuteMs)];
  const productId = newProductId(context);
  const olderSet = failedScan(version(older, productId, 'x86_64'));
  const newerSet = failedScan(version(newer, productId, 'arm64'));
  const asked = { state: 'awaitingDecision', saying: 'SCAN_ERROR' } as const;
  const group = 'Decided by an operator';
  return [
    failureOf(older, olderSet, {
      name: 'both versions fail, the older one',
      group,
      expected: asked,
      submits: 0,
      prepare: ({ catalog }) => catalog.putChangeSet(newerSet),
    }),
    failureOf(newer, newerSet, {
      name: 'both versions fail, the newer one',
      group,
      expected: asked,
      submits: 0,
      prepare: ({ catalog }) => catalog.putChangeSet(olderSet),
    }),
  ];
}

function text(origin: Origin, productId: string, details: object): PutChangeSet {
  return {
    changeSetId: origin.id,
    account: accounts.manufacturer,
    name: `Update ${Object.keys(details).join(', ')}`,
    status: 'SUCCEEDED',
    startTime: origin.startTime,
    endTime: origin.endTime,
    changes: [
      {
        changeType: 'UpdateInformation',
        entityType: 'SaaSProduct@1.0',
        identifier: productId,
        details: JSON.stringify(details),
      },
    ],
  };
}

/** AWS fails at two updates of different fields: the newer one is submitted again, and nobody forgets the older one. */
function partialUpdates(context: ScenarioContext): readonly Scenario[] {
  const [older, newer] = [newOrigin(context), newOrigin(context, minuteMs)];
  const productId = newProductId(context);
  const olderSet = failedByAws(text(older, productId, { LongDescription: 'What it does.' }));
  const newerSet = failedByAws(text(newer, productId, { Sku: 'A-1' }));
  return [
    failureOf(older, olderSet, {
      name: 'two partial updates fail, the older one',
      group: 'Decided by an operator',
      expected: { state: 'awaitingDecision', saying: '(UpdateInformation: LongDescription)' },
      submits: 0,
      prepare: ({ catalog }) => catalog.putChangeSet(newerSet),
    }),
    failureOf(newer, newerSet, {
      name: 'two partial updates fail, the newer one',
      group: 'Decided by an operator',
      expected: { state: 'remediated', closed: true, facts: { attempt: '1' } },
      submits: 1,
      prepare: ({ catalog }) => catalog.putChangeSet(olderSet),
    }),
  ];
}

/** Change sets of one product that are of one type and do not hold the same. */
export function twinScenarios(context: ScenarioContext): readonly Scenario[] {
  return [
    twinSucceedsLater(context, 'x86_64', 'arm64'),
    twinSucceedsLater(context, 'arm64', 'x86_64'),
    ...twinsFail(context),
    ...partialUpdates(context),
  ];
}
