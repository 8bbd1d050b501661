import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startBuyWithPrimeSimulator } from '../../src/buyWithPrime/index.ts';

type Simulator = Awaited<ReturnType<typeof startBuyWithPrimeSimulator>>;

const merchant = 'bp-1';
const client = { clientId: 'client-1', clientSecret: 'secret-1', businessProductIds: [merchant] };
const fullQuery = `query Product($identifier: ProductIdentifierInput) {
  product(identifier: $identifier) {
    id externalId { value } sku { value } amazonSku { value } offerPrime buyability { status }
  }
}`;
const product = {
  id: 'product-1',
  externalId: { value: 'external-1' },
  sku: { value: 'sku-1' },
  amazonSku: { value: 'amazon-sku-1' },
  offerPrime: true,
  buyability: { status: 'BUYABLE' },
};

let simulator: Simulator;

async function start(options: Partial<Parameters<typeof startBuyWithPrimeSimulator>[0]> = {}): Promise<void> {
  simulator = await startBuyWithPrimeSimulator({ seed: 1, clients: [client], ...options });
}

afterEach(() => simulator.close());

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${simulator.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

function requestToken(form: Record<string, string> = {}): Promise<Response> {
  const filled = {
    grant_type: 'client_credentials',
    client_id: client.clientId,
    client_secret: client.clientSecret,
    ...form,
  };
  return fetch(`${simulator.url}/token`, { method: 'POST', body: new URLSearchParams(filled) });
}

async function takeToken(): Promise<string> {
  return ((await (await requestToken()).json()) as { access_token: string }).access_token;
}

function query(token: string, itemId = 'item-1', headers: Record<string, string> = {}, text = fullQuery) {
  return post(
    '/graphql',
    { query: text, variables: { identifier: { productId: itemId } } },
    {
      authorization: `Bearer ${token}`,
      'x-api-target-id': merchant,
      'x-api-version': '2024-11-01',
      ...headers,
    },
  );
}

function plan(answers: unknown[], itemId = 'item-1'): Promise<Response> {
  return post('/_control/products', { businessProductId: merchant, itemId, answers });
}

describe('POST /token', () => {
  test('gives a token with its life in seconds', async () => {
    await start({ tokenLifetimeMs: 120_000 });
    const answer = await requestToken();
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      access_token: expect.stringMatching(/^simulated-/),
      token_type: 'Bearer',
      expires_in: 120,
    });
  });

  test.each([
    [{ client_secret: 'wrong' }, 401, 'invalid_client'],
    [{ client_id: 'nobody' }, 401, 'invalid_client'],
    [{ grant_type: 'password' }, 400, 'unsupported_grant_type'],
  ])('refuses %j', async (form, status, error) => {
    await start();
    const answer = await requestToken(form);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual({ error });
  });

  test('refuses a request without a grant type', async () => {
    await start();
    const answer = await fetch(`${simulator.url}/token`, { method: 'POST', body: new URLSearchParams() });
    expect([answer.status, await answer.json()]).toEqual([400, { error: 'invalid_request' }]);
  });

  test('throttles many requests of one client', async () => {
    await start({ tokenRequestsPerMinute: 2 });
    const statuses = [(await requestToken()).status, (await requestToken()).status, (await requestToken()).status];
    expect(statuses).toEqual([200, 200, 429]);
  });

  test('limits set while it runs hold for the tokens that are given from then on', async () => {
    await start();
    const lasting = await takeToken();
    await post('/_control/limits', { tokenLifetimeMs: 0, tokenRequestsPerMinute: 2 });
    expect((await query(await takeToken())).status).toBe(401);
    expect((await requestToken()).status).toBe(429);
    expect((await query(lasting)).status).toBe(200);
  });

  test('the same seed gives the same tokens', async () => {
    await start({ seed: 7 });
    const first = await takeToken();
    await simulator.close();
    await start({ seed: 7 });
    expect(await takeToken()).toBe(first);
  });

  test('planned answers come first, one each', async () => {
    await start();
    await post('/_control/tokens', { answers: [{ http: 503 }] });
    expect([(await requestToken()).status, (await requestToken()).status]).toEqual([503, 200]);
  });
});

describe('POST /graphql', () => {
  test('gives the fields asked for and no others', async () => {
    await start();
    await plan([{ product }]);
    const token = await takeToken();
    expect(await (await query(token)).json()).toEqual({ data: { product } });
    const short = 'query P($identifier: ProductIdentifierInput) { product(identifier: $identifier) { sku { value } } }';
    expect(await (await query(token, 'item-1', {}, short)).json()).toEqual({
      data: { product: { sku: { value: 'sku-1' } } },
    });
  });

  test('takes the identifier written in the query', async () => {
    await start();
    await plan([{ product }]);
    const answer = await query(
      await takeToken(),
      'unused',
      {},
      '{ product(identifier: {productId: "item-1"}) { id } }',
    );
    expect(await answer.json()).toEqual({ data: { product: { id: 'product-1' } } });
  });

  test('answers are consumed in order and the last repeats', async () => {
    await start();
    await plan([{ notFound: 'classification' }, { null: true }, { product: { id: 'late' } }]);
    const token = await takeToken();
    const ids: unknown[] = [];
    for (let count = 0; count < 4; count += 1) {
      const body = (await (await query(token)).json()) as {
        data: { product: { id: string } | null };
        errors?: unknown[];
      };
      ids.push(body.data.product?.id ?? (body.errors === undefined ? 'null' : 'error'));
    }
    expect(ids).toEqual(['error', 'null', 'late', 'late']);
  });

  test.each([
    ['without a token', { authorization: '' }, 401],
    ['with a token of nobody', { authorization: 'Bearer made-up' }, 401],
    ['without a target', { 'x-api-target-id': '' }, 400],
    ['without a version', { 'x-api-version': '' }, 400],
    ['with a version of another form', { 'x-api-version': 'latest' }, 400],
  ])('refuses a query %s', async (_name, headers, status) => {
    await start();
    expect((await query(await takeToken(), 'item-1', headers)).status).toBe(status);
  });

  test('refuses a token that was ended and takes the next', async () => {
    await start();
    const token = await takeToken();
    expect((await query(token)).status).toBe(200);
    await post('/_control/tokens', { expireAll: true });
    expect((await query(token)).status).toBe(401);
    expect((await query(await takeToken())).status).toBe(200);
  });

  test('refuses a token whose life is over', async () => {
    await start({ tokenLifetimeMs: 0 });
    expect((await query(await takeToken())).status).toBe(401);
  });

  test('an item without a plan does not exist: the documented error under status 200', async () => {
    await start();
    const answer = await query(await takeToken(), 'unheard-of');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      errors: [
        {
          message: 'Product not found',
          path: ['product'],
          extensions: {
            classification: {
              type: 'ResourceNotFoundError',
              errorType: 'ResourceNotFoundException',
              errorCode: 404,
            },
          },
        },
      ],
      data: { product: null },
    });
  });

  test.each([
    ['type', { classification: { type: 'ResourceNotFoundError' } }],
    ['errorType', { classification: { errorType: 'ResourceNotFoundException' } }],
    ['errorCode', { classification: { errorCode: 404 } }],
    ['code', { code: 'ResourceNotFoundException' }],
  ])('not found by %s alone', async (notFound, extensions) => {
    await start();
    await plan([{ notFound }]);
    expect(await (await query(await takeToken())).json()).toMatchObject({ errors: [{ extensions }] });
  });

  test.each([
    ['AccessDeniedException', 403],
    ['ThrottlingException', 429],
    ['InternalServerError', 500],
    ['ValidationException', 400],
  ])('%s under status 200', async (errorType, errorCode) => {
    await start();
    await plan([{ error: errorType }]);
    const answer = await query(await takeToken());
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      errors: [{ extensions: { classification: { errorType, errorCode } } }],
      data: { product: null },
    });
  });

  test('a merchant of somebody else is denied', async () => {
    await start();
    const answer = await query(await takeToken(), 'item-1', { 'x-api-target-id': 'bp-of-somebody-else' });
    expect(await answer.json()).toMatchObject({
      errors: [{ extensions: { classification: { errorType: 'AccessDeniedException' } } }],
    });
  });

  test('partial data stands beside an error', async () => {
    await start();
    await plan([{ partial: 'buyability', product }]);
    expect(await (await query(await takeToken())).json()).toMatchObject({
      errors: [{ path: ['product', 'buyability'] }],
      data: { product: { id: 'product-1', buyability: null } },
    });
  });

  test('an answer may end the token that it was asked with', async () => {
    await start();
    await plan([{ endsToken: true }, { product }]);
    const [first, second] = [await takeToken(), await takeToken()];
    const statuses = [await query(first), await query(first), await query(second)].map(({ status }) => status);
    expect(statuses).toEqual([401, 401, 200]);
  });

  test('more queries than are taken are throttled, and use up no planned answer', async () => {
    await start({ queriesPerMinute: 1 });
    await plan([{ null: true }, { product }]);
    const token = await takeToken();
    await query(token);
    expect(await (await query(token)).json()).toMatchObject({
      errors: [{ extensions: { classification: { errorType: 'ThrottlingException' } } }],
    });
    await post('/_control/limits', { queriesPerMinute: null });
    expect(await (await query(token)).json()).toEqual({ data: { product } });
  });

  test('the header that names the merchant can be another', async () => {
    await start({ targetHeader: 'X-Omni-TargetId' });
    const token = await takeToken();
    expect((await query(token)).status).toBe(400);
    expect((await query(token, 'item-1', { 'x-omni-targetid': merchant })).status).toBe(200);
  });

  test.each([['{ product { weight } }'], ['{ product {']])('%s is a ValidationException', async (text) => {
    await start();
    const answer = await query(await takeToken(), 'item-1', {}, text);
    expect(await answer.json()).toMatchObject({
      errors: [{ extensions: { classification: { errorType: 'ValidationException' } } }],
    });
  });

  test.each([[{ variables: {} }], [[]], [{ query: '{ product { id } }', variables: 'none' }]])(
    '%j is no GraphQL request: status 400',
    async (body) => {
      await start();
      const answer = await post('/graphql', body, {
        authorization: `Bearer ${await takeToken()}`,
        'x-api-target-id': merchant,
        'x-api-version': '2024-11-01',
      });
      expect(answer.status).toBe(400);
    },
  );
});

describe('answers that are not the service’s', () => {
  test('a status with Retry-After', async () => {
    await start();
    await plan([{ http: 429, retryAfterSeconds: 7 }]);
    const answer = await query(await takeToken());
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7']);
  });

  test('a page of a proxy under status 200', async () => {
    await start();
    await plan([{ http: 'html' }]);
    const answer = await query(await takeToken());
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html']);
  });

  test('a truncated and an empty body', async () => {
    await start();
    await plan([{ http: 'truncated' }, { http: 'empty' }]);
    const token = await takeToken();
    const truncated = await (await query(token)).text();
    expect(() => JSON.parse(truncated)).toThrow(SyntaxError);
    expect(await (await query(token)).text()).toBe('{}');
  });

  test('a body of megabytes', async () => {
    await start();
    await plan([{ http: 'oversized' }]);
    expect((await (await query(await takeToken())).text()).length).toBeGreaterThan(2_000_000);
  });

  test('a connection that breaks', async () => {
    await start();
    await plan([{ http: 'reset' }]);
    await expect(query(await takeToken())).rejects.toThrow('fetch failed');
  });

  test('a slow answer ends with the simulator', async () => {
    await start();
    await plan([{ http: 'slow' }]);
    const token = await takeToken();
    const settled = query(token).then(
      (answer) => answer.status,
      () => 'broken',
    );
    while (simulator.control.log({ answer: 'http slow' }).length === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    await simulator.close();
    expect([504, 'broken']).toContain(await settled);
  });

  test('a slow answer comes after its delay', async () => {
    await start();
    await plan([{ http: 'slow', delayMs: 1 }]);
    expect((await query(await takeToken())).status).toBe(504);
  });
});

describe('control and log', () => {
  test('the log has every call, and neither secret nor token', async () => {
    await start();
    await plan([{ product }]);
    const token = await takeToken();
    await query(token);
    const text = await (await fetch(`${simulator.url}/_log`)).text();
    expect(JSON.parse(text)).toEqual({
      count: 2,
      entries: [
        { at: expect.any(String), call: 'token', clientId: 'client-1', answer: 'token' },
        {
          at: expect.any(String),
          call: 'query',
          clientId: 'client-1',
          businessProductId: merchant,
          itemId: 'item-1',
          apiVersion: '2024-11-01',
          answer: 'product',
        },
      ],
    });
    expect(text).not.toContain(token);
    expect(text).not.toContain(client.clientSecret);
  });

  test('calls are counted by what they carried and what was answered', async () => {
    await start();
    await plan([{ product }]);
    const token = await takeToken();
    await query(token);
    await query(token, 'item-2');
    const counted = async (filter: string) =>
      ((await (await fetch(`${simulator.url}/_log?${filter}`)).json()) as { count: number }).count;
    expect(await counted('call=token&clientId=client-1')).toBe(1);
    expect(await counted(`businessProductId=${merchant}`)).toBe(2);
    expect(await counted('itemId=item-1&answer=product')).toBe(1);
    expect(await counted('call=event')).toBe(0);
    expect((await fetch(`${simulator.url}/_log?colour=red`)).status).toBe(400);
  });

  test('a plan that does not fit is refused with the field named', async () => {
    await start();
    const answer = await post('/_control/products', { businessProductId: merchant, itemId: 'item-1', answers: [] });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('answers');
  });

  test('emit posts the body as it is and gives the receiver’s answer', async () => {
    await start();
    const received: Array<{ body: string; key: unknown }> = [];
    const receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (part) => (body += part));
      request.on('end', () => {
        received.push({ body, key: request.headers['x-key'] });
        response.writeHead(202).end('taken');
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    try {
      const target = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
      const body = { eventDescriptor: 'BUYABILITY_CHANGED', eventId: 'event-1', data: {} };
      const answer = await post('/_control/emit', { target, headers: { 'x-key': 'k' }, body });
      expect(await answer.json()).toEqual({ status: 202, body: 'taken' });
      expect(received).toEqual([{ body: JSON.stringify(body), key: 'k' }]);
    } finally {
      await new Promise((resolve) => receiver.close(resolve));
    }
  });
});
