import type { AccountActivities, MerchantActivities } from '../../../src/workflows/accountHealth/contract.ts';
import type { BackfillChangeSetsActivities } from '../../../src/workflows/backfillChangeSets/contract.ts';
import type { BackfillItemsActivities } from '../../../src/workflows/backfillItems/contract.ts';
import type { ChangeSetActivities, OutcomeActivities } from '../../../src/workflows/changeSetRemediation/contract.ts';
import type { FanOutActivities } from '../../../src/workflows/eventFanOut/contract.ts';
import type { FailingTasksActivities } from '../../../src/workflows/failingTasks/contract.ts';
import type { HeldEventsActivities } from '../../../src/workflows/heldEvents/contract.ts';
import type { ItemActivities } from '../../../src/workflows/itemBuyability/contract.ts';
import type { MorningDigestActivities } from '../../../src/workflows/morningDigest/contract.ts';
import type { OfferActivities } from '../../../src/workflows/offerWatch/contract.ts';
import type { QuarantineActivities } from '../../../src/workflows/quarantinedEvent/contract.ts';
import type { ReconcileActivities } from '../../../src/workflows/reconcileChangeSets/contract.ts';
import type { ReminderActivities, SecurityActivities } from '../../../src/workflows/securityCase/contract.ts';
import type { ChannelActivities, NoticeActivities } from '../../../src/workflows/shared/notices.ts';
import type { PolicyActivities } from '../../../src/workflows/shared/policies.ts';
import type { SubmitPermitsActivities } from '../../../src/workflows/submitPermits/contract.ts';

/** Every activity that a workflow can schedule. */
type All = AccountActivities &
  MerchantActivities &
  BackfillChangeSetsActivities &
  BackfillItemsActivities &
  ChangeSetActivities &
  OutcomeActivities &
  FanOutActivities &
  FailingTasksActivities &
  HeldEventsActivities &
  ItemActivities &
  MorningDigestActivities &
  OfferActivities &
  QuarantineActivities &
  ReconcileActivities &
  ReminderActivities &
  SecurityActivities &
  ChannelActivities &
  NoticeActivities &
  PolicyActivities &
  SubmitPermitsActivities;

/**
 * What histories have recorded as the inputs of activities, one of each shape, with lists cut to three. Workflows of the version before
 * schedule activities with these: so the type check fails here, and the test beside it at run time, where an activity does not
 * take one any more. Add a line for a new shape; change none.
 */
export const recordedInputs = {
  affectedProducts: [
    [
      { account: '100000000003', catalog: 'AWSMarketplace', tracked: [], reportedAt: '2026-11-29T22:25:32.282Z' },
      {
        policy: {
          beforeDueMs: [20000, 10000],
          overdueMs: [1000, 4000],
          overdueEveryMs: 604800000,
          localHour: 9,
          timeZone: 'UTC',
          overduePlanned: 52,
          lastCallMs: 86400000,
          checkEveryMs: 300,
        },
        dueAt: '2027-01-08T22:25:32.282Z',
        nowMs: 1795991132302,
      },
    ],
    [
      { account: '123456789012', catalog: 'AWSMarketplace', tracked: [], reportedAt: '2026-11-29T23:06:34.000Z' },
      {
        policy: {
          beforeDueMs: [2592000000, 1209600000, 604800000],
          overdueMs: [86400000, 259200000, 604800000],
          overdueEveryMs: 604800000,
          localHour: 9,
          timeZone: 'UTC',
          overduePlanned: 52,
          lastCallMs: 86400000,
          checkEveryMs: 86400000,
        },
        nowMs: 1795993654278,
      },
    ],
    [
      {
        account: '100000000003',
        catalog: 'AWSMarketplace',
        tracked: [{ subject: 'AMISecurity/prod-100000000003/do-1', failedAt: '2026-01-01T00:00:00Z' }],
        reportedAt: '2026-11-29T22:25:32.282Z',
      },
      {
        policy: {
          beforeDueMs: [20000, 10000],
          overdueMs: [1000, 4000],
          overdueEveryMs: 604800000,
          localHour: 9,
          timeZone: 'UTC',
          overduePlanned: 52,
          lastCallMs: 86400000,
          checkEveryMs: 300,
        },
        dueAt: '2027-01-08T22:25:32.282Z',
        nowMs: 1795991140517,
      },
    ],
  ],
  awaitEnd: [
    [{ account: '123456789012', catalog: 'AWSMarketplace', changeSetId: 'blocker', reportAtMs: 1795997576655 }],
    [{ account: '123456789012', catalog: 'AWSMarketplace', changeSetId: 'blocker000000000000000003' }],
  ],
  awaitOutcome: [
    [{ account: '123456789012', catalog: 'AWSMarketplace', changeSetId: 'one', reportAtMs: 1796015569537 }, true],
    [{ account: '123456789012', catalog: 'AWSMarketplace', changeSetId: 'successor' }, false],
  ],
  awaitProduct: [
    [{ businessProductId: 'known', itemId: 'one' }],
    [{ businessProductId: 'rest', itemId: 'i-3', apiVersion: '2024-11-01' }],
  ],
  checkAccess: [
    [
      {
        account: '123456789012',
        catalog: 'AWSMarketplace',
        checks: [{ operation: 'ListChangeSets', refused: 'AccessDenied' }],
      },
    ],
    [
      {
        account: '123456789012',
        catalog: 'AWSMarketplace',
        checks: [{ operation: 'DescribeEntity', resource: 'offer-1817858663232', refused: 'ServiceFault' }],
      },
    ],
  ],
  checkAccounts: [
    [
      {
        accounts: [
          {
            account: '111122223333',
            catalogs: ['AWSMarketplace'],
            from: '2026-11-29T22:21:48.000Z',
            until: '2026-11-29T22:21:56.600Z',
            reporting: { entitiesUntil: '2026-11-29T22:21:53.245Z' },
          },
          {
            account: '777788889999',
            catalogs: ['AWSMarketplace'],
            from: '2026-11-29T22:21:48.000Z',
            until: '2026-11-29T22:21:56.600Z',
            reporting: {},
          },
          {
            account: '888899990000',
            catalogs: ['AWSMarketplace'],
            from: '2026-11-21T22:21:54.778Z',
            until: '2026-11-29T22:21:56.600Z',
            reporting: {},
          },
        ],
        withinMs: 30000,
        first: true,
      },
    ],
    [
      {
        accounts: [
          {
            account: '111122223333',
            catalogs: ['AWSMarketplace'],
            from: '2026-11-29T22:20:39.089Z',
            until: '2026-11-29T22:20:44.957Z',
            reporting: {},
          },
          {
            account: '444455556666',
            catalogs: ['AWSMarketplace'],
            from: '2026-11-29T22:20:36.084Z',
            until: '2026-11-29T22:20:44.957Z',
            failing: { since: '2026-11-29T22:20:44.089Z', rounds: 1 },
            reporting: {},
          },
          {
            account: '777788889999',
            catalogs: ['AWSMarketplace'],
            from: '2026-11-29T22:20:39.089Z',
            until: '2026-11-29T22:20:44.957Z',
            reporting: {},
          },
        ],
        withinMs: 60000,
        first: true,
      },
    ],
    [
      {
        accounts: [
          {
            account: '123456789012',
            catalogs: ['AWSMarketplace'],
            from: '2026-11-28T23:20:34.852Z',
            until: '2026-11-29T23:10:34.852Z',
          },
        ],
      },
    ],
    [
      {
        accounts: [
          {
            account: '123456789012',
            catalogs: ['AWSMarketplace'],
            from: '2026-11-29T21:32:29.000Z',
            until: '2026-11-29T22:22:29.976Z',
            reporting: {},
          },
        ],
        withinMs: 60000,
        first: true,
      },
    ],
    [
      {
        accounts: [
          {
            account: '300000000050',
            catalogs: ['AWSMarketplace'],
            from: '2026-11-28T22:32:08.194Z',
            until: '2026-11-29T22:22:08.201Z',
            reporting: {},
          },
          {
            account: '300000000051',
            catalogs: ['AWSMarketplace'],
            from: '2026-11-28T22:32:08.194Z',
            until: '2026-11-29T22:22:08.201Z',
            reporting: {},
          },
          {
            account: '300000000052',
            catalogs: ['AWSMarketplace'],
            from: '2026-11-28T22:32:08.194Z',
            until: '2026-11-29T22:22:08.201Z',
            reporting: {},
          },
        ],
        withinMs: 60000,
      },
    ],
    [
      {
        accounts: [
          {
            account: '888899990000',
            catalogs: ['AWSMarketplace'],
            from: '2026-11-21T22:21:54.778Z',
            until: '2026-11-29T22:21:56.600Z',
            after: {
              catalog: 'AWSMarketplace',
              endTime: '2026-11-28T12:45:54Z',
              changeSetId: 'f08c3e7dbae5498bb753268fe',
            },
            goesOn: true,
            reporting: {
              reported: ['f08c3e7dbae5498bb753268fe', 'a51d808ec15d46e88df7122ef', 'f94633917ce0412aac85c9e6d'],
            },
          },
        ],
        withinMs: 30000,
      },
    ],
    [
      {
        accounts: [
          {
            account: '123456789012',
            catalogs: ['AWSMarketplace'],
            from: '2026-11-29T21:32:29.000Z',
            until: '2026-11-29T22:23:31.823Z',
            reporting: { reported: ['2ddcc571a2494410bbac74847'] },
          },
        ],
        withinMs: 60000,
        first: true,
      },
    ],
  ],
  checkMerchant: [
    [{ businessProductId: 'known', checks: [{ itemId: 'two', refused: 'AccessDenied' }] }],
    [{ businessProductId: 'merchant-585385e3-f106-4bfd-8bf3-20bb5dbc6d5c', checks: [{ refused: 'AccessDenied' }] }],
  ],
  collectMorning: [
    [
      {
        digestId: 'morning-digest:ops+team:252582d91a36b478',
        at: '09:17',
        timeZone: 'UTC',
        plannedAt: '2026-11-30T09:17:00.000Z',
        since: '2026-11-29T09:17:00.000Z',
        accounts: ['111122223333'],
      },
    ],
    [
      {
        digestId: 'morning-digest:ops+team:252582d91a36b478',
        at: '09:17',
        timeZone: 'UTC',
        plannedAt: '2026-11-30T09:17:00.000Z',
        since: '2026-11-30T09:27:53.000Z',
        accounts: ['111122223333'],
        sentDay: '2026-11-30',
      },
    ],
  ],
  configuredPolicy: [
    [{ owner: 'heldEvents' }],
    [{ owner: 'itemBuyability', merchants: ['merchant-1'] }],
    [{ owner: 'offerWatch', account: '123456789012' }],
  ],
  countSubmits: [[{ account: '123456789012', catalog: 'AWSMarketplace' }]],
  deliverChangeSets: [
    [
      {
        range: {
          account: '123456789012',
          catalog: 'AWSMarketplace',
          statuses: ['FAILED'],
          to: '2026-11-29T22:30:01.971Z',
        },
        foundBy: { backfillId: 'what there is, started:01a2296d-f5e9-7323-be6c-a764ca74cea9', act: 'propose' },
        most: 2,
        from: { cursor: { startedFrom: '2026-11-27T00:00:00.000Z', recent: [], ended: false } },
      },
    ],
    [
      {
        range: {
          account: '123456789012',
          catalog: 'AWSMarketplace',
          statuses: ['FAILED'],
          to: '2026-11-29T22:25:50.903Z',
        },
        foundBy: {
          backfillId: 'backfill-change-sets:123456789012:b1d5d424dd4f86eb:01a2296a-2133-779a-8142-0c9137897b0d',
          act: 'propose',
        },
        most: 1,
        from: {
          cursor: {
            startedFrom: '2026-11-29T21:25:49.957Z',
            recent: ['c9072d6069754666b353594e9'],
            ended: false,
            newest: '2026-11-29T22:23:49Z',
          },
        },
      },
    ],
    [
      {
        range: {
          account: '123456789012',
          catalog: 'AWSMarketplace',
          statuses: ['FAILED'],
          to: '2026-11-29T22:21:57.991Z',
        },
        foundBy: {
          backfillId:
            'backfill-change-sets:123456789012:2b165060-7921-468d-85ee-af67f29dd6ae:6fd390c2-3574-41cc-9e3a-82bad7a98bd4',
          act: 'propose',
        },
        most: 5,
        from: {
          cursor: {
            startedFrom: '2026-11-24T22:21:57.940Z',
            recent: ['cs-0', 'cs-1', 'cs-2'],
            ended: false,
            newest: '2026-11-24T22:22:16.940Z',
            token: '20',
          },
        },
      },
    ],
    [
      {
        range: {
          account: '123456789012',
          catalog: 'AWSMarketplace',
          statuses: ['FAILED'],
          to: '2036-11-26T22:22:03.604Z',
        },
        foundBy: {
          backfillId:
            'backfill-change-sets:123456789012:f4dd4eb5-f49e-4ad5-8d50-5def65af3d6f:1ab1411c-85e3-4b6e-87c9-7e42d9e439af',
          act: 'propose',
        },
        most: 200,
        from: { rows: [{ changeSetId: 'cs-7', status: 'FAILED', startTime: '2036-11-21T22:22:10.603Z' }] },
      },
    ],
  ],
  deliverItems: [
    [
      {
        eventId: 'backfill:8593ddb9-adfa-427e-a7bd-c73ae3e71c96',
        items: [{ businessProductId: 'm', itemId: 'item-1' }],
      },
    ],
  ],
  deliverMissed: [
    [
      {
        missed: [
          {
            account: '444455556666',
            catalog: 'AWSMarketplace',
            row: {
              changeSetId: '63fc2500e4ae4ca58356a7f81',
              name: 'Update 63fc2500e4ae4ca58356a7f81',
              status: 'FAILED',
              startTime: '2026-11-29T22:20:38Z',
              endTime: '2026-11-29T22:21:38Z',
              failureCode: 'SERVER_FAULT',
            },
          },
        ],
        onlyNow: true,
      },
    ],
    [
      {
        missed: [
          {
            account: '123456789012',
            catalog: 'AWSMarketplace',
            row: { changeSetId: 'lost', status: 'FAILED' },
          },
        ],
      },
    ],
    [
      {
        missed: [
          {
            account: '333344445555',
            catalog: 'AWSMarketplace',
            row: {
              changeSetId: 'r48zj35sgf5rot7e3h351mg0p',
              name: 'Update my product',
              status: 'FAILED',
              startTime: '2026-11-29T20:09:08Z',
              endTime: '2026-11-29T21:19:18Z',
              failureCode: 'SERVER_FAULT',
            },
          },
        ],
      },
    ],
  ],
  deliverOutcome: [
    [
      {
        eventId: 'change-set:3141e73ef26e410d87c894868:FAILED',
        account: '123456789012',
        catalog: 'AWSMarketplace',
        changeSetId: '3141e73ef26e410d87c894868',
        changeSetName: 'Update+retry.f3f83b228b3642648e70fe024.1',
        outcome: 'FAILED',
        failureCode: 'SERVER_FAULT',
        startTime: '2018-02-27T13:45:22.000Z',
        endTime: '2018-02-27T14:55:22.000Z',
      },
    ],
    [
      {
        eventId: 'change-set:foreign:FAILED',
        account: '123456789012',
        catalog: 'AWSMarketplace',
        changeSetId: 'foreign',
        outcome: 'FAILED',
        startTime: '2026-11-29T23:20:43.880Z',
        endTime: '2026-11-29T23:20:43.880Z',
      },
    ],
    [
      {
        eventId: 'change-set:claimed:FAILED',
        account: '123456789012',
        catalog: 'AWSMarketplace',
        changeSetId: 'claimed',
        outcome: 'FAILED',
        startTime: '2026-11-29T23:12:45.676Z',
        endTime: '2026-11-29T23:12:45.676Z',
        changeSetName: 'One+retry.76yesvf8y165pa4f98td2crtg.3',
      },
    ],
  ],
  accountMode: [[{ account: '123456789012' }]],
  describeAmendments: [
    [
      { account: '123456789012', catalog: 'AWSMarketplace', changeSetId: '76yesvf8y165pa4f98td2crtg' },
      [{ index: 0, details: '{}' }],
    ],
  ],
  describeOffer: [[{ account: '123456789012', catalog: 'AWSMarketplace', offerIds: ['warm-up'] }]],
  describeSuccess: [[{ account: '123456789012', catalog: 'AWSMarketplace', changeSetId: 'away-30' }]],
  diagnoseChangeSet: [
    [
      { account: '123456789012', catalog: 'AWSMarketplace', changeSetId: 'd-successor', reportAtMs: 1795994676387 },
      {
        originId: 'c000000',
        originName: 'Update c000000',
        originStartTime: '2026-11-19T22:24:31Z',
        memberIds: ['c000000', 'd-successor'],
      },
    ],
    [
      { account: '123456789012', catalog: 'AWSMarketplace', changeSetId: '76yesvf8y165pa4f98td2crtg' },
      { originId: '76yesvf8y165pa4f98td2crtg', memberIds: ['76yesvf8y165pa4f98td2crtg'] },
    ],
  ],
  fanOut: [[{ envelope: 'eventbridge', bytesBase64: 'e30=' }]],
  findChangeSets: [
    [
      {
        range: {
          account: '123456789012',
          catalog: 'AWSMarketplace',
          statuses: ['FAILED'],
          to: '2026-11-29T22:25:34.413Z',
        },
        cursor: { startedFrom: '2026-11-29T21:25:33.141Z', recent: [], ended: false },
        countsKnown: true,
      },
    ],
    [
      {
        range: {
          account: '123456789012',
          catalog: 'AWSMarketplace',
          statuses: ['FAILED'],
          to: '2026-11-29T22:21:57.991Z',
        },
        cursor: {
          startedFrom: '2026-11-24T22:21:57.940Z',
          recent: ['cs-180', 'cs-181', 'cs-182'],
          ended: false,
          newest: '2026-11-24T22:25:16.940Z',
          token: '200',
        },
        countsKnown: false,
      },
    ],
  ],
  inspectLineage: [
    [{ account: '123456789012', catalog: 'AWSMarketplace', changeSetId: 'by-hand', reportAtMs: 1795994710400 }],
    [{ account: '123456789012', catalog: 'AWSMarketplace', changeSetId: 'c000000' }],
  ],
  openLate: [
    [
      [
        {
          account: '111122223333',
          catalog: 'AWSMarketplace',
          row: {
            changeSetId: 'late14dc83225b634f7590ab2',
            name: 'Update my offer',
            status: 'APPLYING',
            startTime: '2026-11-29T20:21:51Z',
          },
        },
      ],
    ],
    [
      [
        {
          account: '123456789012',
          catalog: 'AWSMarketplace',
          row: { changeSetId: 'late', status: 'FAILED' },
        },
      ],
    ],
  ],
  planReminders: [
    [
      {
        policy: {
          beforeDueMs: [20000, 10000],
          overdueMs: [1000, 4000],
          overdueEveryMs: 604800000,
          localHour: 9,
          timeZone: 'UTC',
          overduePlanned: 52,
          lastCallMs: 86400000,
          checkEveryMs: 300,
        },
        dueAt: '2027-01-08T22:25:32.282Z',
        nowMs: 1795991132302,
      },
    ],
  ],
  queryProduct: [
    [{ businessProductId: 'known', itemId: 'one' }],
    [{ businessProductId: 'bp-1', itemId: 'item-3', apiVersion: '2024-11-01' }],
  ],
  redeliver: [
    [{ envelope: 'eventbridge', bytesBase64: 'e30=' }],
    [
      {
        envelope: 'eventbridge',
        bytesBase64:
          'eyJ2ZXJzaW9uIjoiMCIsImlkIjoiNTZhNmM1M2UtZTdmMC00YjA3LWFmNDktY2ZhZmY0ZGU1YTdmIiwiZGV0YWlsLXR5cGUiOiJDaGFuZ2UgU2V0IFN1Y2NlZWRlZCIsInNvdXJjZSI6ImF3cy5tYXJrZXRwbGFjZWNhdGFsb2ciLCJhY2NvdW50IjoiNTU1NTAwMDAwMDA3IiwidGltZSI6IjIwMjItMTEtMDFUMTM6MTI6MjJaIiwicmVnaW9uIjoidXMtZWFzdC0xIiwicmVzb3VyY2VzIjpbImFybjphd3M6YXdzLW1hcmtldHBsYWNlOnVzLWVhc3QtMToxMjM0NTY3ODkwMTI6QVdTTWFya2V0cGxhY2UvQ2hhbmdlU2V0Lzc2eWVzdmY4eTE2NXBhNGY5OHRkMmNydGciXSwiZGV0YWlsIjp7InJlcXVlc3RJZCI6IjNkNGM5ZjliLWI4MDktNGY1ZS05ZmFjLWE5YWU5OGIwNWNiYiIsIkNhdGFsb2ciOiJBV1NNYXJrZXRwbGFjZSIsIkNoYW5nZVNldElkIjoibGF0ZTh4NTU1NTAwMDAwMDA3IiwiQ2hhbmdlU2V0TmFtZSI6Ik5hbWUiLCJTdGFydFRpbWUiOiIyMDE4LTAyLTI3VDEzOjQ1OjIyWiIsIkVuZFRpbWUiOiIyMDE4LTAyLTI3VDE0OjU1OjIyWiJ9fQ==',
        heldBy: 'unconfigured:555500000007',
      },
    ],
  ],
  runningSubmits: [[{ account: '123456789012', catalog: 'AWSMarketplace' }]],
  scopeProblem: [[{ account: '123456789012', catalog: 'Other' }]],
  sendNotice: [
    [
      {
        id: 'morning-digest:ops+team:252582d91a36b478:2026-11-30',
        kind: 'report',
        severity: 'information',
        account: '111122223333',
        workflowId: 'morning-digest:ops+team:252582d91a36b478-2026-11-30T09:17:00Z',
        route: 'morning-digest:ops+team:252582d91a36b478',
        title: 'Morning digest of 2026-11-30: nothing needs you',
        lines: ['Needs you, the most urgent first: nothing.'],
        nextStep: 'Nothing to do. As it stands at any time: steward status',
      },
      [],
    ],
    [
      {
        id: 'change-set:6n6gqy5wkmy4q0s4vpz0qxxvr:question:1:row8:0123456789abcdef',
        kind: 'opening',
        severity: 'information',
        account: '123456789012',
        workflowId: 'change-set:6n6gqy5wkmy4q0s4vpz0qxxvr',
        title: 'Change set 6n6gqy5wkmy4q0s4vpz0qxxvr needs a decision',
        lines: ['Observe mode: nothing was submitted.'],
        nextStep: 'Set another mode first.',
        observed: '6n6gqy5wkmy4q0s4vpz0qxxvr: attempt 1 by rule 8 at 2026-11-30 09:00 UTC',
      },
      [],
    ],
    [
      {
        id: 'fan-out:one:end',
        account: '123456789012',
        workflowId: 'fan-out:one',
        kind: 'resolution',
        severity: 'information',
        title: 'An event of 1 parts for 123456789012: delivered',
        lines: ['Every part is with its workflow.'],
        nextStep: 'You need to do nothing.',
      },
      [],
    ],
    [
      {
        id: 'backfill-change-sets:123456789012:b1d5d424dd4f86eb:01a2296a-2133-779a-8142-0c9137897b0d:end',
        kind: 'resolution',
        severity: 'information',
        account: '123456789012',
        workflowId: 'backfill-change-sets:123456789012:b1d5d424dd4f86eb',
        title: 'Backfill of 20 change sets stopped',
        nextStep: 'Decide on the workflows that need an operator: `steward list --attention` names them.',
        lines: [
          '20 found = 0 known already + 2 started + 0 failed + 18 left.',
          'Started: 2 workflows of account 123456789012. Each waits for an operator before it resubmits anything, and sends no notice for that.',
          'Stopped by ann: checked it',
        ],
        decisions: ['change-set:c9072d6069754666b353594e9', 'change-set:a5b067c5c3f14afc911af1747'],
      },
      [],
    ],
    [
      {
        id: 'hand-merchant-1:01a22966-e4ee-7caa-bb2e-f8f5e3dc378e:end',
        kind: 'resolution',
        severity: 'information',
        account: 'merchant-1',
        workflowId: 'hand-merchant-1',
        title: 'Backfill of 3 items completed',
        nextStep: 'Nothing is to be done: the workflow of each item reports what it finds.',
        lines: ['4 given = 3 delivered (0 of them open before) + 0 failed + 1 given twice + 0 left.'],
        decisions: [],
      },
      [],
    ],
    [
      {
        id: 'change-set:away-30:succeeded:away-30',
        account: '123456789012',
        workflowId: 'change-set:away-30',
        kind: 'report',
        topic: 'changeSet.succeeded',
        severity: 'information',
        title: 'Offer offer-1: AWS applied UpdateInformation',
        lines: [
          'AWS applied change set “Publish it” (away-30).',
          'UpdateInformation on Offer offer-1.',
          'The request in the AWS Marketplace Management Portal: https://aws.amazon.com/marketplace/management/requests/away-30',
        ],
        nextStep: 'Nothing to do.',
      },
      [],
    ],
    [
      {
        id: 'quarantine:f52bf38b-99c2-4543-9e98-5c8f7811dd12:2057-01-21T23:12:58.171Z',
        account: 'unknown',
        workflowId: 'quarantine:f52bf38b-99c2-4543-9e98-5c8f7811dd12',
        title: 'Event f52bf38b-99c (eventbridge) could not be handled',
        kind: 'opening',
        severity: 'warning',
        lines: ['An operator started it by hand.', 'The steward keeps all 0 bytes.'],
        nextStep: 'Fix what the reason names, then replay the event. Or discard it.',
        dueAt: '2057-02-20T23:12:58.171Z',
      },
      [],
    ],
    [
      {
        id: 'notice-digest:one:01a2298f-f255-77a2-b96c-a54b66848a58:1:1a08aa1921ca5caf',
        kind: 'opening',
        severity: 'warning',
        account: '123456789012',
        workflowId: 'notice-digest:one',
        title: '1 more notices of account 123456789012 (change-set)',
        nextStep: 'List what needs a decision: steward list --attention',
        through: 'one',
        lines: ['1 in all = 1 opening.', 'One (one)'],
        decisions: ['one'],
      },
      [],
    ],
    [
      {
        id: 'offer:123456789012:warm-up:2026-12-09T22:26:14.537Z:before-863985s',
        account: '123456789012',
        workflowId: 'offer:123456789012:warm-up',
        severity: 'information',
        lines: [
          'You released this offer for your own product, “Product Title”.',
          'It ends at 2026-12-09 22:26 UTC (in 9 days).',
          'Buyers it is targeted at: 2.',
        ],
        buyerLines: ['Targeted at: 999988887777, 111122223333.'],
        nextStep:
          'To move the end, submit UpdateAvailability with another AvailabilityEndDate; this watch follows, and reminds by the new end. Agreements made stay as they are.',
        dueAt: '2026-12-09T22:26:14.537Z',
        kind: 'reminder',
        title: 'Offer “Offer Name” (warm-up) ends in 9 days',
      },
      [],
    ],
    [
      {
        id: 'offer:123456789012:offer-single:accepted:agreement.created:00000000-0000-4000-8000-000000000010:ab736da17457575bade771b8dba6dd35',
        account: '123456789012',
        workflowId: 'offer:123456789012:offer-single',
        kind: 'resolution',
        severity: 'information',
        title: 'Offer offer-single was accepted',
        lines: [
          'The buyer that it is targeted at has accepted it.',
          'No further reminder of its end goes out.',
          'Buyers it is targeted at: 1.',
        ],
        buyerLines: ['Targeted at: 999988887777.'],
        nextStep: 'Nothing is to be done. A release to another buyer starts the reminders again.',
      },
      [],
    ],
    [
      {
        id: 'quarantine:ff78d72748effe26044e07d5b913401ff178db1f422a06a994871179783a2dea:2027-03-29T22:24:47.115Z:end',
        account: 'unknown',
        workflowId: 'quarantine:ff78d72748effe26044e07d5b913401ff178db1f422a06a994871179783a2dea',
        title: 'Event ff78d72748ef (eventbridge): discarded',
        kind: 'resolution',
        severity: 'information',
        lines: ['An operator discarded the bytes.'],
        nextStep: 'You need to do nothing.',
      },
      ['team'],
    ],
  ],
  sendNoticeTo: [
    [
      {
        channel: 'log',
        notice: {
          id: 'unconfigured:999900001111:2026-11-29T21:19:28.977Z:end',
          account: 'unknown',
          workflowId: 'unconfigured:999900001111',
          kind: 'resolution',
          severity: 'information',
          title: 'Events of account 999900001111: replayed',
          lines: ['Nothing is held any more.', '3 events replayed.'],
          nextStep: 'You need to do nothing.',
        },
      },
    ],
    [
      {
        channel: 'ops',
        notice: {
          id: 'quarantine:693c76afb22af282c89cd756ae62fbc467bbcc0e4392e360125c2e26c3e6787e:2027-02-27T22:24:47.074Z',
          account: 'unknown',
          workflowId: 'quarantine:693c76afb22af282c89cd756ae62fbc467bbcc0e4392e360125c2e26c3e6787e',
          title: 'Event 693c76afb22a (eventbridge) could not be handled',
          kind: 'opening',
          severity: 'warning',
          lines: ['found text', 'The steward keeps all 44 bytes.'],
          nextStep: 'Fix what the reason names, then replay the event. Or discard it.',
          dueAt: '2027-03-29T22:24:47.078Z',
        },
      },
    ],
    [
      {
        channel: 'log',
        notice: {
          id: 'backfill-change-sets:222233334444:real-q3whei28xcy1fjsw:01a2292d-3c7a-7b29-b209-c5be30399e2c:end',
          kind: 'resolution',
          severity: 'information',
          account: '222233334444',
          workflowId: 'backfill-change-sets:222233334444:real-q3whei28xcy1fjsw',
          title: 'Backfill of 200 change sets completed',
          nextStep: 'Decide on the workflows that need an operator: `steward list --attention` names them.',
          lines: [
            '200 found = 5 known already + 195 started + 0 failed + 0 left.',
            'Started: 195 workflows of account 222233334444. Each waits for an operator before it resubmits anything, and sends no notice for that.',
            'change-set:2znc5j0a8yb87l51atrib42r9, change-set:6fh038f32bmg1y1nyw2dpqp8s, change-set:nsk2n882skad3igp4eugojtl9, change-set:yal6ssd0e55yk9w95udi3mdym, change-set:3luqbj4xb8sw7jiwtlget5cjl, change-set:omp6nxu003ie2mcwzf7g9umqs, change-set:yxg0c1q0iuks6bdvfg5sfrs03, change-set:35i42g2q52g4b9vqxqnkn0mdm, change-set:n3303wmj1wuyht66oh3v133rc, change-set:iilutltoe2vc7a0ua2nuidkgk, change-set:u7bzrenp6v1s3c9n6jr7uebih, change-set:jt2wmdpkj9jly6a1p4fmdwrnk',
          ],
          decisions: [
            'change-set:2znc5j0a8yb87l51atrib42r9',
            'change-set:6fh038f32bmg1y1nyw2dpqp8s',
            'change-set:nsk2n882skad3igp4eugojtl9',
          ],
        },
      },
    ],
    [
      {
        channel: 'log',
        notice: {
          id: 'backfill-items:4y89n53sjpo09qr1:01a2292d-4c2c-796b-8cb9-d69bdd6e46de:end',
          kind: 'resolution',
          severity: 'information',
          account: 'demo-business-product',
          workflowId: 'backfill-items:4y89n53sjpo09qr1',
          title: 'Backfill of 3 items completed',
          nextStep: 'Nothing is to be done: the workflow of each item reports what it finds.',
          lines: ['4 given = 3 delivered (0 of them open before) + 0 failed + 1 given twice + 0 left.'],
          decisions: [],
        },
      },
    ],
    [
      {
        channel: 'sns',
        notice: {
          id: 'change-set:ag99gq7aaek8oi2owi4iqdyjl:succeeded:ag99gq7aaek8oi2owi4iqdyjl',
          account: '444455556666',
          workflowId: 'change-set:ag99gq7aaek8oi2owi4iqdyjl',
          kind: 'report',
          topic: 'changeSet.succeeded',
          severity: 'information',
          title: '“My product”, version “1.4.2”: published',
          lines: [
            'AWS applied change set “Create my product” (ag99gq7aaek8oi2owi4iqdyjl).',
            'AddDeliveryOptions on AmiProduct prod-n6ffrpsyjqhg3 (“My product”), version “1.4.2”.',
            'The request in the AWS Marketplace Management Portal: https://aws.amazon.com/marketplace/management/requests/ag99gq7aaek8oi2owi4iqdyjl',
          ],
          nextStep: 'Nothing to do.',
        },
      },
    ],
  ],
  settleHeld: [
    [
      {
        action: 'replay',
        heading: { by: 'account', account: '555500000006' },
        events: [
          {
            sha256: '78f3ed645ecf98b9ce6d9906718ae78578682a2a8bfc86d1a8ec924ce6a2485d',
            arrivals: 1,
            mayHaveEnded: true,
            catalog: 'AWSMarketplace',
          },
        ],
      },
    ],
    [{ action: 'replay', heading: { by: 'account', account: '123456789012' }, events: [] }],
    [
      {
        action: 'discard',
        heading: {
          by: 'kind',
          kind: 'aws.agreement-marketplace/Purchase Agreement Forgotten 555500000011',
          key: 'aws.agreement-marketplace/Purchase-Agreement-Forgotten-555500000011-ca7febd4',
        },
        events: [],
      },
    ],
    [
      {
        action: 'discard',
        heading: {
          by: 'kind',
          kind: 'aws.marketplacecatalog/Change Set Started',
          key: 'aws.marketplacecatalog/Change-Set-Started-80b7b381',
        },
        events: [
          {
            sha256: '0f5fde65e326b9d7870df6c4ff3ae481621cba7dc3812de2ef21658aae7154fd',
            arrivals: 1,
            mayHaveEnded: true,
          },
          {
            sha256: '3413b09c77384bf9198a96220796b961ce791695b46963ad78353d80ec0d1e4f',
            arrivals: 1,
            mayHaveEnded: true,
          },
        ],
      },
    ],
    [
      {
        action: 'discard',
        heading: { by: 'account', account: '123456789012' },
        events: [
          {
            sha256: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
            arrivals: 1,
            mayHaveEnded: false,
          },
        ],
      },
    ],
  ],
  submitSuccessor: [
    [
      {
        account: '444455556666',
        catalog: 'AWSMarketplace',
        attempt: 1,
        clientRequestToken: 'steward.underway1.1',
        name: 'Update underway1+retry.underway1.1',
        sourceId: 'underway1',
        authority: 'policy',
        originId: 'underway1',
        originName: 'Update underway1',
        originStartTime: '2026-11-29T22:22:41Z',
        memberIds: ['underway1'],
        known: [],
        amendments: [],
        reportAtMs: 1795994690336,
      },
    ],
    [
      {
        account: '123456789012',
        catalog: 'AWSMarketplace',
        attempt: 1,
        clientRequestToken: 'steward.96rx0u02jv89s3jeng01yhwoj.1',
        name: 'Update my product+retry.96rx0u02jv89s3jeng01yhwoj.1',
        sourceId: '96rx0u02jv89s3jeng01yhwoj',
        authority: 'operator',
        originId: '96rx0u02jv89s3jeng01yhwoj',
        originName: 'Update my product',
        originStartTime: '2026-11-29T20:09:08Z',
        memberIds: ['96rx0u02jv89s3jeng01yhwoj'],
        known: [],
        amendments: [{ index: 0, details: '{"ProductTitle":"My product, version 3"}' }],
        reportAtMs: 1795990755879,
      },
    ],
    [
      {
        account: '123456789012',
        catalog: 'AWSMarketplace',
        attempt: 1,
        clientRequestToken: 'steward.76yesvf8y165pa4f98td2crtg.1',
        name: '+retry.76yesvf8y165pa4f98td2crtg.1',
        sourceId: '76yesvf8y165pa4f98td2crtg',
        authority: 'policy',
        originId: '76yesvf8y165pa4f98td2crtg',
        memberIds: ['76yesvf8y165pa4f98td2crtg'],
        known: [],
        amendments: [],
      },
    ],
    [
      {
        account: '123456789012',
        catalog: 'AWSMarketplace',
        attempt: 1,
        clientRequestToken: 'steward.76yesvf8y165pa4f98td2crtg.1',
        name: '+retry.76yesvf8y165pa4f98td2crtg.1',
        sourceId: '76yesvf8y165pa4f98td2crtg',
        authority: 'policy',
        originId: '76yesvf8y165pa4f98td2crtg',
        memberIds: ['76yesvf8y165pa4f98td2crtg'],
        known: [],
        amendments: [],
        reportAtMs: 1795997577065,
      },
    ],
    [
      {
        account: '123456789012',
        catalog: 'AWSMarketplace',
        attempt: 1,
        clientRequestToken: 'steward.operators0000000000000000011.1',
        name: 'Update operators0000000000000000011+retry.operators0000000000000000011.1',
        sourceId: 'operators0000000000000000011',
        authority: 'operator',
        originId: 'operators0000000000000000011',
        originName: 'Update operators0000000000000000011',
        originStartTime: '2026-11-29T22:19:03Z',
        memberIds: ['operators0000000000000000011'],
        known: ['prod-operators-11@9'],
        amendments: [],
        reportAtMs: 1795994469090,
      },
    ],
    [
      {
        account: '123456789012',
        catalog: 'AWSMarketplace',
        attempt: 1,
        clientRequestToken: 'steward.failed0000000000000000005.1',
        name: '+retry.failed0000000000000000005.1',
        sourceId: 'failed0000000000000000005',
        authority: 'operator',
        originId: 'failed0000000000000000005',
        originStartTime: '2026-11-28T03:55:09Z',
        memberIds: ['failed0000000000000000005'],
        known: [],
        amendments: [],
        reportAtMs: 1796101869029,
      },
    ],
  ],
  watchAssessments: [
    [
      {
        account: '123456789012',
        catalog: 'AWSMarketplace',
        tracked: [],
        reportedAt: '2026-11-29T23:06:34.000Z',
        known: 'one',
      },
      {
        policy: {
          beforeDueMs: [2592000000, 1209600000, 604800000],
          overdueMs: [86400000, 259200000, 604800000],
          overdueEveryMs: 604800000,
          localHour: 9,
          timeZone: 'UTC',
          overduePlanned: 52,
          lastCallMs: 86400000,
          checkEveryMs: 86400000,
        },
      },
    ],
    [
      {
        account: '100000000002',
        catalog: 'AWSMarketplace',
        tracked: [],
        reportedAt: '2026-11-29T22:25:03.108Z',
        known: '643d5437104296e21d906ecb15b2c96a',
      },
      {
        policy: {
          beforeDueMs: [20000, 10000],
          overdueMs: [1000, 4000],
          overdueEveryMs: 604800000,
          localHour: 9,
          timeZone: 'UTC',
          overduePlanned: 52,
          lastCallMs: 86400000,
          checkEveryMs: 300,
        },
        dueAt: '2026-11-29T22:25:28.108Z',
      },
    ],
    [
      {
        account: '100000000003',
        catalog: 'AWSMarketplace',
        tracked: [{ subject: 'AMISecurity/prod-100000000003/do-1', failedAt: '2026-01-01T00:00:00Z' }],
        reportedAt: '2026-11-29T22:25:32.282Z',
        known: '29a33ca732349efdbef16910c72a1788',
      },
      {
        policy: {
          beforeDueMs: [20000, 10000],
          overdueMs: [1000, 4000],
          overdueEveryMs: 604800000,
          localHour: 9,
          timeZone: 'UTC',
          overduePlanned: 52,
          lastCallMs: 86400000,
          checkEveryMs: 300,
        },
        dueAt: '2027-01-08T22:25:32.282Z',
      },
    ],
  ],
  watchElsewhere: [
    [
      { account: '123456789012', catalog: 'AWSMarketplace', changeSetId: 'c000020' },
      {
        originId: 'c000020',
        originName: 'Update c000020',
        originStartTime: '2026-11-19T22:44:31Z',
        memberIds: ['c000020'],
      },
      [],
    ],
    [
      { account: '123456789012', catalog: 'AWSMarketplace', changeSetId: '76yesvf8y165pa4f98td2crtg' },
      { originId: '76yesvf8y165pa4f98td2crtg', memberIds: ['76yesvf8y165pa4f98td2crtg'] },
      [],
    ],
    [
      { account: '123456789012', catalog: 'AWSMarketplace', changeSetId: 'late000000000000000000011' },
      {
        originId: 'late000000000000000000011',
        originName: 'Late',
        originStartTime: '2026-11-29T22:24:35Z',
        memberIds: ['late000000000000000000011'],
      },
      ['newer00000000000000000011'],
    ],
    [
      { account: '123456789012', catalog: 'AWSMarketplace', changeSetId: '76yesvf8y165pa4f98td2crtg' },
      { originId: '76yesvf8y165pa4f98td2crtg', memberIds: ['76yesvf8y165pa4f98td2crtg'] },
      ['newer'],
    ],
  ],
  watchFailingTasks: [[['one:A cause']]],
} satisfies { readonly [Name in keyof All]: ReadonlyArray<Readonly<Parameters<All[Name]>>> };
