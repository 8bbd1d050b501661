import { createAccountActivities } from '../../../src/activities/accountHealth/index.ts';
import type { AccountActivities } from '../../../src/workflows/accountHealth/contract.ts';
import { failureTypeOf } from '../../../src/failures.ts';
import { startCatalogSimulator, type CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { createMarketplaceCatalog } from '../../../src/vendors/marketplaceCatalog/index.ts';
import type { AccessCheck } from '../../../src/workflows/accountHealth/contract.ts';

const account = '111122223333';
let simulator: CatalogSimulator;
let activities: AccountActivities;
let configured: boolean;

beforeAll(async () => {
  simulator = await startCatalogSimulator({ seed: 3, account, quotas: 'off' });
});
afterAll(() => simulator.close());
beforeEach(() => {
  simulator.control.reset();
  configured = true;
  const credentials = { accessKeyId: `SIM${account}`, secretAccessKey: 'a very secret key' };
  activities = createAccountActivities({
    catalog: createMarketplaceCatalog({
      endpoint: simulator.url,
      credentialsFor: () => (configured ? credentials : undefined),
    }),
    context: { policies: {} },
  });
});

/** The failure's type and message, or that it passed. */
async function check(...checks: readonly AccessCheck[]): Promise<string> {
  try {
    await activities.checkAccess({ account, catalog: 'AWSMarketplace', checks });
    return 'passed';
  } catch (error) {
    return `${failureTypeOf(error)}: ${error instanceof Error ? error.message : ''}`;
  }
}

const called = (): string[] =>
  simulator.control.log({ kind: 'call' }).flatMap((entry) => (entry.kind === 'call' ? [entry.operation] : []));

function refuse(type: string, status = 403): void {
  simulator.control.addFault({ fault: 'error', operation: '*', type, status, times: 100 });
}

const listing = (refused: AccessCheck['refused']): AccessCheck => ({ operation: 'ListChangeSets', refused });
const denied = { refused: 'AccessDenied' } as const;
const reads: AccessCheck[] = [
  { operation: 'DescribeChangeSet', resource: 'nosuchchangeset', ...denied },
  { operation: 'DescribeEntity', resource: 'prod-nosuchentity', ...denied },
  { operation: 'ListEntities', resource: 'SaaSProduct', ...denied },
  { operation: 'ListTagsForResource', resource: 'no ARN', ...denied },
];

test.each(reads)('$operation that is let in has passed, whatever it finds', async (one) => {
  expect(await check(one)).toBe('passed');
});

test.each([listing('AccessDenied'), ...reads])('$operation that is denied is still refused', async (one) => {
  refuse('AccessDeniedException');
  expect(await check(one)).toContain(`NotYet: Account ${account} is still refused. ${one.operation}: `);
});

test('a check changes nothing and is one call', async () => {
  expect(await check(listing('CredentialsRejected'))).toBe('passed');
  expect(called()).toEqual(['ListChangeSets']);
});

test('credentials that are expired are still refused; a denied operation shows that they are good', async () => {
  refuse('ExpiredTokenException');
  expect(await check(listing('CredentialsRejected'))).toContain('NotYet: Account 111122223333 is still refused');
  simulator.control.reset();
  refuse('AccessDeniedException');
  expect(await check(listing('CredentialsRejected'))).toBe('passed');
  expect(await check(listing('CredentialsRejected'), listing('AccessDenied'))).toContain('NotYet');
});

test('an account without credentials is still refused, and passes once it has some', async () => {
  configured = false;
  expect(await check(listing('NotConfigured'))).toContain('NotYet');
  configured = true;
  expect(await check(listing('NotConfigured'))).toBe('passed');
});

test('what says nothing about access is thrown as it is', async () => {
  simulator.control.addFault({
    fault: 'error',
    operation: '*',
    type: 'InternalServiceException',
    status: 500,
    times: 9,
  });
  expect(await check(listing('AccessDenied'))).toContain('ServiceFault');
});

test.each([
  ['InternalServiceException', 500, 'ServiceFault', 'NotYet: Account 111122223333 still gets no answers.'],
  ['ThrottlingException', 429, 'Throttled', 'NotYet: Account 111122223333 still gets no answers.'],
  ['InternalServiceException', 500, 'Throttled', 'ServiceFault: '],
  ['AccessDeniedException', 403, 'ServiceFault', 'passed'],
  ['ValidationException', 400, 'ServiceFault', 'passed'],
] as const)('%s (%d) after calls that failed by %s: %s', async (type, status, refused, expected) => {
  simulator.control.addFault({ fault: 'error', operation: '*', type, status, times: 100 });
  expect(await check({ operation: 'DescribeChangeSet', resource: 'set-1', refused })).toContain(expected);
});
