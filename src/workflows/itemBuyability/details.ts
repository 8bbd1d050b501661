import { defined } from '../../defined.ts';
import { merchantHealthWorkflowId } from '../accountHealth/contract.ts';
import { details, plain, readableTime } from '../shared/markdown.ts';
import type { ItemBuyabilityPolicy } from './policyValues.ts';
import { answerLines, auditLines } from '../shared/operatorCommands.ts';
import { itemCommands, itemWorkflowId, type ItemStatus } from './contract.ts';
import { productNames } from './notices.ts';
import { takenCommands } from './transitions/operatorCommands.ts';
import {
  lingerUntilMs,
  needsDecision,
  stateName,
  verifyUntilMs,
  type ItemCase,
  type Verifying,
  type Watching,
} from './state.ts';

const watchSteps: Record<Watching['verdict'], string> = {
  NOT_BUYABLE: 'Check stock, SKU mapping and account link in Buy with Prime. The event BUYABLE closes this.',
  INVALID_PRODUCT: 'Check whether the item still has a product in Buy with Prime. The next event continues this.',
  UNVERIFIED: 'Check the item in Buy with Prime. The next event continues this.',
};

const atMs = (ms: number): string => readableTime(new Date(ms).toISOString());

function verifyingStep(phase: Verifying, policy: ItemBuyabilityPolicy): string {
  return `${watchSteps.INVALID_PRODUCT} Until ${atMs(verifyUntilMs(phase, policy))} the steward also checks it regularly.`;
}

/** What happens next, automatically or by an operator, in a sentence. */
function nextStep(item: ItemCase, policy: ItemBuyabilityPolicy): string {
  const { phase, openNotice } = item;
  switch (phase.name) {
    case 'querying':
      return `Querying Buy with Prime for the product, at growing intervals, until ${atMs(phase.untilMs)}.`;
    case 'awaitingAccess': {
      const alarm = merchantHealthWorkflowId(item.businessProductId);
      return `Waiting for access to Buy with Prime. ${alarm} says what to do. This item resumes automatically, at most 15 minutes after that.`;
    }
    case 'completing':
      return 'One query completes the notice, then the steward sends it.';
    case 'lingering':
      return `Nothing; this closes on ${atMs(lingerUntilMs(item, policy))} unless an event comes.`;
    case 'verifying':
      return verifyingStep(phase, policy);
    case 'watching':
      return openNotice?.needsDecision === false
        ? 'Nothing, if the merchant intended it. The event BUYABLE closes this.'
        : watchSteps[phase.verdict];
    case 'ended':
      if (phase.abandonedBy !== undefined)
        return `Nothing; ${phase.abandonedBy} closed this. The next event begins again.`;
      return phase.cancelled
        ? 'Nothing; a cancellation closed this. Its event in the history has the identity of the client.'
        : 'Nothing is to be done.';
  }
}

function productLines(item: ItemCase): string[] {
  const { buyabilityStatus, offerPrime } = item.product ?? {};
  const shown = Object.entries(defined({ 'status by Buy with Prime': buyabilityStatus, offerPrime }));
  return [...shown, ...productNames(item)].map(([name, value]) => `- **${name}:** ${plain(String(value))}`);
}

function refusedLines({ phase }: ItemCase): string[] {
  if (phase.name !== 'awaitingAccess') return [];
  return [`- **refused:** ${plain(phase.sentence, 300)}`, `- **refused since:** ${readableTime(phase.since)}`];
}

/** The state as a tired operator reads it. */
function heading(item: ItemCase): string {
  const name = stateName(item);
  switch (name) {
    case 'querying':
      return 'Querying';
    case 'awaitingAccess':
      return 'Waiting for access to Buy with Prime';
    default:
      return plain(name);
  }
}

/** The workflow's details in markdown: what is known, since when, and what comes next. */
export function itemDetails(item: ItemCase, policy: ItemBuyabilityPolicy): string {
  const { openNotice } = item;
  const notes = item.notes.slice(-5);
  return details([
    `## ${needsDecision(item) ? 'Needs a decision: ' : ''}${heading(item)}, item ${plain(item.itemId)}`,
    `**Next:** ${plain(nextStep(item, policy), 500)}`,
    '',
    `- **merchant:** ${plain(item.businessProductId)}`,
    ...(openNotice === undefined ? [] : [`- **${plain(openNotice.about)} since:** ${readableTime(openNotice.since)}`]),
    ...(item.asOf === undefined ? [] : [`- **as of:** ${readableTime(item.asOf)}`]),
    ...refusedLines(item),
    ...productLines(item),
    '',
    ...notes.map((note) => `- note: ${plain(note, 300)}`),
    ...(notes.length === 0 ? [] : ['']),
    ...answerLines(itemCommands, takenCommands(item), itemWorkflowId(item.businessProductId, item.itemId)),
    ...auditLines(item.audit ?? []),
  ]);
}

/** The same for programs. */
export function itemStatus(item: ItemCase, policy: ItemBuyabilityPolicy): ItemStatus {
  return {
    state: stateName(item),
    businessProductId: item.businessProductId,
    itemId: item.itemId,
    ...defined({ asOf: item.asOf, since: item.openNotice?.since, product: item.product }),
    commands: takenCommands(item),
    nextStep: nextStep(item, policy),
    notes: item.notes,
    audit: item.audit ?? [],
  };
}
