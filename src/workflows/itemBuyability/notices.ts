import type { Notice } from '../shared/notices.ts';
import { itemWorkflowId, type ProductRecord } from './messages.ts';
import type { ItemCase, OpenNotice } from './state.ts';

const longestText = 200;

/** What names the product, where it is known. */
function productLine({ sku, amazonSku, id, externalId }: ProductRecord = {}): string[] {
  const names = { SKU: sku, 'Amazon SKU': amazonSku, product: id, 'external id': externalId };
  const known = Object.entries(names).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${String(value).slice(0, longestText)}`],
  );
  return known.length === 0 ? [] : [`${known.join(', ')}.`];
}

const titles: Record<OpenNotice['about'], string> = {
  NOT_BUYABLE: 'cannot be bought with Prime any more',
  INVALID_PRODUCT: 'has no valid product',
  UNVERIFIED: 'could not be verified',
};

function sentenceOf(item: ItemCase, about: OpenNotice['about']): string {
  switch (about) {
    case 'NOT_BUYABLE':
      switch (item.product?.offerPrime) {
        case false:
          return 'The merchant has switched the offer off (offerPrime is false), so this is likely meant.';
        case true:
          return 'The offer is switched on (offerPrime is true), so this is likely not meant.';
        default:
          return 'Whether the offer is switched on (offerPrime) is not known.';
      }
    case 'INVALID_PRODUCT':
      return 'Buy with Prime did not know the product of this item until the last look: its productId is missing or not valid.';
    case 'UNVERIFIED':
      return 'Whether the item can be bought is not known.';
  }
}

function nextStepOf(about: OpenNotice['about'], severity: Notice['severity']): string {
  if (severity === 'information') return 'Nothing, if that was meant; else switch the offer on in Buy with Prime.';
  if (severity === 'critical') return 'Put this right; the product is asked for again by itself until the window ends.';
  switch (about) {
    case 'NOT_BUYABLE':
      return 'Check stock, the SKU mapping and the account link in Buy with Prime; this is resolved by itself.';
    case 'INVALID_PRODUCT':
      return 'Check in Buy with Prime whether the item still has a product; it is looked at again daily for a while.';
    case 'UNVERIFIED':
      return 'Look the item up in Buy with Prime; the next event with data settles it.';
  }
}

/**
 * The notice that opens something. Its identity rests on the event that led here and on how many notices the run has
 * opened, so that the same decision carries the same one in a run that was reset.
 */
export function openingNotice(
  item: ItemCase,
  about: OpenNotice['about'],
  severity: Notice['severity'],
  lines: readonly string[],
): Notice {
  const workflowId = itemWorkflowId(item.businessProductId, item.itemId);
  return {
    id: `${workflowId}:${item.ledBy}:${about}:${item.noticesOpened}`,
    kind: 'opening',
    severity,
    account: item.businessProductId,
    workflowId,
    title: `Item ${item.itemId} ${titles[about]}`,
    lines: [sentenceOf(item, about), ...lines, ...productLine(item.product), `Known since ${item.asOf ?? item.ledBy}.`],
    nextStep: nextStepOf(about, severity),
  };
}

/** The notice that BUYABLE resolves what was open. */
export function resolutionNotice(item: ItemCase, opened: OpenNotice): Notice {
  const workflowId = itemWorkflowId(item.businessProductId, item.itemId);
  return {
    id: `${opened.id}:resolved`,
    kind: 'resolution',
    severity: 'information',
    account: item.businessProductId,
    workflowId,
    title: `Item ${item.itemId} can be bought with Prime`,
    lines: [`The notice of ${opened.about} is resolved.`, ...productLine(item.product)],
    nextStep: 'Nothing is to be done.',
  };
}
