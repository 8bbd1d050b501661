import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { LogEntry } from './control.ts';
import { type GraphqlAnswer, NotGraphql, runProductQuery } from './graphql.ts';
import { answerHostile, type Waits } from './hostile.ts';
import type { HttpAnswer, ItemAnswer, ItemPlans } from './plans.ts';
import type { TokenDesk } from './tokens.ts';

interface Parts {
  readonly plans: ItemPlans;
  readonly tokens: TokenDesk;
  /** Answers of the next token requests. */
  readonly tokenAnswers: HttpAnswer[];
  readonly waits: Waits;
  readonly record: (entry: Omit<LogEntry, 'at'>) => void;
}

/** The vendor's two endpoints, POST /token and POST /graphql. */
export function createServer(parts: Parts): FastifyInstance {
  const server = fastify({ forceCloseConnections: true });
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, new URLSearchParams(String(body)));
  });
  server.post('/token', (request, reply) => answerToken(parts, request, reply));
  server.post('/graphql', (request, reply) => answerQuery(parts, request, reply));
  return server;
}

async function answerToken(parts: Parts, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
  const planned = parts.tokenAnswers.shift();
  if (planned !== undefined) {
    parts.record({ call: 'token', clientId: form.get('client_id') ?? undefined, answer: labelOf(planned) });
    return answerHostile(planned, reply, parts.waits);
  }
  const answer = parts.tokens.request(form, Date.now());
  parts.record({ call: 'token', clientId: answer.clientId, answer: answer.status === 200 ? 'token' : answer.error });
  if (answer.status !== 200) return reply.code(answer.status).send({ error: answer.error });
  return { access_token: answer.accessToken, token_type: 'Bearer', expires_in: answer.expiresInSeconds };
}

async function answerQuery(parts: Parts, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const accessToken = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const client = accessToken === undefined ? undefined : parts.tokens.holder(accessToken, Date.now());
  const businessProductId = headerOf(request, 'x-api-target-id');
  const apiVersion = headerOf(request, 'x-api-version');
  const record = (answer: string, itemId?: string): void =>
    parts.record({ call: 'query', clientId: client?.clientId, businessProductId, itemId, apiVersion, answer });
  const refuse = (status: number, message: string): FastifyReply => {
    record(message);
    return reply.code(status).send({ message });
  };
  if (client === undefined) return refuse(401, 'Unauthorized');
  if (businessProductId === undefined) return refuse(400, 'x-api-target-id is required');
  if (apiVersion === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(apiVersion)) {
    return refuse(400, 'x-api-version is required, as YYYY-MM-DD');
  }
  const hostile: HttpAnswer[] = [];
  const answerTo = (itemId: string): GraphqlAnswer => {
    const allowed = client.businessProductIds.includes(businessProductId);
    const answer = allowed ? parts.plans.take(businessProductId, itemId) : ({ denied: true } as const);
    record(labelOf(answer), itemId);
    if (!('http' in answer)) return answer;
    hostile.push(answer);
    return { null: true };
  };
  try {
    const response = await runProductQuery(request.body, answerTo);
    return hostile[0] === undefined ? response : await answerHostile(hostile[0], reply, parts.waits);
  } catch (error) {
    if (error instanceof NotGraphql) return refuse(400, error.message);
    throw error;
  }
}

function labelOf(answer: ItemAnswer | GraphqlAnswer): string {
  if ('http' in answer) return `http ${answer.http}`;
  if ('error' in answer) return answer.error;
  if ('partial' in answer) return 'partial';
  return Object.keys(answer)[0] ?? '';
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
