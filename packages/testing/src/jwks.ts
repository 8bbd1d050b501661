import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';

/** What the server of keys does with a request. */
type JwksAnswer =
  | { readonly keys: readonly JWK[] }
  | { readonly status: number; readonly location?: string }
  | { readonly text: string }
  /** Takes the request and never says a word. */
  | 'silence'
  /** Begins to answer and never ends. */
  | 'drip'
  /** Goes on answering as long as somebody reads. */
  | 'flood';

/** A server on loopback that publishes keys. */
export interface JwksServer {
  readonly url: string;
  /** From the next request on. */
  answer: JwksAnswer;
  /** How often it was asked. */
  readonly requests: number;
  close(): Promise<void>;
}

function flood(response: ServerResponse): void {
  const part = 'x'.repeat(64 * 1024);
  const more = (): void => {
    while (!response.destroyed && response.write(part));
    response.once('drain', more);
  };
  response.write('{"keys":"');
  more();
}

function respond(response: ServerResponse, answer: JwksAnswer): void {
  if (answer === 'silence') return;
  response.setHeader('content-type', 'application/json');
  if (answer === 'drip') response.write('{"keys":');
  else if (answer === 'flood') flood(response);
  else if ('keys' in answer) response.end(JSON.stringify({ keys: answer.keys }));
  else if ('text' in answer) response.end(answer.text);
  else {
    const { status, location } = answer;
    response.writeHead(status, location === undefined ? {} : { location }).end();
  }
}

/** Starts one that publishes no key yet. */
export async function startJwksServer(): Promise<JwksServer> {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    respond(response, started.answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const started: JwksServer = {
    url: `http://127.0.0.1:${port}/jwks.json`,
    answer: { keys: [] },
    get requests() {
      return requests;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return started;
}

/** A pair of keys, the public one as a set publishes it. */
export interface SigningKey {
  readonly alg: string;
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

/** Makes a pair for this algorithm. */
export async function newSigningKey(alg: string, kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** A token signed with the key: these claims, and these values in its header. */
export function signToken(key: SigningKey, claims: JWTPayload, header: Record<string, unknown> = {}): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: key.alg, kid: key.kid, ...header }).sign(key.privateKey);
}
