import type { Notice } from '../shared/notices.ts';
import { itemWorkflowId } from './contract.ts';
import type { OpenNotice } from './phases.ts';
import type { ItemCase } from './state.ts';

const longestText = 200;

/** What names the item, as far as it is known. */
function namesLine({ businessProductId, itemId, product }: ItemCase): string {
  const { id, externalId, sku, amazonSku } = product ?? {};
  const names = {
    Merchant: businessProductId,
    item: itemId,
    product: id,
    SKU: sku,
    'Amazon SKU': amazonSku,
    'external id': externalId,
  };
  const known = Object.entries(names).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${String(value).slice(0, longestText)}`],
  );
  return `${known.join(', ')}.`;
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
      return 'Buy with Prime did not know the product of this item until the last check: its productId is missing or not valid.';
    case 'UNVERIFIED':
      return 'Whether the item can be bought is not known.';
  }
}

function nextStepOf(about: OpenNotice['about'], severity: Notice['severity']): string {
  if (severity === 'information') return 'Nothing, if that was meant; else switch the offer on in Buy with Prime.';
  switch (about) {
    case 'NOT_BUYABLE':
      return 'Check stock, the SKU mapping and the account link in Buy with Prime; this is resolved by itself.';
    case 'INVALID_PRODUCT':
      return 'Check in Buy with Prime whether the item still has a product; it is checked again daily for a while.';
    case 'UNVERIFIED':
      return 'Check the item up in Buy with Prime; the next event with data settles it.';
  }
}

/** What a notice that opens something says. `since` is ISO 8601. */
interface Opening extends Pick<OpenNotice, 'about' | 'since'> {
  readonly severity: Notice['severity'];
  readonly lines: readonly string[];
}

/**
 * The notice that opens something. Its identity rests on the event that led here and on how many notices the run has
 * opened, so that the same decision carries the same one in a run that was reset.
 */
export function openingNotice(item: ItemCase, { about, severity, since, lines }: Opening): Notice {
  const workflowId = itemWorkflowId(item.businessProductId, item.itemId);
  return {
    id: `${workflowId}:${item.ledBy}:${about}:${item.noticesOpened}`,
    kind: 'opening',
    severity,
    account: item.businessProductId,
    workflowId,
    title: `Item ${item.itemId} ${titles[about]}`,
    lines: [sentenceOf(item, about), ...lines, namesLine(item), `Since ${since}.`],
    nextStep: nextStepOf(about, severity),
  };
}

/**
 * The notice that what was told does not hold any more. Its identity is that of the opened one, with an end.
 * @param now BUYABLE, what is told instead, or what is done.
 */
export function resolutionNotice(item: ItemCase, opened: OpenNotice, now: string): Notice {
  const workflowId = itemWorkflowId(item.businessProductId, item.itemId);
  return {
    id: `${opened.id}:resolved`,
    kind: 'resolution',
    severity: 'information',
    account: item.businessProductId,
    workflowId,
    title:
      now === 'BUYABLE'
        ? `Item ${item.itemId} can be bought with Prime`
        : `Item ${item.itemId} is no longer ${opened.about}`,
    lines: [`The notice of ${opened.about} is resolved: the item is ${now}.`, namesLine(item)],
    nextStep: now === 'BUYABLE' ? 'Nothing is to be done.' : 'Nothing is to be done about this notice.',
  };
}
