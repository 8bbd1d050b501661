import { account, context } from '@marketplace-steward/testing/sampleEvents';
import type { RouteContext } from '../../src/delivery/delivery.ts';

/** The accounts of the vendor's samples, one of which wants notices of successes, and a third one. */
export const fuzzContext: RouteContext = {
  ...context,
  accounts: {
    ...context.accounts,
    '123456789012': { ...account, topics: ['changeSet.succeeded'] },
    '111122223333': account,
  },
};
