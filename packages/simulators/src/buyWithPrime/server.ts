import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type GraphqlAnswer, NotGraphql, runProductQuery } from './graphql.ts';
import { answerHostile, type Waits } from './hostile.ts';
import type { CallEntry } from './log.ts';
import type { Pace } from './pace.ts';
import type { HttpAnswer, ItemAnswer, ItemPlans } from './plans.ts';
import type { SimulatedClient, TokenAnswers, TokenDesk } from './tokens.ts';
import { type Journal, keepBeforeAnswers } from '../journal.ts';
import { defined } from '../defined.ts';

interface Parts {
  readonly journal: Journal;
  readonly plans: ItemPlans;
  readonly tokens: TokenDesk;
  readonly tokenAnswers: TokenAnswers;
  /** Of queries; one more gets ThrottlingException. */
  readonly queryPace: Pace;
  /** The header that names the merchant, in lower case. */
  readonly targetHeader: string;
  readonly waits: Waits;
  readonly record: (entry: Omit<CallEntry, 'at'>) => void;
}

/** The vendor's two endpoints, POST /token and POST /graphql. */
export function createServer(parts: Parts): FastifyInstance {
  const server = fastify({ forceCloseConnections: true });
  keepBeforeAnswers(server, parts.journal);
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, new URLSearchParams(String(body)));
  });
  server.post('/token', (request, reply) => answerToken(parts, request, reply));
  server.post('/graphql', (request, reply) => answerQuery(parts, request, reply));
  return server;
}

async function answerToken(parts: Parts, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
  const planned = parts.tokenAnswers.take();
  if (planned !== undefined) {
    const clientId = form.get('client_id') ?? undefined;
    parts.record({ call: 'token', ...defined({ clientId }), answer: labelOf(planned) });
    return answerHostile(planned, reply, parts.waits);
  }
  const answer = parts.tokens.request(form, Date.now());
  const label = answer.status === 200 ? 'token' : answer.error;
  parts.record({ call: 'token', ...defined({ clientId: answer.clientId }), answer: label });
  if (answer.status !== 200) return reply.code(answer.status).send({ error: answer.error });
  return { access_token: answer.accessToken, token_type: 'Bearer', expires_in: answer.expiresInSeconds };
}

async function answerQuery(parts: Parts, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { targetHeader } = parts;
  const accessToken = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const client = parts.tokens.holder(accessToken, Date.now());
  const businessProductId = headerOf(request, targetHeader);
  const apiVersion = headerOf(request, 'x-api-version');
  const record = (answer: string, itemId?: string): void =>
    parts.record({
      call: 'query',
      ...defined({ clientId: client?.clientId, businessProductId, itemId, apiVersion }),
      answer,
    });
  const refuse = (status: number, message: string): FastifyReply => {
    record(message);
    return reply.code(status).send({ message });
  };
  if (client === undefined) return refuse(401, 'Unauthorized');
  if (businessProductId === undefined) return refuse(400, `${targetHeader} is required`);
  if (apiVersion === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(apiVersion)) {
    return refuse(400, 'x-api-version is required, as YYYY-MM-DD');
  }
  const outside: Array<HttpAnswer | { readonly endsToken: true }> = [];
  const answerTo = (itemId: string): GraphqlAnswer => {
    const answer = answerOf(parts, client, { businessProductId, itemId });
    record(labelOf(answer), itemId);
    if (!('http' in answer || 'endsToken' in answer)) return answer;
    outside.push(answer);
    return { null: true };
  };
  try {
    const response = await runProductQuery(request.body, answerTo);
    const [first] = outside;
    if (first === undefined) return response;
    if ('http' in first) return await answerHostile(first, reply, parts.waits);
    parts.tokens.expire(accessToken);
    return reply.code(401).send({ message: 'Unauthorized' });
  } catch (error) {
    if (error instanceof NotGraphql) return refuse(400, error.message);
    throw error;
  }
}

function answerOf(
  { plans, queryPace }: Parts,
  client: SimulatedClient,
  { businessProductId, itemId }: { readonly businessProductId: string; readonly itemId: string },
): ItemAnswer | { readonly denied: true } {
  if (!queryPace.admits(client.clientId, Date.now())) return { error: 'ThrottlingException' };
  if (!client.businessProductIds.includes(businessProductId)) return { denied: true };
  return plans.take(businessProductId, itemId);
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
