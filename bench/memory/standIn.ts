import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';

/** A server that takes every call of Temporal's client and keeps nothing. */
export interface StandIn {
  /** `host:port` */
  readonly address: string;
  /** Calls so far. */
  readonly calls: () => number;
  readonly close: () => Promise<void>;
}

/** gRPC: not compressed, a length of 0. An empty message is a right answer of every type. */
const emptyMessage = Buffer.alloc(5);

/**
 * Starts a stand-in for Temporal: the dev server would keep a hundred thousand histories in its memory, and take most of the
 * time for itself.
 */
export async function startStandIn(): Promise<StandIn> {
  let calls = 0;
  const sessions = new Set<{ destroy: () => void }>();
  const server = createServer();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  server.on('stream', (stream) => {
    stream.on('error', () => undefined);
    stream.resume();
    stream.once('end', () => {
      calls += 1;
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(emptyMessage);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    calls: () => calls,
    async close() {
      for (const session of sessions) session.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
