import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { RefusalCode } from './answerTable.ts';
import { hasBody } from './framing.ts';

/** What a connection is busy with when its parser fails. */
export interface RequestsUnderWay {
  /** Notes the request that a connection brought last. */
  begin(request: IncomingMessage, response: ServerResponse): void;
  /**
   * Notes who reads the body of the last one, until the returned function is called.
   * @param onFailure is called once the rest of the body cannot come.
   */
  reading(request: IncomingMessage, onFailure: (code: RefusalCode) => void): () => void;
  /** Takes note that the rest of a body cannot come. @returns false where no body is under way. */
  fail(socket: Socket, code: RefusalCode): boolean;
  /** Has the connection close once the answer to the last request is out. @returns false where none is under way. */
  closeAfterAnswer(socket: Socket): boolean;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  failure?: RefusalCode;
  onFailure?: (code: RefusalCode) => void;
}

/** Forgets a connection with it. */
export function createRequestsUnderWay(): RequestsUnderWay {
  const last = new WeakMap<Socket, Exchange>();
  return {
    begin(request, response) {
      last.set(request.socket, { request, response });
    },
    reading(request, onFailure) {
      const exchange = last.get(request.socket);
      if (exchange?.request !== request) return () => undefined;
      // It failed before anybody read.
      if (exchange.failure !== undefined) queueMicrotask(onFailure.bind(undefined, exchange.failure));
      exchange.onFailure = onFailure;
      return () => {
        delete exchange.onFailure;
      };
    },
    fail(socket, code) {
      const exchange = last.get(socket);
      if (exchange === undefined || exchange.request.complete || !hasBody(exchange.request)) return false;
      exchange.failure ??= code;
      exchange.onFailure?.(code);
      return true;
    },
    closeAfterAnswer(socket) {
      const response = last.get(socket)?.response;
      if (response === undefined || response.writableFinished || response.destroyed) return false;
      // Node's own switch for Connection: close.
      response.shouldKeepAlive = false;
      return true;
    },
  };
}
