import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startTokenServiceSimulator } from '@marketplace-steward/simulators/securityTokenService';
import type { AccountCredentials } from '../../../src/vendors/marketplaceCatalog/clients.ts';
import { until } from '@marketplace-steward/testing/until';
import { failureTypeOf } from '../../../src/failures.ts';
import { account, catalogAt, scope } from './setUp.ts';

/** Who signed each request, and the answers that are held back. */
let signers: string[];
let held: ServerResponse[];
let isHolding: boolean;
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    signers.push(/Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '');
    if (isHolding) held.push(response);
    else answer(response);
  });
});
const answer = (response: ServerResponse) =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end('{"EntitySummaryList":[]}');
const openConnections = () =>
  new Promise<number>((resolve, reject) =>
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
  );

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  signers = [];
  held = [];
  isHolding = false;
});

const key = (accessKeyId: string) => ({ accessKeyId, secretAccessKey: 's' });

/** A catalog with credentials that can be changed. */
function changing(initial: AccountCredentials) {
  let credentials = initial;
  const { port } = server.address() as AddressInfo;
  const catalog = catalogAt(`http://127.0.0.1:${port}`, {
    credentialsFor: (id) => (id === account ? credentials : key('OTHER')),
    timeouts: { retireMs: 2_000 },
  });
  return {
    call: (of = account) => catalog.listEntities({ ...scope, account: of }, 'SaaSProduct'),
    change: (to: AccountCredentials) => {
      credentials = to;
    },
  };
}

test.each([
  ['taken away', undefined],
  ['changed', key('NEW')],
])(
  'credentials that are %s in the middle of a call do not end it, and their connections end after it',
  async (_name, to) => {
    const { call, change } = changing(key('OLD'));
    isHolding = true;
    const underWay = call();
    await until(() => held[0]);
    isHolding = false;
    change(to);
    const next = await call().catch((error: unknown) => failureTypeOf(error));
    expect(next).toEqual(to === undefined ? 'NotConfigured' : []);
    expect(await openConnections()).toBe(signers.length);
    held.forEach(answer);
    expect(await underWay).toEqual([]);
    await until(async () => ((await openConnections()) === signers.length - 1 ? true : undefined));
    expect(signers).toEqual(to === undefined ? ['OLD'] : ['OLD', 'NEW']);
    change(undefined);
    // Those of the changed credentials are given up by anyone who calls a while later, of whatever account.
    await until(async () => {
      await call('444455556666');
      return (await openConnections()) === 1;
    });
    server.closeAllConnections();
  },
);

test('a call asks for the credentials of its own account only, however many there are', async () => {
  const asked: string[] = [];
  const catalog = catalogAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    credentialsFor: (id) => {
      asked.push(id);
      return key(id);
    },
  });
  const accounts = Array.from({ length: 20 }, (_, index) => String(111_100_000_000 + index));
  for (const id of accounts) await catalog.listEntities({ ...scope, account: id }, 'SaaSProduct');
  asked.length = 0;
  for (const id of accounts) await catalog.listEntities({ ...scope, account: id }, 'SaaSProduct');
  expect(new Set(asked)).toEqual(new Set(accounts));
  expect(asked.length).toBeLessThanOrEqual(2 * accounts.length);
  server.closeAllConnections();
});

describe('credentials that are had again and say the same are the same', () => {
  const calledThrice = async (options: Parameters<typeof catalogAt>[1]) => {
    const catalog = catalogAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, options);
    for (let calls = 0; calls < 3; calls += 1) await catalog.listEntities(scope, 'SaaSProduct');
    const connections = await openConnections();
    server.closeAllConnections();
    return { signers: new Set(signers).size, connections };
  };

  test('a key: one connection', async () => {
    expect(await calledThrice({ credentialsFor: () => key('SAME') })).toEqual({ signers: 1, connections: 1 });
  });

  test('a role: one connection, one assumption', async () => {
    const tokenService = await startTokenServiceSimulator({ seed: 8 });
    try {
      const roleArn = `arn:aws:iam::${account}:role/steward`;
      tokenService.control.putRole({ arn: roleArn });
      const assumedBy = () => key('SIM999988887777');
      const called = await calledThrice({
        tokenServiceEndpoint: tokenService.url,
        credentialsFor: () => ({ roleArn, assumedBy: assumedBy() }),
      });
      expect(called).toEqual({ signers: 1, connections: 1 });
      expect(tokenService.control.log()).toHaveLength(1);
    } finally {
      await tokenService.close();
    }
  });
});
