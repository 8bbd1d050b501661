import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastify from 'fastify';
import { performance } from 'node:perf_hooks';
import { ServiceError, throttled, validationError } from './errors.ts';
import type { AnswerFault } from './faults.ts';
import { answerWith, isEarly, refuseWith } from './faultyAnswers.ts';
import type { CallEntry } from './log.ts';
import type { OperationName } from './operationNames.ts';
import { OPERATION_NAMES } from './operationNames.ts';
import { OPERATIONS } from './operations/index.ts';
import type { Answer, Call } from './operations/operation.ts';
import { callerAccount } from './sigv4.ts';
import type { Simulation } from './simulation.ts';
import { sendError } from './wire.ts';
import { keepBeforeAnswers } from '../journal.ts';
import { defined } from '../defined.ts';

/** DetailsDocument has no documented limit; this bounds what one request may hold. */
const BODY_LIMIT_BYTES = 16 * 1024 * 1024;

/** A server with the service's routes, not yet listening. It takes bodies as text, whatever their content type. */
export function createServer(simulation: Simulation): FastifyInstance {
  const server = fastify({ logger: false, forceCloseConnections: true, bodyLimit: BODY_LIMIT_BYTES });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  keepBeforeAnswers(server, simulation.journal);
  for (const operation of OPERATION_NAMES) {
    server.route({
      method: OPERATIONS[operation].method,
      url: `/${operation}`,
      handler: (request, reply) => serve(simulation, operation, request, reply),
    });
  }
  server.setNotFoundHandler((request, reply) => {
    const message = `No operation answers ${request.method} ${request.url.split('?', 1)[0]}`;
    return sendError(reply, new ServiceError('UnknownOperationException', 404, message), simulation.random.uuid());
  });
  return server;
}

async function serve(
  simulation: Simulation,
  operation: OperationName,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { faults, log, random, rates } = simulation;
  const requestId = random.uuid();
  let account: string | undefined;
  const refused = (reason: string, status?: number): void =>
    log.add({
      kind: 'refusal',
      at: new Date().toISOString(),
      operation,
      reason,
      ...defined({ account, status }),
    });

  try {
    account = callerAccount(request.headers, simulation);
    if (!rates.admits(operation, account, performance.now())) throw throttled();
    const fault = faults.forAnswer(operation, account);
    if (fault !== undefined && isEarly(fault)) {
      faults.use(fault);
      const answered = refuseWith(reply, fault);
      refused(fault.fault, fault.fault === 'htmlError' ? fault.status : undefined);
      return answered;
    }
    const call = callFrom(request, account, requestId);
    const answer = OPERATIONS[operation].run(simulation, call);
    if (fault !== undefined) faults.use(fault);
    log.add(callEntry(operation, call, answer, fault));
    return await answerWith(reply, JSON.stringify(answer.body), requestId, fault);
  } catch (error) {
    const refusal = asServiceError(error);
    refused(refusal.type, refusal.status);
    return sendError(reply, refusal, requestId);
  }
}

function callFrom(request: FastifyRequest, account: string, requestId: string): Call {
  const nowMs = Date.now();
  if (request.method !== 'POST') return { account, requestId, input: request.query, body: '', nowMs };
  const body = typeof request.body === 'string' ? request.body : '';
  return { account, requestId, input: parsedBody(body), body, nowMs };
}

function parsedBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw validationError([{ Reason: 'CannotParse', Message: 'The request body is not valid JSON' }]);
  }
}

function callEntry(operation: OperationName, call: Call, answer: Answer, fault: AnswerFault | undefined): CallEntry {
  return {
    kind: 'call',
    at: new Date(call.nowMs).toISOString(),
    operation,
    account: call.account,
    ...answer.noted,
    request: call.input,
    body: call.body,
    ...defined({ fault: fault?.fault }),
  };
}

function asServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  return new ServiceError('InternalServiceException', 500, `The simulator failed: ${String(error)}`);
}
