import { isIP } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { defined } from '../defined.ts';
import type { Envelope } from '../events/parse.ts';
import { refusalRow, type RefusalCode } from './answerTable.ts';
import { refused, sendAnswer, type Answer } from './answers.ts';
import type { IngressMetrics } from './metrics.ts';
import { createSampledLog } from './sampledLog.ts';

/** Why a request or a connection came to nothing. */
export type RefusalReason = RefusalCode | 'senderLeft' | 'tooManyConnections' | 'tlsHandshakeFailed';

/** What a line about a refusal says beside its code: nothing that was sent. */
interface RefusalLine {
  readonly address: string;
  readonly envelope?: Envelope;
  readonly reason?: string;
}

/** What an answer has beside its row of the table, and its line in the log. */
export interface RefusalDetail extends Omit<RefusalLine, 'address'>, Pick<Answer, 'headers'> {
  readonly message?: string;
}

/** Counts refusals, and writes a sample of them to the log. */
export interface RefusalReport {
  report(code: RefusalReason, line: RefusalLine): void;
  /** Reports one and answers it. */
  refuse(request: FastifyRequest, reply: FastifyReply, code: RefusalCode, more?: RefusalDetail): FastifyReply;
  close(): void;
}

/** What a proxy says is its own word only where it is an address. */
export function addressOf({ ip, raw }: Pick<FastifyRequest, 'ip' | 'raw'>): string {
  return isIP(ip) === 0 ? (raw.socket.remoteAddress ?? 'unknown') : ip;
}

const isRefusalCode = (code: RefusalReason): code is RefusalCode =>
  code !== 'senderLeft' && code !== 'tooManyConnections' && code !== 'tlsHandshakeFailed';

/** Makes the one place where refusals are counted and logged. */
export function createRefusalReport(logger: Logger, metrics: Pick<IngressMetrics, 'refused'>): RefusalReport {
  const log = createSampledLog(logger, 'request refused');
  const report = (code: RefusalReason, { address, envelope, reason }: RefusalLine): void => {
    metrics.refused(code);
    const status = isRefusalCode(code) ? refusalRow(code).status : undefined;
    const key = [code, address, envelope, reason].join(' ');
    log.warn(key, { error: code, address, ...defined({ status, envelope, reason }) });
  };
  return {
    report,
    refuse(request, reply, code, { headers, message, ...line } = {}) {
      report(code, { ...line, address: addressOf(request) });
      return sendAnswer(reply, refused(code, headers, message));
    },
    close: () => log.close(),
  };
}
