import { itemBuyabilityDefaults as policy } from '../../../src/policies/defaults.ts';
import { itemDetails } from '../../../src/workflows/itemBuyability/details.ts';
import type { BuyabilityMessage } from '../../../src/workflows/itemBuyability/contract.ts';
import { iso, play, startMs } from './played.ts';

const message: BuyabilityMessage = {
  eventId: 'e1',
  eventTime: iso(startMs),
  product: { id: 'product-1', externalId: 'ext-1', sku: 'sku-1', buyabilityStatus: 'NOT_BUYABLE' },
};
const answered = { amazonSku: 'asku-1', buyabilityStatus: 'NOT_BUYABLE' };
const names = 'Merchant merchant-1, item item-1, product product-1, SKU sku-1, Amazon SKU asku-1, external id ext-1.';
const turned = () => play().take({ type: 'event', message });

describe('the notice that an item turned NOT_BUYABLE', () => {
  test('names merchant, item, product, SKU, Amazon SKU, external id, since when, and what to do', () => {
    const { notices } = turned()
      .after(1_000)
      .answer({ ...answered, offerPrime: true });
    expect(notices).toEqual([
      {
        id: `item:merchant-1:item-1:${iso(startMs)}:NOT_BUYABLE:1`,
        kind: 'opening',
        severity: 'warning',
        account: 'merchant-1',
        workflowId: 'item:merchant-1:item-1',
        title: 'Item item-1 cannot be bought with Prime any more',
        lines: [
          'The offer is on (offerPrime is true), so this is likely not intended.',
          names,
          `Since ${iso(startMs)}.`,
        ],
        nextStep:
          'Check stock, the SKU mapping and the account link in Buy with Prime. The steward sends a resolution automatically.',
      },
    ]);
  });

  test('is informational where offerPrime is false: the merchant meant it', () => {
    const [notice] = turned().answer({ ...answered, offerPrime: false }).notices;
    expect(notice?.severity).toBe('information');
    expect(notice?.lines[0]).toContain('offerPrime is false');
  });

  test('says that offerPrime is not known where no query gave it', () => {
    const [notice] = turned().unanswered('The service failed.').notices;
    expect(notice?.lines).toEqual([
      'It is not known whether the offer is on (offerPrime).',
      'The product query failed: The service failed.',
      'Merchant merchant-1, item item-1, product product-1, SKU sku-1, external id ext-1.',
      `Since ${iso(startMs)}.`,
    ]);
  });

  test('is resolved by BUYABLE, under its own identity with an end', () => {
    const played = turned()
      .answer({ ...answered, offerPrime: true })
      .after(1)
      .event('BUYABLE');
    const [opened, resolved] = played.notices;
    expect(resolved).toMatchObject({
      id: `${opened?.id}:resolved`,
      kind: 'resolution',
      title: 'Item item-1 can be bought with Prime',
    });
  });
});

test('the details of an item that is NOT_BUYABLE name the same, since when, and what comes next', () => {
  const { item } = turned()
    .after(3_600_000)
    .answer({ ...answered, offerPrime: true });
  expect(itemDetails(item, policy)).toBe(
    [
      '## Needs a decision: NOT\\_BUYABLE, item item-1',
      '**Next:** Check stock, SKU mapping and account link in Buy with Prime. The event BUYABLE closes this.',
      '',
      '- **merchant:** merchant-1',
      '- **NOT\\_BUYABLE since:** 2026-03-01 12:00 UTC',
      '- **as of:** 2026-03-01 13:00 UTC',
      '- **status by Buy with Prime:** NOT\\_BUYABLE',
      '- **offerPrime:** true',
      '- **product:** product-1',
      '- **SKU:** sku-1',
      '- **Amazon SKU:** asku-1',
      '- **external id:** ext-1',
      '',
      '**Answer here** (More Actions → Send an Update), or in a terminal:',
      '',
      '- `recheck`: Query Buy with Prime for the item at once.',
      '- `abandon`: Close the item with what is known, and its open notice; the next event begins again.',
      '',
      'Data of `recheck`, `abandon`:',
      '```json',
      '{',
      '  "actor": "<your-name>",',
      '  "reason": "<why>"',
      '}',
      '```',
      "`steward recheck item:merchant-1:item-1 --actor '<your-name>' --reason '<why>'`",
      '',
    ].join('\n'),
  );
});

test('the details state their deadlines', () => {
  expect(itemDetails(play().event().item, policy)).toContain('until 2026-03-04 12:00 UTC');
  expect(itemDetails(play().event('BUYABLE').item, policy)).toContain('closes on 2026-03-02 12:00 UTC');
  const invalid = play().event().after(policy.queryWithinMs).answer();
  expect(itemDetails(invalid.item, policy)).toContain('2026-03-11 12:00 UTC');
});

test.each(['UNKNOWN', 'ON_SALE_SOON'])('the raw status %s stands in the details', (status) => {
  const shown = itemDetails(play().event(status).item, policy);
  expect(shown).toContain(`**status by Buy with Prime:** ${status.replaceAll('_', '\\_')}`);
});
