import { details, plain, readableTime } from '../shared/markdown.ts';
import type { ItemStatus } from './messages.ts';
import { needsPerson, stateName, type ItemCase, type ItemPhase, type ItemVerdict } from './state.ts';

const watchSteps: Record<Exclude<ItemVerdict, 'BUYABLE'>, string> = {
  NOT_BUYABLE: 'You: check stock, SKU mapping and account link in Buy with Prime. The event BUYABLE closes this.',
  INVALID_PRODUCT: 'You: check whether the item still has a product in Buy with Prime. The next event is awaited.',
  UNVERIFIED: 'You: look the item up in Buy with Prime. The next event is awaited.',
};

function queryingStep(phase: Extract<ItemPhase, { name: 'querying' }>): string {
  const until = readableTime(new Date(phase.untilMs).toISOString());
  return phase.denied
    ? `You: give the permission that is named in the notes. Buy with Prime is asked again now and then until ${until}.`
    : `Buy with Prime is asked for the product, at growing intervals, until ${until}.`;
}

/** What happens next, by itself or by somebody, in a sentence. */
function nextStep({ phase, openNotice }: ItemCase): string {
  switch (phase.name) {
    case 'querying':
      return queryingStep(phase);
    case 'completing':
      return 'One query adds to the notice, which then goes out.';
    case 'lingering':
      return 'Nothing; this closes some time after the last event.';
    case 'verifying':
      return `${watchSteps.INVALID_PRODUCT} Until then it is looked at again now and then.`;
    case 'watching':
      return openNotice?.needsPerson === false
        ? 'Nothing, if the merchant meant it. The event BUYABLE closes this.'
        : watchSteps[phase.verdict];
    case 'ended':
      return phase.cancelled ? 'Nothing; this was closed by a cancellation.' : 'Nothing is to be done.';
  }
}

function productLines({ product }: ItemCase): string[] {
  const { buyabilityStatus, offerPrime, sku, amazonSku, id, externalId } = product ?? {};
  const shown = {
    'status by Buy with Prime': buyabilityStatus,
    offerPrime,
    SKU: sku,
    'Amazon SKU': amazonSku,
    product: id,
    'external id': externalId,
  };
  return Object.entries(shown).flatMap(([name, value]) =>
    value === undefined ? [] : [`- **${name}:** ${plain(String(value))}`],
  );
}

/** The workflow's details in markdown: what is known, since when, and what comes next. */
export function itemDetails(item: ItemCase): string {
  return details([
    `## ${needsPerson(item) ? 'Needs you: ' : ''}${plain(stateName(item))}, item ${plain(item.itemId)}`,
    `**Merchant:** ${plain(item.businessProductId)}`,
    ...(item.asOf === undefined ? [] : [`**As of:** ${readableTime(item.asOf)}`]),
    `**Next:** ${nextStep(item)}`,
    '',
    ...productLines(item),
    '',
    ...item.notes.slice(-5).map((note) => `- note: ${plain(note, 300)}`),
    '',
    'Request Cancellation closes this at once, with what is known now.',
  ]);
}

/** The same for programs. */
export function itemStatus(item: ItemCase): ItemStatus {
  return {
    state: stateName(item),
    businessProductId: item.businessProductId,
    itemId: item.itemId,
    ...(item.asOf === undefined ? {} : { asOf: item.asOf }),
    ...(item.product === undefined ? {} : { product: item.product }),
    nextStep: nextStep(item),
    notes: item.notes,
  };
}
