import { heldEventsWorkflowId } from '../../../../src/workflows/heldEvents/contract.ts';
import { accountHeading, kindHeading } from '../../../../src/delivery/headings.ts';
import { accounts, bytesOf, changeSetInDocs, newcomer, onEveryChannel, posted, vendorTime } from './scenario.ts';
import type { Scenario, ScenarioContext, ScenarioEvent } from './scenario.ts';

const group = 'Security, offers, quarantine';

type Sample = Extract<ScenarioEvent, { from: 'sample' }>;

/** The vendor's sample of a success, of an account that the configuration does not have yet. */
function successOfNewcomer({ token, uuid, nowMs }: ScenarioContext): Sample {
  const sample = posted('changeSetSucceeded', [
    [changeSetInDocs, token(25)],
    ['01234567-0123-0123-0123-0123456789ab', uuid()],
    [accounts.manufacturer, newcomer],
    ['2022-11-01T13:12:22Z', vendorTime(nowMs)],
  ]);
  return { ...sample, answer: 'held' };
}

/** An event of a detail-type that no sample of the vendor has. */
function ofDetailType({ uuid, nowMs }: ScenarioContext, source: string, detailType: string): Sample {
  const bytes = bytesOf({
    version: '0',
    id: uuid(),
    'detail-type': detailType,
    source,
    account: accounts.manufacturer,
    time: vendorTime(nowMs),
    region: 'us-east-1',
    resources: [],
    detail: { requestId: uuid() },
  });
  return { from: 'sample', envelope: 'eventbridge', bytes, answer: 'ignored' };
}

/**
 * Three events of an account that is configured afterwards: one question, and all are replayed. A kind that the vendor
 * documents and one that it does not: both are ignored, and the second is reported once.
 */
export function heldEventScenarios(context: ScenarioContext): readonly Scenario[] {
  const detailType = 'Change Set Started';
  const unknown = () => ofDetailType(context, 'aws.marketplacecatalog', detailType);
  return [
    {
      name: 'an account that is not configured, until it is',
      group,
      workflowId: heldEventsWorkflowId(accountHeading(newcomer)),
      sameId: true,
      expected: { state: 'replayed', closed: true, facts: { count: '3', replayed: '3' } },
      // What the run before has replayed is held no more.
      afterReset: [{ state: 'replayed', closed: true, facts: { count: '3' }, saying: 'Nothing is held any more' }],
      notified: onEveryChannel(2),
      events: [
        successOfNewcomer(context),
        successOfNewcomer(context),
        successOfNewcomer(context),
        {
          from: 'administrator',
          does: 'configureNewcomer',
          once: { state: 'awaitingConfiguration', facts: { held: '3' } },
        },
      ],
    },
    {
      name: 'kinds of events that are not handled; one is new',
      group,
      workflowId: heldEventsWorkflowId(kindHeading(`aws.marketplacecatalog/${detailType}`)),
      sameId: true,
      expected: { state: 'recorded' },
      notified: onEveryChannel(1),
      events: [
        ofDetailType(context, 'aws.private-marketplace', 'Product Request Created'),
        ofDetailType(context, 'aws.partner/buywithprime/demo', 'PACKAGE_DELIVERED'),
        unknown(),
        unknown(),
      ],
    },
  ];
}
