import { setTimeout as delay } from 'node:timers/promises';
import { Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

/**
 * Connects as the SDK does, and closes so that no call outlives it. A call that fails while its connection closes would be
 * retried by a timer of the SDK's, on a closed channel: the timer throws, and whatever test runs by then has failed.
 *
 * @param address `host:port`
 */
export async function closableConnection(address: string): Promise<Connection> {
  const { retryableDecider, delayFunction } = defaultGrpcRetryOptions();
  const retries = { closing: false, lastMs: 0 };
  const interceptor = makeGrpcRetryInterceptor({
    retryableDecider: (attempt, status) => !retries.closing && retryableDecider(attempt, status),
    delayFunction(attempt, status) {
      const delayMs = delayFunction(attempt, status);
      retries.lastMs = Math.max(retries.lastMs, performance.now() + delayMs);
      return delayMs;
    },
  });
  const connection = await Connection.connect({ address, interceptors: [interceptor] });
  const close = connection.close.bind(connection);
  connection.close = async () => {
    retries.closing = true;
    await delay(Math.max(0, retries.lastMs - performance.now()));
    await close();
  };
  return connection;
}
