import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Bounds the requests under way. Each counts from before its body is read until its answer is out or its connection is
 * gone, however that happens.
 * @returns a function that takes a slot; false where none is free, and for a sender that has left already.
 */
export function createRequestLimit(most: number): (request: IncomingMessage, response: ServerResponse) => boolean {
  let underWay = 0;
  return ({ socket }, response) => {
    if (underWay >= most || socket.destroyed) return false;
    underWay += 1;
    let isHeld = true;
    const release = (): void => {
      if (isHeld) underWay -= 1;
      isHeld = false;
      socket.off('close', release);
    };
    // Both: until Node 24 a pipelined response that never got its connection emits nothing.
    socket.setMaxListeners(0).once('close', release);
    response.once('close', release);
    return true;
  };
}
