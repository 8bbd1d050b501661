import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** A sender that writes all of its body before it reads needs this long to see the answer, in milliseconds. */
const lingerMs = 1_000;
/** An honest body that is too large is hardly larger. */
const mostDiscardedBytes = 2 * 1024 * 1024;

const closing = new WeakSet<Socket>();

/** Whether a connection is being closed: nothing that it brings counts any more. */
export function isClosing(socket: Socket): boolean {
  return closing.has(socket);
}

/**
 * Ends a connection on which the sender may still be writing. To close it at once would make the sender's system discard
 * the answer (RFC 9112, section 9.6), so our side ends first, and what still comes is discarded: 2 MiB at most, for a
 * second at most, and by no parser.
 */
export function closeGently(socket: Socket): void {
  if (socket.destroyed || closing.has(socket)) return;
  closing.add(socket);
  // Node's parser is the listener; to listen to the data takes the connection back from it.
  socket.removeAllListeners('data');
  let bytes = 0;
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > mostDiscardedBytes) socket.pause();
  });
  const end = (): void => void socket.destroy();
  const timer = setTimeout(end, lingerMs);
  socket.once('close', () => clearTimeout(timer));
  socket.once('end', end).once('error', end);
  socket.end();
  socket.resume();
}

/** Has Node close the connection in that way once the answer is out; the answer itself says `Connection: close`. */
export function closeGentlyAfterAnswer(socket: Socket): void {
  socket.destroySoon = () => closeGently(socket);
}

/** Longer than a body may take, and than an answer takes. */
const answersWithinMs = 6_000;

/**
 * Lets a server end: from then on Node itself checks for slow connections no more. What has brought no request is cut when
 * the returned function is called, and everything that is not answered 6 seconds later.
 */
export function endingOf(server: Server, connectionEvent: 'connection' | 'secureConnection'): () => void {
  const silent = new Set<Socket>();
  server.on(connectionEvent, (socket: Socket) => {
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  });
  server.on('request', ({ socket }) => silent.delete(socket));
  return () => {
    for (const socket of silent) socket.destroy();
    const timer = setTimeout(() => server.closeAllConnections(), answersWithinMs);
    server.once('close', () => clearTimeout(timer));
  };
}
