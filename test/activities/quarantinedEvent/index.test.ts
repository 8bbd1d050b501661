import fc from 'fast-check';
import { createQuarantineActivities } from '../../../src/activities/quarantinedEvent/index.ts';
import type { EventDelivery } from '../../../src/delivery/eventDelivery.ts';
import type { RedeliveryResult } from '../../../src/workflows/quarantinedEvent/contract.ts';

test('the bytes that were kept are the bytes that are read again', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array(),
      fc.constantFrom('eventbridge' as const, 'webhook' as const),
      async (bytes, envelope) => {
        const result: RedeliveryResult = { outcome: 'unreadable', reason: 'as before' };
        const read: unknown[] = [];
        const delivery: Pick<EventDelivery, 'redeliver'> = {
          redeliver: (...received) => {
            read.push(received[0], Uint8Array.from(received[1]));
            return Promise.resolve(result);
          },
        };
        const activities = createQuarantineActivities({ delivery });
        expect(await activities.redeliver({ envelope, bytesBase64: Buffer.from(bytes).toString('base64') })).toBe(
          result,
        );
        expect(read).toEqual([envelope, bytes]);
      },
    ),
  );
});
