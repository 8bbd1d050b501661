import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { assumeRole, type RoleDesk } from './assumeRole.ts';
import { assumeRoleInput } from './assumeRoleInput.ts';
import { callerOf, identityOf } from './callers.ts';
import type { TokenServiceEntry, TokenServiceFault } from './control.ts';
import { sendError, sendResult, TokenServiceError } from './wire.ts';

/** What the server works on. */
export interface TokenServiceParts {
  readonly desk: RoleDesk;
  /** The account of callers whose key names none. */
  readonly account: string;
  /** The fault that the next call meets. */
  readonly takeFault: () => TokenServiceFault | undefined;
  readonly record: (entry: Omit<TokenServiceEntry, 'at'>) => void;
  /** How far the dates of its answers are ahead of this machine's clock, in milliseconds. */
  readonly aheadMs: () => number;
}

/** The service's one address: every action is a form that is posted to it (AWS query protocol). */
export function createServer(parts: TokenServiceParts): FastifyInstance {
  const server = fastify({ logger: false, forceCloseConnections: true });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, new URLSearchParams(String(body))),
  );
  server.post('/', (request, reply) => serve(parts, request, reply));
  return server;
}

const actions = ['AssumeRole', 'GetCallerIdentity'] as const;

function isAction(text: string | null): text is (typeof actions)[number] {
  return actions.some((action) => action === text);
}

function formOf({ body }: FastifyRequest): URLSearchParams {
  const form = body instanceof URLSearchParams ? body : new URLSearchParams();
  const action = form.get('Action');
  const version = form.get('Version');
  if (isAction(action) && version === '2011-06-15') return form;
  const message = `Could not find operation ${action} for version ${version ?? 'NO_VERSION_SPECIFIED'}`;
  throw new TokenServiceError('InvalidAction', 400, message);
}

function serve(parts: TokenServiceParts, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { desk, aheadMs } = parts;
  const requestId = desk.random.uuid();
  const noted: { caller?: string; roleArn?: string; roleSessionName?: string } = {};
  const record = (answer: string): void => parts.record({ ...noted, answer });
  const fault = parts.takeFault();
  try {
    if (fault !== undefined) return meet(fault, reply, record);
    const caller = callerOf(request.headers, { account: parts.account, sessions: desk.sessions });
    noted.caller = caller.account;
    const form = formOf(request);
    if (form.get('Action') === 'GetCallerIdentity') {
      record('identity');
      return sendResult(reply, 'GetCallerIdentity', identityOf(caller), requestId, aheadMs());
    }
    const input = assumeRoleInput(form);
    noted.roleArn = input.roleArn;
    noted.roleSessionName = input.roleSessionName;
    const result = assumeRole(desk, input, caller, Date.now());
    record('given');
    return sendResult(reply, 'AssumeRole', result, requestId, aheadMs());
  } catch (error) {
    const refusal =
      error instanceof TokenServiceError ? error : new TokenServiceError('InternalFailure', 500, String(error));
    record(refusal.code);
    return sendError(reply, refusal, requestId, aheadMs());
  }
}

function meet(fault: TokenServiceFault, reply: FastifyReply, record: (answer: string) => void): FastifyReply {
  switch (fault.fault) {
    case 'throttle':
      throw new TokenServiceError('Throttling', 400, 'Rate exceeded');
    case 'error':
      throw new TokenServiceError(fault.code, fault.status, 'as planned');
    case 'htmlError':
      record(fault.fault);
      return reply
        .code(fault.status)
        .header('content-type', 'text/html')
        .send(`<html><body><h1>${fault.status}</h1></body></html>`);
    case 'reset':
      record(fault.fault);
      reply.hijack();
      reply.raw.destroy();
      return reply;
  }
}
