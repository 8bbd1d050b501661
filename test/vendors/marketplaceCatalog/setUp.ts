import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApplicationFailure } from '@temporalio/common';
import type { CatalogChange, CatalogSubmission } from '../../../src/vendors/marketplaceCatalog/port.ts';
import { createMarketplaceCatalog } from '../../../src/vendors/marketplaceCatalog/index.ts';
import { defined } from '../../../src/defined.ts';

/** The account of the tests, with keys by which the simulator knows it. */
export const account = '111122223333';
export const scope = { account, catalog: 'AWSMarketplace' };
const keysOf = (owner: string) => ({ accessKeyId: `SIM${owner}`, secretAccessKey: 'a very secret key' });

/** The real adapter on an endpoint. */
export function catalogAt(endpoint: string, options: Parameters<typeof createMarketplaceCatalog>[0] = {}) {
  return createMarketplaceCatalog({ endpoint, credentialsFor: keysOf, ...options });
}

/** What a promise is rejected with, which has to be a failure of the vocabulary. */
export async function failureOf(promise: Promise<unknown>): Promise<ApplicationFailure> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ApplicationFailure)) throw new Error('Expected an ApplicationFailure', { cause: error });
  return error;
}

/** Members to replace; undefined leaves out one that may be absent. */
export type Overrides<Of> = {
  [Member in keyof Of]?: object extends Pick<Of, Member> ? Of[Member] | undefined : Of[Member];
};

/** A change of a SaaS product. */
export function change(overrides: Overrides<CatalogChange> = {}): CatalogChange {
  return defined({
    changeType: 'UpdateInformation',
    entityType: 'SaaSProduct@1.0',
    entityId: 'prod-a',
    details: '{}',
    errors: [],
    ...overrides,
  });
}

/** A submission with that change. */
export function submission(overrides: Overrides<CatalogSubmission> = {}): CatalogSubmission {
  return defined({
    name: 'A name',
    clientRequestToken: 'token-1',
    tags: [],
    changes: [change()],
    ...overrides,
  });
}

interface RawAnswer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body: string;
}

/** A server that gives each request the answer of a function: for what no service says. */
export async function startRawServer(
  answer: (request: IncomingMessage) => RawAnswer,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const { status = 200, headers = {}, body } = answer(request);
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
