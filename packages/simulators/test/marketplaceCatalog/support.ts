import {
  CancelChangeSetCommand,
  DescribeAssessmentCommand,
  DescribeChangeSetCommand,
  DescribeEntityCommand,
  ListAssessmentsCommand,
  ListChangeSetsCommand,
  ListEntitiesCommand,
  ListTagsForResourceCommand,
  MarketplaceCatalogClient,
  StartChangeSetCommand,
} from '@aws-sdk/client-marketplace-catalog';
import type {
  CancelChangeSetCommandInput,
  DescribeAssessmentCommandInput,
  DescribeChangeSetCommandInput,
  DescribeEntityCommandInput,
  ListAssessmentsCommandInput,
  ListChangeSetsCommandInput,
  ListEntitiesCommandInput,
  ListTagsForResourceCommandInput,
  StartChangeSetCommandInput,
} from '@aws-sdk/client-marketplace-catalog';
import type { CatalogSimulator, CatalogSimulatorOptions } from '../../src/marketplaceCatalog/index.ts';
import { startCatalogSimulator } from '../../src/marketplaceCatalog/index.ts';

export const ACCOUNT = '123456789012';
export const PRODUCT = 'prod-abcdefghijklm';
/** Long enough that a change set which is to be running still runs at the end of a test. */
export const LONG_MS = 600_000;

/** A simulator without quotas and with one SaaS product, closed after the test file. */
export function simulatorForFile(options: Partial<CatalogSimulatorOptions> = {}): () => CatalogSimulator {
  let simulator: CatalogSimulator | undefined;
  const current = (): CatalogSimulator => {
    if (simulator === undefined) throw new Error('the simulator has not been started');
    return simulator;
  };
  beforeAll(async () => {
    simulator = await startCatalogSimulator({ seed: 7, quotas: 'off', defaultDurationMs: 20, ...options });
  });
  beforeEach(() => {
    current().control.reset();
    current().control.putEntity({ entityId: PRODUCT, entityType: 'SaaSProduct@1.0', name: 'Product' });
  });
  afterAll(() => simulator?.close());
  return current;
}

export function clientFor(
  simulator: Pick<CatalogSimulator, 'url'>,
  account = ACCOUNT,
  maxAttempts = 1,
): MarketplaceCatalogClient {
  return new MarketplaceCatalogClient({
    endpoint: simulator.url,
    region: 'us-east-1',
    credentials: { accessKeyId: `SIM${account}`, secretAccessKey: 'not-checked' },
    maxAttempts,
  });
}

/** A request of StartChangeSet that the simulator takes. */
export function validStart(more: Partial<StartChangeSetCommandInput> = {}): StartChangeSetCommandInput {
  return { Catalog: 'AWSMarketplace', ChangeSet: [validChange()], ...more };
}

export function validChange(more: object = {}) {
  return {
    ChangeType: 'UpdateInformation',
    Entity: { Type: 'SaaSProduct@1.0', Identifier: PRODUCT },
    Details: '{"ProductTitle":"New title"}',
    ...more,
  };
}

/** A command with an input that need not be a right one: what is sent is what is given. */
function commandFor(operation: string, input: object) {
  switch (operation) {
    case 'StartChangeSet':
      return new StartChangeSetCommand(input as StartChangeSetCommandInput);
    case 'DescribeChangeSet':
      return new DescribeChangeSetCommand(input as DescribeChangeSetCommandInput);
    case 'ListChangeSets':
      return new ListChangeSetsCommand(input as ListChangeSetsCommandInput);
    case 'CancelChangeSet':
      return new CancelChangeSetCommand(input as CancelChangeSetCommandInput);
    case 'DescribeEntity':
      return new DescribeEntityCommand(input as DescribeEntityCommandInput);
    case 'ListEntities':
      return new ListEntitiesCommand(input as ListEntitiesCommandInput);
    case 'ListTagsForResource':
      return new ListTagsForResourceCommand(input as ListTagsForResourceCommandInput);
    case 'ListAssessments':
      return new ListAssessmentsCommand(input as ListAssessmentsCommandInput);
    case 'DescribeAssessment':
      return new DescribeAssessmentCommand(input as DescribeAssessmentCommandInput);
    default:
      throw new Error(`no operation ${operation}`);
  }
}

/** Sends by the SDK whatever the input is. */
export async function sendBySdk(client: MarketplaceCatalogClient, operation: string, input: object): Promise<object> {
  const send: (command: never) => Promise<object> = client.send.bind(client);
  return send(commandFor(operation, input) as never);
}

export function authorization(account = ACCOUNT, service = 'aws-marketplace'): string {
  const scope = `SIM${account}/20260101/us-east-1/${service}/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`;
}

export interface RawAnswer {
  readonly status: number;
  readonly errorType: string | null;
  readonly requestId: string | null;
  readonly text: string;
}

const METHODS: Readonly<Record<string, string>> = {
  DescribeChangeSet: 'GET',
  DescribeEntity: 'GET',
  CancelChangeSet: 'PATCH',
};

/** Sends by plain HTTP: a body for POST, else the input's members as camelCase query keys. */
export async function sendRaw(
  simulator: CatalogSimulator,
  operation: string,
  input: object | string,
  headers: Record<string, string> = { authorization: authorization() },
): Promise<RawAnswer> {
  const method = METHODS[operation] ?? 'POST';
  const url = new URL(`${simulator.url}/${operation}`);
  const body = typeof input === 'string' ? input : JSON.stringify(input);
  if (method !== 'POST') {
    for (const [key, value] of Object.entries(input)) {
      url.searchParams.set(`${key.charAt(0).toLowerCase()}${key.slice(1)}`, String(value));
    }
  }
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(method === 'POST' ? { body } : {}),
  });
  return {
    status: answer.status,
    errorType: answer.headers.get('x-amzn-errortype'),
    requestId: answer.headers.get('x-amzn-requestid'),
    text: await answer.text(),
  };
}

/** What a promise was rejected with; fails where it was not. */
export async function rejection(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return Object.assign<Error, Record<string, unknown>>(error, {});
    throw error;
  }
  throw new Error('expected a rejection');
}

/** The fields that a refusal names, each once. */
export function fieldsAtFault(refusal: object): unknown[] {
  const list: unknown = Reflect.get(refusal, 'ValidationExceptionFieldList');
  if (!Array.isArray(list)) return [];
  return [...new Set(list.map((entry: { Field?: unknown }) => entry.Field))];
}
