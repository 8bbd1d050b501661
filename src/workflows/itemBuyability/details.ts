import { defined } from '../../defined.ts';
import { merchantHealthWorkflowId } from '../accountHealth/contract.ts';
import { details, jsonBlock, plain, readableTime } from '../shared/markdown.ts';
import type { ItemBuyabilityPolicy } from './defaults.ts';
import type { ItemStatus } from './contract.ts';
import type { ItemPhase, Watching } from './phases.ts';
import { lingerUntilMs, needsDecision, stateName, type ItemCase } from './state.ts';

const watchSteps: Record<Watching['verdict'], string> = {
  NOT_BUYABLE: 'You: check stock, SKU mapping and account link in Buy with Prime. The event BUYABLE closes this.',
  INVALID_PRODUCT: 'You: check whether the item still has a product in Buy with Prime. The next event is awaited.',
  UNVERIFIED: 'You: check the item up in Buy with Prime. The next event is awaited.',
};

const atMs = (ms: number): string => readableTime(new Date(ms).toISOString());

function verifyingStep({ fromMs }: Extract<ItemPhase, { name: 'verifying' }>, policy: ItemBuyabilityPolicy): string {
  return `${watchSteps.INVALID_PRODUCT} Until ${atMs(fromMs + policy.verifyForMs)} it is also checked now and then.`;
}

/** What happens next, by itself or by somebody, in a sentence. */
function nextStep(item: ItemCase, policy: ItemBuyabilityPolicy): string {
  const { phase, openNotice } = item;
  switch (phase.name) {
    case 'querying':
      return `Buy with Prime is asked for the product, at growing intervals, until ${atMs(phase.untilMs)}.`;
    case 'awaitingAccess': {
      const alarm = merchantHealthWorkflowId(item.businessProductId);
      return `Waits until Buy with Prime may be asked. What somebody has to do for that stands in ${alarm}. This item asks again by itself, at most every 15 minutes.`;
    }
    case 'completing':
      return 'One query adds to the notice, which then goes out.';
    case 'lingering':
      return `Nothing; this closes on ${atMs(lingerUntilMs(item, policy))} if no event comes.`;
    case 'verifying':
      return verifyingStep(phase, policy);
    case 'watching':
      return openNotice?.needsDecision === false
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

function refusedLines({ phase }: ItemCase): string[] {
  if (phase.name !== 'awaitingAccess') return [];
  return [`- **refused:** ${plain(phase.sentence, 300)}`, `- **refused since:** ${readableTime(phase.since)}`];
}

/** Headings that a tired operator understands without the state's own name, which follows where they differ. */
function heading(item: ItemCase): string {
  const name = stateName(item);
  switch (name) {
    case 'querying':
      return 'Being asked for';
    case 'awaitingAccess':
      return 'Waits for access to Buy with Prime';
    default:
      return plain(name);
  }
}

/** The workflow's details in markdown: what is known, since when, and what comes next. */
export function itemDetails(item: ItemCase, policy: ItemBuyabilityPolicy): string {
  const { openNotice, phase } = item;
  return details([
    `## ${needsDecision(item) ? 'Needs you: ' : ''}${heading(item)}, item ${plain(item.itemId)}`,
    `**Next:** ${plain(nextStep(item, policy), 500)}`,
    '',
    `- **merchant:** ${plain(item.businessProductId)}`,
    ...(openNotice === undefined ? [] : [`- **${plain(openNotice.about)} since:** ${readableTime(openNotice.since)}`]),
    ...(item.asOf === undefined ? [] : [`- **as of:** ${readableTime(item.asOf)}`]),
    ...refusedLines(item),
    ...productLines(item),
    '',
    ...item.notes.slice(-5).map((note) => `- note: ${plain(note, 300)}`),
    ...(phase.name === 'ended' ? [] : commandLines),
  ]);
}

const commandLines = [
  '',
  'To ask Buy with Prime again at once, send the signal `recheck`, with another text each time:',
  jsonBlock({ eventId: 'asked by ann, 1' }),
  'Request Cancellation closes this at once, with what is known now.',
];

/** The same for programs. */
export function itemStatus(item: ItemCase, policy: ItemBuyabilityPolicy): ItemStatus {
  return {
    state: stateName(item),
    businessProductId: item.businessProductId,
    itemId: item.itemId,
    ...defined({ asOf: item.asOf }),
    ...(item.openNotice === undefined ? {} : { since: item.openNotice.since }),
    ...defined({ product: item.product }),
    nextStep: nextStep(item, policy),
    notes: item.notes,
  };
}
