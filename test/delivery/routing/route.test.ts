import { changeSetDefaults } from '../../../src/policies/defaults.ts';
import type { RouteContext } from '../../../src/delivery/delivery.ts';
import type { Delivery } from '../../../src/delivery/delivery.ts';
import { route } from '../../../src/delivery/routing/route.ts';
import {
  changeSetDelivery,
  outcomeMessage,
  ownChangeSetDelivery,
} from '../../../src/delivery/routing/routeChangeSet.ts';
import type { ChangeSetFinished } from '../../../src/events/types.ts';
import type { ChangeSetOutcomeMessage } from '../../../src/workflows/changeSetRemediation/contract.ts';
import { successorName } from '../../../src/workflows/changeSetRemediation/lineage.ts';
import { account, changed, context, eventsOf, fixture } from '@marketplace-steward/testing/sampleEvents';

const changeSetId = '76yesvf8y165pa4f98td2crtg';

function deliveryOf(bytes: Buffer, inContext: RouteContext = context): Delivery {
  const [event] = eventsOf(bytes);
  const routed = route(event!, inContext);
  if (routed.to === 'hold') throw new Error(routed.hold.reason);
  return routed.deliveries[0];
}

function reasonOf(bytes: Buffer, inContext: RouteContext = context): string {
  const [event] = eventsOf(bytes);
  const routed = route(event!, inContext);
  return routed.to === 'hold' ? routed.hold.reason : `to ${routed.deliveries[0].workflowId}`;
}

describe('change sets', () => {
  test('an event without a marker goes to the workflow of its own id', () => {
    const delivery = deliveryOf(fixture('changeSetFailed'));
    expect(delivery).toMatchObject({
      kind: 'changeSet.finished',
      workflowType: 'changeSetRemediation',
      workflowId: `change-set:${changeSetId}`,
      input: { version: 1, account: '123456789012', catalog: 'AWSMarketplace', changeSetId },
      signal: { name: 'changeSetOutcome', message: { changeSetId, outcome: 'FAILED', failureCode: 'CLIENT_ERROR' } },
      attributes: { state: 'diagnosing', account: '123456789012', attention: false, changeSets: [changeSetId] },
      afterCompletion: 'reject',
    });
    expect(delivery.input).not.toHaveProperty('foreignMarker');
    expect(delivery.input).toHaveProperty('policy', changeSetDefaults);
    expect(delivery).not.toHaveProperty('unlessOwner');
  });

  test.each([
    ['changeSetSucceeded', 'succeeded'],
    ['changeSetCancelled', 'cancelled'],
  ])('%s starts in the state that it ends in', (name, state) => {
    expect(deliveryOf(fixture(name)).attributes.state).toBe(state);
  });

  test('a success is reported where a route takes it for this account; no other lineage has the wish', () => {
    const topics = ['changeSet.succeeded'] as const;
    const [own, other] = ['123456789012', '987654321098'];
    const inputs = (accounts: RouteContext['accounts']) =>
      ['changeSetSucceeded', 'changeSetFailed'].map(
        (name) => deliveryOf(fixture(name), { ...context, accounts }).input as { reportSuccess?: true },
      );
    for (const input of inputs({ ...context.accounts, [own]: { ...account, topics } })) {
      expect(input.reportSuccess).toBe(true);
    }
    for (const input of inputs({ ...context.accounts, [other]: { ...account, topics } })) {
      expect(input).not.toHaveProperty('reportSuccess');
    }
    const [event] = eventsOf(fixture('changeSetSucceeded'));
    const message = outcomeMessage(event as ChangeSetFinished);
    const wanted = { ...context, accounts: { [own]: { ...account, topics } } };
    const found = changeSetDelivery(message, wanted, { backfillId: 'backfill', act: 'policy' });
    expect(found.input).not.toHaveProperty('reportSuccess');
  });

  test('a marker leads to its origin, and to its own id where the origin turns out not to own it', () => {
    const bytes = changed('changeSetSucceeded', { ChangeSetName: successorName('Create my product', 'origin1', 2) });
    const delivery = deliveryOf(bytes);
    expect(delivery.workflowId).toBe('change-set:origin1');
    expect(delivery.input).toMatchObject({ changeSetId: 'origin1' });
    expect(delivery.input).not.toHaveProperty('foreignMarker');
    expect(delivery.signal.message).toMatchObject({ changeSetId });
    // Nothing is known of the origin yet: its successor's success is not its own.
    expect(delivery.attributes).toMatchObject({ state: 'diagnosing', changeSets: ['origin1'] });
    expect(delivery.unlessOwner).toMatchObject({
      changeSetId,
      otherwise: { workflowId: `change-set:${changeSetId}`, input: { changeSetId, foreignMarker: true } },
    });
    expect(delivery.unlessOwner?.otherwise).not.toHaveProperty('unlessOwner');
  });

  test('a marker that is not at the very end is part of the name', () => {
    const bytes = changed('changeSetFailed', { ChangeSetName: '+retry.origin1.2 again' });
    expect(deliveryOf(bytes).workflowId).toBe(`change-set:${changeSetId}`);
  });

  test('delivery to its own workflow disregards the marker and says that it is foreign', () => {
    const { message } = deliveryOf(changed('changeSetFailed', { ChangeSetName: 'x+retry.origin1.2' })).signal;
    const own = ownChangeSetDelivery(message as ChangeSetOutcomeMessage, context);
    expect(own).toMatchObject({ workflowId: `change-set:${changeSetId}`, input: { foreignMarker: true } });
  });

  test('policies of the configuration, and the protected classes of the account, are in the input', () => {
    const policies = { changeSet: { freshForMs: 1, protectedClasses: ['withdraw'] } };
    const input = (accounts: RouteContext['accounts']) =>
      deliveryOf(fixture('changeSetFailed'), { accounts, policies }).input;
    expect(input({ '123456789012': account })).toMatchObject({
      policy: { freshForMs: 1, protectedClasses: ['withdraw'] },
    });
    const lists: Array<Array<'create' | 'reach' | 'withdraw'>> = [['reach'], ['withdraw', 'create']];
    for (const protectedClasses of lists) {
      expect(input({ '123456789012': { ...account, protectedClasses } })).toMatchObject({
        policy: { freshForMs: 1, protectedClasses },
      });
    }
  });

  test('the vendor’s text is shown as text, not as markdown', () => {
    const bytes = changed('changeSetFailed', { ChangeSetName: '[click](https://evil.example) <b>' });
    expect(deliveryOf(bytes).staticSummary).toContain('\\[click\\]\\(https\\[:\\]//evil.example/…\\) \\<b\\>');
  });
});

describe('security reports', () => {
  test('a report with issues opens the account’s case with its due date', () => {
    expect(deliveryOf(fixture('securityReportCreated'))).toMatchObject({
      workflowType: 'securityCase',
      workflowId: 'security:123456789012',
      signal: { name: 'securityReport', message: { numberOfProductsWithIssues: 1, newIssuesFound: true } },
      attributes: { state: 'open', dueAt: '2023-12-01T00:00:00.000Z' },
    });
  });

  test('a report without issues starts a case that is clear', () => {
    const none = {
      numberOfProductsWithIssues: 0,
      numberOfVersionsWithIssues: 0,
      numberOfLatestVersionsWithIssues: 0,
      newIssuesFound: false,
      upcomingResolutionDueDate: undefined,
    };
    const { attributes } = deliveryOf(changed('securityReportCreated', none));
    expect(attributes).toMatchObject({ state: 'clear', attention: false });
    expect(attributes).not.toHaveProperty('dueAt');
  });
});

describe('items', () => {
  test.each([
    ['buyabilityChanged.eventBridge', 'BUYABLE'],
    ['buyabilityChanged.eventBridgeDeprecated', 'querying'],
  ])('%s starts as %s, whatever account hosts its event source', (name, state) => {
    expect(deliveryOf(fixture(name), { accounts: {}, policies: {} })).toMatchObject({
      workflowType: 'itemBuyability',
      workflowId: 'item:business-product-id:item-id',
      attributes: { state, account: 'business-product-id', entities: ['item-id'] },
    });
  });

  test('an item without product data has none in its message', () => {
    expect(deliveryOf(fixture('buyabilityChanged.eventBridgeDeprecated')).signal.message).not.toHaveProperty('product');
  });
});

describe('what shows before a worker has checked', () => {
  test.each([
    ['changeSetFailed', changeSetId],
    ['offerReleased.isv', 'offer-1234567890123'],
    ['offerSetReleased', 'offerset-'],
    ['securityReportCreated', '123456789012'],
    ['buyabilityChanged.eventBridge', 'item-id'],
  ])('%s has a summary and details that name what it is about', (name, subject) => {
    const { staticSummary, staticDetails } = deliveryOf(fixture(name));
    expect(staticSummary.length).toBeGreaterThan(0);
    expect(staticDetails).toMatch(/^- \*\*/);
    expect(staticDetails).toContain(subject);
  });
});

describe('what is not ours', () => {
  test.each(['changeSetFailed', 'offerReleased.isv', 'offerSetReleased', 'securityReportCreated'])(
    '%s of an account that is not configured goes to the quarantine with the account named',
    (name) => {
      expect(reasonOf(fixture(name), { accounts: {}, policies: {} })).toContain('Account 123456789012');
    },
  );

  test('so does one of a catalog that is not configured', () => {
    expect(reasonOf(changed('changeSetFailed', { Catalog: 'OtherCatalog' }))).toContain('OtherCatalog');
  });
});
