import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { NoticeLine } from '../records.ts';
import { now } from './lines.ts';

/** What vendors and channels reach in the runner's own process, which nobody kills. */
export interface Receivers {
  readonly noticesUrl: string;
  readonly outcomesUrl: string;
  readonly keySetUrl: string;
  /** While it is true, the channel answers 503 or nothing, in turns. */
  isChannelDown: boolean;
  readonly noticeCount: () => number;
  readonly close: () => Promise<void>;
}

const paths = { notices: '/notices', outcomes: '/outcomes', keySet: '/keys' } as const;

/**
 * Starts it on loopback.
 * @param onNotice gets every notice with what it was answered
 * @param onOutcome gets the body of every event that a simulator makes, which is acknowledged at once
 */
export async function startReceivers(
  keySet: object,
  onNotice: (notice: NoticeLine) => void,
  onOutcome: (body: string) => void,
): Promise<Receivers> {
  let notices = 0;
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === paths.keySet) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(keySet));
      return;
    }
    const body = await text(request);
    if (request.url === paths.outcomes) {
      onOutcome(body);
      response.writeHead(202).end();
      return;
    }
    notices += 1;
    const line = { at: now(), id: String(request.headers['webhook-id'] ?? ''), body };
    if (!receivers.isChannelDown) {
      onNotice({ ...line, status: 200 });
      response.writeHead(200).end('ok');
    } else if (notices % 2 === 0) {
      onNotice({ ...line, status: 503 });
      response.writeHead(503).end();
    } else onNotice(line);
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const urlOf = (path: string): string => `http://127.0.0.1:${port}${path}`;
  const receivers: Receivers = {
    noticesUrl: urlOf(paths.notices),
    outcomesUrl: urlOf(paths.outcomes),
    keySetUrl: urlOf(paths.keySet),
    isChannelDown: false,
    noticeCount: () => notices,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receivers;
}
