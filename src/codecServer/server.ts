import type { AddressInfo } from 'node:net';
import type { PayloadCodec } from '@temporalio/common';
import { fastify, type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { CodecServerConfiguration } from '../config/codecServer.ts';
import { overloaded, refusal, sendAnswer, unauthorized, undecided, type Answer } from '../ingress/answers.ts';
import { createGatekeeper } from '../ingress/credentials.ts';
import { createKeySets } from '../ingress/keySets.ts';
import { leaveBodiesUnread } from '../ingress/unreadBodies.ts';
import { admitted, type Verdict } from '../ingress/verdicts.ts';
import { registerCrossOrigin } from './crossOrigin.ts';
import { answerOf, payloadsOf } from './payloads.ts';
import { createRateLimit } from './rate.ts';
import { createRequestLimit } from './requestLimit.ts';
import { createSessions, registerSignIn } from './signIn.ts';

/** What the codec server works with. */
export interface CodecServerOptions extends CodecServerConfiguration {
  readonly codec: PayloadCodec;
  /** Requests that name another get 403: its keys are of this one. */
  readonly namespace: string;
  /** More of them get 429. */
  readonly requestsPerSecond?: number;
  readonly logger: Logger;
}

/** A codec server that takes payloads. */
export interface RunningCodecServer {
  /** For instance http://127.0.0.1:8081, without a slash at the end. */
  readonly url: string;
  /** Takes no more connections, answers what is under way, and returns. */
  close(): Promise<void>;
}

/** A message of Temporal has 4 MB at most, and base64 adds a third. */
const largestBodyBytes = 6 * 1024 * 1024;
/** Each may hold a whole body. */
const requestsAtOnce = 32;
/** A page of the Web UI asks for each payload alone. */
const usualRequestsPerSecond = 500;
const requestTimeoutMs = 10_000;

function registerErrors(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler((error: FastifyError, request: FastifyRequest, reply) => {
    const route = request.routeOptions.url;
    const status = error.statusCode ?? 500;
    if (status >= 500) {
      logger.error({ route, error: error.message, stack: error.stack }, 'failed to handle a request');
      return sendAnswer(reply, refusal(500, 'internalError', 'The payloads were not handled.'));
    }
    logger.warn({ route, status, error: error.code }, 'request refused');
    const message = status === 413 ? `The body is larger than ${largestBodyBytes} bytes.` : 'The request is malformed.';
    return sendAnswer(reply, refusal(status, error.code, message));
  });
  app.setNotFoundHandler((_request, reply) =>
    sendAnswer(reply, refusal(404, 'notFound', 'Send payloads to POST /decode or POST /encode.')),
  );
}

/** Who may have payloads decrypted: by a credential, or by the cookie of a sign-in, which only an allowed page may use. */
function createJudge({ credentials, password, logger }: CodecServerOptions) {
  const gatekeeper = createGatekeeper(credentials, createKeySets(logger));
  const sessions = password && createSessions(password);
  return {
    sessions,
    challenge: gatekeeper.challenge,
    judge: ({ headers }: FastifyRequest): Verdict | Promise<Verdict> => {
      if (headers.origin !== undefined && sessions?.admits(headers) === true) return admitted;
      return gatekeeper.judge(headers);
    },
  };
}

function denialOf(verdict: Exclude<Verdict, { verdict: 'admitted' }>, challenge: string): Answer {
  if (verdict.verdict === 'undecided') return undecided();
  return unauthorized('Sign in at /sign-in, or send a credential of the codec server.', challenge);
}

/**
 * Starts the codec server, by the protocol of Temporal's (docs.temporal.io, Codec Server): `POST /decode`, `POST /encode`,
 * beside them `GET /healthz` and the page `/sign-in`. It gives back as it is what it has no key for.
 */
export async function startCodecServer(options: CodecServerOptions): Promise<RunningCodecServer> {
  const { codec, namespace, logger, host, port, origins } = options;
  const app = fastify({ bodyLimit: largestBodyBytes, requestTimeout: requestTimeoutMs, forceCloseConnections: 'idle' });
  leaveBodiesUnread(app);
  registerErrors(app, logger);
  registerCrossOrigin(app, origins);
  const { judge, challenge, sessions } = createJudge(options);
  const isInTime = createRateLimit(options.requestsPerSecond ?? usualRequestsPerSecond);
  const admit = createRequestLimit(requestsAtOnce);

  const refused = (reply: FastifyReply, answer: Answer, reason?: string) => {
    logger.warn({ status: answer.status, error: answer.body['error'], reason }, 'request refused');
    return sendAnswer(reply, answer);
  };
  // Before the body: nothing of a stranger's is read.
  const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
    const verdict = await judge(request);
    if (verdict.verdict !== 'admitted') return refused(reply, denialOf(verdict, challenge), verdict.reason);
    if (request.headers['x-namespace'] !== namespace) {
      const message = `This codec server is for one namespace, which X-Namespace has to name.`;
      return refused(reply, refusal(403, 'otherNamespace', message));
    }
    if (!isInTime() || !admit(request.raw, reply.raw)) return refused(reply, overloaded());
    return undefined;
  };
  const register = (url: '/decode' | '/encode', work: PayloadCodec['decode']) => {
    app.post(url, { onRequest }, async ({ body }, reply) => {
      const payloads = payloadsOf(body);
      if (payloads !== undefined) return answerOf(await work(payloads));
      const message = 'Send {"payloads": [{"metadata": {"encoding": "<base64>"}, "data": "<base64>"}]}.';
      return refused(reply, refusal(400, 'malformed', message));
    });
  };
  register('/decode', (payloads) => codec.decode(payloads));
  register('/encode', (payloads) => codec.encode(payloads));
  app.get('/healthz', () => ({ healthy: true }));
  if (sessions !== undefined) registerSignIn(app, sessions, logger);
  await app.listen({ host, port });
  return { url: urlOf(app.server.address()), close: () => app.close() };
}

function urlOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') throw new Error('The codec server does not listen on a port');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
