import { changed, context } from '@marketplace-steward/testing/sampleEvents';
import { messageBytes } from '../../src/delivery/delivery.ts';
import { largestMessagesBytes, read } from '../../src/delivery/read.ts';

const itemEvent = (items: number, textCharacters: number) => {
  const text = '✓'.repeat(textCharacters);
  const resources = Array.from({ length: items }, (_, at) => `businessProduct/b/items/i-${at}`);
  return changed('buyabilityChanged.eventBridge', { resources, data: { product: { id: text, sku: { value: text } } } });
};
const offerSet = (offers: number, name: string) =>
  changed('offerSetReleased', {
    associatedOffers: Array.from({ length: offers }, (_, at) => ({ offer: { id: `o-${at}`, name } })),
  });

test.each([
  ['100 items with short texts', itemEvent(100, 20)],
  ['100 items with texts that just fit', itemEvent(100, 300)],
  ['1 item with the longest texts', itemEvent(1, 1_000)],
  ['1,000 offers', offerSet(1_000, 'a name of usual length, as sellers give it')],
])('%s are delivered', (_, bytes) => {
  const reading = read('eventbridge', bytes, context);
  if (reading.outcome !== 'deliver') throw new Error(JSON.stringify(reading));
  const sum = reading.deliveries.reduce((bytesSoFar, delivery) => bytesSoFar + messageBytes(delivery), 0);
  expect(sum).toBeLessThanOrEqual(largestMessagesBytes);
});

test.each([
  ['100 items with long texts', itemEvent(100, 1_000), 100],
  ['1,000 offers with long names', offerSet(1_000, 'n'.repeat(250)), 1],
])('%s: more than 256 KiB of messages are quarantined whole', (_, bytes, workflows) => {
  expect(read('eventbridge', bytes, context)).toEqual({
    outcome: 'quarantine',
    reason: expect.stringMatching(
      new RegExp(
        `^the event would be stored as \\d+ bytes in messages to ${workflows} workflows; expected at most 262144`,
      ),
    ),
  });
});

test('1,000 offers with very long names are quarantined before their names are read', () => {
  expect(read('eventbridge', offerSet(1_000, 'n'.repeat(900)), context)).toEqual({
    outcome: 'quarantine',
    reason: 'the names of its offers have 900000 bytes; expected at most 262144',
  });
});
