import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/**
 * What a receiver answers: a status; nothing at all; with 200 the beginning of a text, and the rest on `release()`; or an
 * answer that breaks off, or goes on as long as somebody reads.
 */
export type ReceiverAnswer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | 'nothing'
  | { readonly slowly: string }
  | 'halfOfIt'
  | 'flood';

/** What came in. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** What it was answered. */
  readonly answer: ReceiverAnswer;
}

/** A server on loopback that takes whatever is posted to it. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** In this order; the last goes on. */
  answers: ReceiverAnswer[];
  /** Ends what was begun slowly. */
  release(): void;
  close(): Promise<void>;
}

/**
 * Starts a receiver.
 * @param judge gives the status of an answer, in place of the answers that a test sets; one that throws answers 400.
 */
export async function startReceiver(
  judge?: (request: Pick<Received, 'path' | 'headers' | 'body'>) => number,
): Promise<Receiver> {
  const begun: Array<() => void> = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const what = { path: request.url ?? '', headers: request.headers, body };
      const [planned = { status: 200 }, ...later] = receiver.answers;
      if (later.length > 0) receiver.answers = later;
      const answer = judge === undefined ? planned : { status: judged(judge, what) };
      receiver.received.push({ ...what, answer });
      if (answer === 'nothing') return;
      if (answer === 'halfOfIt') {
        response.writeHead(200, { 'content-length': '100' }).write('o', () => request.socket.destroy());
      } else if (answer === 'flood') flood(response);
      else if ('slowly' in answer) {
        response.writeHead(200).write(answer.slowly.slice(0, 1));
        begun.push(() => response.end(answer.slowly.slice(1)));
      } else {
        response.writeHead(answer.status, answer.headers).end(answer.body ?? 'ok');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/path`,
    received: [],
    answers: [{ status: 200 }],
    release() {
      for (const end of begun.splice(0)) end();
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
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

function judged<Request>(judge: (request: Request) => number, request: Request): number {
  try {
    return judge(request);
  } catch {
    return 400;
  }
}
