import { defined } from '../../defined.ts';
import { digestOf } from '../shared/digest.ts';
import type { Notice } from '../shared/notices.ts';
import type { CommandInput } from '../shared/operatorCommands.ts';
import { itemWorkflowId } from './contract.ts';
import type { ItemCase, OpenNotice } from './state.ts';

const longestText = 200;

/** What names the product, as far as it is known. */
export function productNames({ product }: ItemCase): ReadonlyArray<readonly [name: string, value: string]> {
  const { id, externalId, sku, amazonSku } = product ?? {};
  const names = defined({ product: id, SKU: sku, 'Amazon SKU': amazonSku, 'external id': externalId });
  return Object.entries(names).map(([name, value]) => [name, String(value)]);
}

function namesLine(item: ItemCase): string {
  const names = [['Merchant', item.businessProductId], ['item', item.itemId], ...productNames(item)];
  return `${names.map(([name, value = '']) => `${name} ${value.slice(0, longestText)}`).join(', ')}.`;
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
          return 'The merchant switched the offer off (offerPrime is false), so this is likely intended.';
        case true:
          return 'The offer is on (offerPrime is true), so this is likely not intended.';
        default:
          return 'It is not known whether the offer is on (offerPrime).';
      }
    case 'INVALID_PRODUCT':
      return 'Buy with Prime did not know the product of this item in any check: its productId is missing or not valid.';
    case 'UNVERIFIED':
      return 'It is not known whether the item can be bought.';
  }
}

function nextStepOf(about: OpenNotice['about'], severity: Notice['severity']): string {
  if (severity === 'information')
    return 'Nothing, if the merchant intended it. Otherwise switch the offer on in Buy with Prime.';
  switch (about) {
    case 'NOT_BUYABLE':
      return 'Check stock, the SKU mapping and the account link in Buy with Prime. The steward sends a resolution automatically.';
    case 'INVALID_PRODUCT':
      return 'Check in Buy with Prime whether the item still has a product. The steward checks it daily for a week.';
    case 'UNVERIFIED':
      return 'Check the item in Buy with Prime. The next event with data settles it.';
  }
}

/** What an opening notice says. `since` is ISO 8601. */
export interface Opening extends Pick<OpenNotice, 'about' | 'since'> {
  readonly severity: Notice['severity'];
  readonly lines: readonly string[];
}

/**
 * An opening notice. Its identity rests on the event that led here, on how many notices were opened, and on the first run, so
 * that the same decision carries the same one after a reset, and another one after a termination.
 */
export function openingNotice(item: ItemCase, { about, severity, since, lines }: Opening): Notice {
  const workflowId = itemWorkflowId(item.businessProductId, item.itemId);
  const run = item.firstRunId === undefined ? [] : [digestOf(item.firstRunId)];
  return {
    id: [workflowId, item.ledBy, about, item.noticesOpened, ...run].join(':'),
    kind: 'opening',
    severity,
    account: item.businessProductId,
    workflowId,
    title: `Item ${item.itemId} ${titles[about]}`,
    lines: [sentenceOf(item, about), ...lines, namesLine(item), `Since ${since}.`],
    nextStep: nextStepOf(about, severity),
  };
}

/** The notice that nobody watches the item any more: an operator closed it. */
export function abandonmentNotice(item: ItemCase, opened: OpenNotice, { actor, reason }: CommandInput): Notice {
  return {
    ...resolutionNotice(item, opened, 'not watched any more'),
    title: `Item ${item.itemId} is not watched any more`,
    lines: [`${actor} closed it as ${opened.about}: ${reason}`, namesLine(item)],
    nextStep: 'Nothing is to be done. The next event begins again.',
  };
}

/**
 * The notice that an opened one does not hold any more. Its identity is that of the opened one, with an end.
 * @param now BUYABLE, what holds instead, or what happens now.
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
