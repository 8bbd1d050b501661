import type { MarketplaceCatalogClient } from '@aws-sdk/client-marketplace-catalog';

/** Clients that can be given up while they are used. */
export interface Retirable {
  /** Lets the calls under way end, and then destroys the clients. */
  retire(): void;
}

/**
 * Counts the calls of clients, so that none loses its connection in the middle.
 * @param clients no call was made with them yet.
 * @param destroy is called once, after the last call of retired clients.
 * @param failed is told what a call threw.
 */
export function countCalls(
  clients: readonly MarketplaceCatalogClient[],
  destroy: () => void,
  failed: (error: unknown) => void,
): Retirable {
  let underWay = 0;
  let retired = false;
  for (const client of clients) {
    client.middlewareStack.add(
      (next) => async (call) => {
        underWay += 1;
        try {
          return await next(call);
        } catch (error) {
          failed(error);
          throw error;
        } finally {
          underWay -= 1;
          if (retired && underWay === 0) destroy();
        }
      },
      // Outermost: a call is over when its answer has been read.
      { step: 'initialize', priority: 'high', name: 'stewardCallCount' },
    );
  }
  return {
    retire() {
      if (retired) return;
      retired = true;
      if (underWay === 0) destroy();
    },
  };
}
