import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { makeInput } from '../inputs/make.ts';
import { plans } from '../inputs/plan.ts';

/** What proves the sender. */
export interface Credential {
  readonly header: string;
  readonly value: string;
}

/** How one request is written; all of it small. */
interface RequestPlan {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly credential: 'right' | 'wrong' | 'none' | 'twice';
  readonly mediaType: string;
  readonly encoding: 'none' | 'identity' | 'gzip' | 'notGzip' | 'deflate';
  readonly framing:
    'length' | 'chunked' | 'none' | 'short' | 'long' | 'both' | 'twoLengths' | 'badLength' | 'gzipChunked';
  readonly host: 'right' | 'none' | 'two' | 'wrong';
  readonly others: readonly string[];
  readonly body: Uint8Array;
}

/** What is sent over one connection: requests one behind the other, whole or broken off. */
export interface ExchangePlan {
  readonly requests: readonly RequestPlan[];
  /** After which share of the bytes the sender leaves; 1: it waits for its answers. */
  readonly sentShare: number;
}

const eventPaths = ['/v1/events/eventbridge', '/v1/events/webhook'];
const target = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...eventPaths) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '/healthz',
      '/readyz',
      '/',
      '*',
      '/v1/events',
      '/v1/events/eventbridge/',
      '//v1/events/eventbridge',
      '/V1/Events/EventBridge',
      '/v1/events/%65ventbridge',
      '/v1/events/eventbridge;a=b',
      '/v1/./events/../events/webhook',
      '/v1/events/eventbridge?x=%',
      '/v1/events/%zz',
      '/%00',
      'http://127.0.0.1/v1/events/eventbridge',
      `/${'a'.repeat(9_000)}`,
      '/__proto__/constructor',
      '/v1/events/event bridge',
    ),
  },
);
const method = fc.oneof(
  { weight: 12, arbitrary: fc.constant('POST') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'GET',
      'HEAD',
      'PUT',
      'OPTIONS',
      'DELETE',
      'PATCH',
      'TRACE',
      'CONNECT',
      'post',
      'BREW',
      'P\0ST',
    ),
  },
);
const mediaType = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('application/json', 'application/cloudevents+json; charset=utf-8') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'text/plain',
      'application/notjson',
      '',
      'application/json, text/plain',
      'multipart/form-data; boundary=x',
    ),
  },
);
const others = fc.oneof(
  { weight: 10, arbitrary: fc.constant([]) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<string[]>(
      ['Expect: 100-continue'],
      ['Expect: something'],
      ['Connection: close'],
      ['Connection: upgrade', 'Upgrade: h2c'],
      ['Upgrade: websocket', 'Connection: Upgrade'],
      [`X-Long: ${'x'.repeat(17_000)}`],
      Array.from({ length: 300 }, (_, at) => `X-${at}: y`),
      ['X-Forwarded-For: 10.0.0.1, ::1'],
      ['X-Fold: a', ' b'],
      ['X Space: a'],
      [': empty'],
      ['X-Control: \u0001'],
      ['x-amzn-signature: ====', 'x-amzn-kid: k'],
      ['Authorization: Bearer e30.e30.'],
      ['Authorization: Basic \u00ff'],
    ),
  },
);

const request: fc.Arbitrary<RequestPlan> = fc.record({
  method,
  target,
  version: fc.oneof(
    { weight: 30, arbitrary: fc.constant('HTTP/1.1') },
    { weight: 1, arbitrary: fc.constantFrom('HTTP/1.0', 'HTTP/2.0', 'HTTP/0.9', 'http/1.1', '') },
  ),
  credential: fc.oneof(
    { weight: 16, arbitrary: fc.constant('right' as const) },
    { weight: 1, arbitrary: fc.constantFrom('wrong', 'none', 'twice') },
  ),
  mediaType,
  encoding: fc.oneof(
    { weight: 10, arbitrary: fc.constant('none' as const) },
    { weight: 2, arbitrary: fc.constantFrom('identity', 'gzip', 'gzip', 'notGzip', 'deflate') },
  ),
  framing: fc.oneof(
    { weight: 60, arbitrary: fc.constantFrom('length', 'length', 'chunked') },
    { weight: 3, arbitrary: fc.constantFrom('none', 'long', 'both', 'twoLengths', 'badLength', 'gzipChunked') },
    // It waits for its time-out.
    { weight: 1, arbitrary: fc.constant('short' as const) },
  ),
  host: fc.oneof(
    { weight: 40, arbitrary: fc.constant('right' as const) },
    { weight: 1, arbitrary: fc.constantFrom('none', 'two', 'wrong') },
  ),
  others,
  body: plans.map((plan) => makeInput({ ...plan, queue: null }).bytes),
});

/** Every exchange there can be. */
export const exchanges: fc.Arbitrary<ExchangePlan> = fc.record({
  requests: fc.oneof(
    { weight: 6, arbitrary: fc.array(request, { minLength: 1, maxLength: 1 }) },
    { weight: 1, arbitrary: fc.array(request, { minLength: 2, maxLength: 6 }) },
  ),
  sentShare: fc.oneof(
    { weight: 12, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: fc.double({ min: 0, max: 0.99, noNaN: true }) },
  ),
});

function chunked(body: Uint8Array): Buffer {
  const half = Math.floor(body.length / 2);
  const parts = [body.subarray(0, half), body.subarray(half)].filter(({ length }) => length > 0);
  const chunks = parts.map((part) =>
    Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]),
  );
  return Buffer.concat([...chunks, Buffer.from('0\r\n\r\n')]);
}

function encoded({ encoding, body }: RequestPlan): { readonly headers: readonly string[]; readonly bytes: Uint8Array } {
  switch (encoding) {
    case 'none':
      return { headers: [], bytes: body };
    case 'gzip':
      return { headers: ['Content-Encoding: gzip'], bytes: gzipSync(body) };
    case 'notGzip':
      return { headers: ['Content-Encoding: GZIP'], bytes: body };
    case 'identity':
    case 'deflate':
      return { headers: [`Content-Encoding: ${encoding}`], bytes: body };
  }
}

function framed(
  framing: RequestPlan['framing'],
  bytes: Uint8Array,
): { readonly headers: readonly string[]; readonly bytes: Uint8Array } {
  const length = `Content-Length: ${bytes.length}`;
  switch (framing) {
    case 'length':
      return { headers: [length], bytes };
    case 'chunked':
      return { headers: ['Transfer-Encoding: chunked'], bytes: chunked(bytes) };
    case 'none':
      return { headers: [], bytes };
    case 'short':
      return { headers: [`Content-Length: ${bytes.length + 10}`], bytes };
    case 'long':
      return { headers: [`Content-Length: ${Math.max(0, bytes.length - 10)}`], bytes };
    case 'both':
      return { headers: [length, 'Transfer-Encoding: chunked'], bytes: chunked(bytes) };
    case 'twoLengths':
      return { headers: [length, 'Content-Length: 0'], bytes };
    case 'badLength':
      return { headers: ['Content-Length: -1'], bytes };
    case 'gzipChunked':
      return { headers: ['Transfer-Encoding: gzip, chunked'], bytes: chunked(bytes) };
  }
}

function credentialLines(plan: RequestPlan, { header, value }: Credential): readonly string[] {
  switch (plan.credential) {
    case 'right':
      return [`${header}: ${value}`];
    case 'wrong':
      return [`${header}: ${value}x`];
    case 'none':
      return [];
    case 'twice':
      return [`${header}: ${value}`, `${header}: ${value}`];
  }
}

const hosts = { right: ['Host: 127.0.0.1'], none: [], two: ['Host: a', 'Host: b'], wrong: ['Host: a b/c@'] } as const;

/** The bytes of one request. */
export function requestBytes(plan: RequestPlan, credential: Credential): Buffer {
  const { headers: encodingHeaders, bytes } = encoded(plan);
  const framing = framed(plan.framing, bytes);
  const lines = [
    `${plan.method} ${plan.target} ${plan.version}`,
    ...hosts[plan.host],
    ...credentialLines(plan, credential),
    `Content-Type: ${plan.mediaType}`,
    ...encodingHeaders,
    ...framing.headers,
    ...plan.others,
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), framing.bytes]);
}
