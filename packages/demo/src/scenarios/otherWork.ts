import {
  failedByAws,
  failedByContents,
  failureOf,
  newOrigin,
  newProductId,
  update,
  type PutChangeSet,
} from './changeSetParts.ts';
import { accounts, vendorTime } from './scenario.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

const minuteMs = 60_000;
/** The same change set in preparation, which has no end yet. */
function stillRunning({ endTime: _endTime, ...changeSet }: PutChangeSet): PutChangeSet {
  return { ...changeSet, status: 'PREPARING' };
}

const endsSoonMs = 1_000;

/** What has succeeded before the first check is asked about (row 2): nobody has been asked yet whom it could answer. */
const askedByNewerSuccess = {
  state: 'awaitingDecision',
  saying: 'Newer change sets on the same entities have succeeded',
} as const;

/**
 * What holds the product is a change set of the account that shares it, which no listing shows: only the lock shows it.
 * It is cancelled, and so leaves nothing that an operator would have to decide.
 */
function lockWaitedOut(context: ScenarioContext): Scenario {
  const [origin, blocker] = [newOrigin(context), newOrigin(context)];
  const productId = newProductId(context);
  return failureOf(origin, failedByAws(update(origin, productId)), {
    name: 'a locked product: submitted once it is free',
    group: 'Retried, once',
    expected: { state: 'remediated', closed: true, facts: { attempt: '1' } },
    submits: 1,
    prepare: ({ catalog }) =>
      catalog.putChangeSet({ ...update(blocker, productId, accounts.channelPartner), status: 'APPLYING' }),
    events: [
      {
        from: 'console',
        once: { state: 'awaitingBlocker' },
        works: ({ catalog }) =>
          catalog.plan({
            match: { changeSetId: blocker.id },
            outcomes: [{ status: 'CANCELLED', durationMs: endsSoonMs, event: 'lost' }],
          }),
      },
    ],
  });
}

/** Both have failed when the first of them is checked. */
function twoFailedEdits(context: ScenarioContext): readonly Scenario[] {
  const [older, newer] = [newOrigin(context), newOrigin(context, minuteMs)];
  const productId = newProductId(context);
  const [olderSet, newerSet] = [failedByAws(update(older, productId)), failedByAws(update(newer, productId))];
  const both = { ofOrigins: [older.id, newer.id], expected: 1 };
  const olderOne = failureOf(older, olderSet, {
    name: 'two failed edits, the older one',
    group: 'Retried, once',
    expected: { state: 'superseded', closed: true },
    afterReset: [askedByNewerSuccess],
    prepare: ({ catalog }) => catalog.putChangeSet(newerSet),
  });
  const newerOne = failureOf(newer, newerSet, {
    name: 'two failed edits, the newer one',
    group: 'Retried, once',
    expected: { state: 'remediated', closed: true, facts: { attempt: '1' } },
    prepare: ({ catalog }) => catalog.putChangeSet(olderSet),
  });
  return [olderOne, newerOne].map((scenario) => ({ ...scenario, submits: both }));
}

function newerSuccess(context: ScenarioContext): Scenario {
  const [origin, newer] = [newOrigin(context), newOrigin(context, minuteMs)];
  const productId = newProductId(context);
  return failureOf(origin, failedByAws(update(origin, productId)), {
    name: 'a newer success is found',
    group: 'Decided by an operator',
    expected: {
      state: 'awaitingDecision',
      saying: `Newer change sets on the same entities have succeeded: ${newer.id}`,
    },
    submits: 0,
    prepare: ({ catalog }) => catalog.putChangeSet(update(newer, productId)),
  });
}

function fixedInConsole(context: ScenarioContext): Scenario {
  const { nowMs } = context;
  const [origin, fix] = [newOrigin(context), newOrigin(context)];
  const productId = newProductId(context);
  const now = vendorTime(nowMs);
  return failureOf(origin, failedByContents(update(origin, productId)), {
    name: 'fixed in the console meanwhile',
    group: 'Decided by an operator',
    expected: { state: 'resolvedElsewhere', closed: true },
    afterReset: [askedByNewerSuccess],
    submits: 0,
    events: [
      {
        from: 'console',
        once: { state: 'awaitingDecision' },
        works: ({ catalog }) => catalog.putChangeSet({ ...update(fix, productId), startTime: now, endTime: now }),
      },
    ],
  });
}

/** A running change set of the same product, which the validation need not wait for. */
export function validationBehindRunning(context: ScenarioContext): Scenario {
  const [origin, running] = [newOrigin(context), newOrigin(context)];
  const productId = newProductId(context);
  const validation: PutChangeSet = { ...failedByContents(update(origin, productId)), intent: 'VALIDATE' };
  return failureOf(origin, validation, {
    name: 'a validation behind a running set is reported',
    group: 'Nothing to submit',
    expected: { state: 'reported', closed: true },
    submits: 0,
    prepare: ({ catalog }) => catalog.putChangeSet(stillRunning(update(running, productId))),
  });
}

/** A public review takes up to 37 days; nothing would be submitted after it, so nobody waits for it. */
function scanErrorBehindReview(context: ScenarioContext): Scenario {
  const [origin, running] = [newOrigin(context), newOrigin(context)];
  const product = { entityType: 'ContainerProduct@1.0', identifier: newProductId(context) };
  const version = { ...product, changeType: 'AddDeliveryOptions', details: '{"Version":{"VersionTitle":"4.4.3"}}' };
  const review = { ...product, changeType: 'UpdateVisibility', details: '{"TargetVisibility":"Public"}' };
  const errors = [{ code: 'SCAN_ERROR', message: 'Fix security vulnerability CVE-2026-0001 on image app:4.4.3.' }];
  const failed = failedByContents(update(origin, product.identifier));
  return failureOf(
    origin,
    { ...failed, name: 'Add version 4.4.3', changes: [{ ...version, errors }] },
    {
      name: 'a scan error behind a running review is asked at once',
      group: 'Decided by an operator',
      expected: { state: 'awaitingDecision', saying: `A change set runs on the same entities: ${running.id}` },
      submits: 0,
      prepare: ({ catalog }) =>
        catalog.putChangeSet({
          ...stillRunning(update(running, product.identifier)),
          name: 'Go public',
          changes: [review],
        }),
    },
  );
}

/** What else happens to an entity while a workflow works on a change set of it. */
export function otherWorkScenarios(context: ScenarioContext): readonly Scenario[] {
  return [
    lockWaitedOut(context),
    ...twoFailedEdits(context),
    newerSuccess(context),
    fixedInConsole(context),
    scanErrorBehindReview(context),
  ];
}
