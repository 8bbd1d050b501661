import type { Notice } from '../shared/notices.ts';
import { canBeChecked } from './checks.ts';
import type { AccountHealth, Refusal } from './state.ts';
import { alarmId, missingAction, nameOf, proofSentence, shownMessage } from './texts.ts';

interface OpeningTexts {
  readonly title: string;
  readonly meanwhile: string;
  readonly nextStep: string;
}

function openingTexts(health: AccountHealth, refusal: Refusal): OpeningTexts {
  const name = nameOf(health);
  const action = missingAction(health, refusal);
  switch (health.vendor) {
    case 'awsMarketplace':
      return {
        title: `AWS Marketplace refuses ${name}: ${refusal.operation}`,
        meanwhile: 'What concerns this account is not given up: its calls are repeated, at most every 15 minutes.',
        nextStep: `${action}. Nothing has to be restarted.`,
      };
    case 'buyWithPrime':
      return {
        title: `Buy with Prime cannot be asked for ${name}`,
        meanwhile: 'No item is given up: each asks again, at most every 15 minutes, and goes on by itself.',
        nextStep: refusal.failureType === 'AccessDenied' ? `${action}. Nothing has to be restarted.` : `${action}.`,
      };
  }
}

/** The notice that an action is missing; one for each action and incident, however many calls are refused. */
export function openingNotice(health: AccountHealth, refusal: Refusal): Notice {
  const { account, since, vendor } = health;
  const workflowId = alarmId(health);
  const { title, meanwhile, nextStep } = openingTexts(health, refusal);
  return {
    id: `${workflowId}:${since}:${refusal.key}`,
    kind: 'opening',
    severity: 'critical',
    account,
    workflowId,
    title,
    lines: [shownMessage(refusal), meanwhile, proofSentence(vendor, [refusal])],
    nextStep,
  };
}

/** The notice that nothing is refused any more. */
export function resolutionNotice(health: AccountHealth): Notice {
  const { account, since, refusals, vendor } = health;
  const workflowId = alarmId(health);
  const name = nameOf(health);
  const untried = refusals.some((refusal) => !canBeChecked(vendor, refusal));
  return {
    id: `${workflowId}:${since}:end`,
    kind: 'resolution',
    severity: 'information',
    account,
    workflowId,
    title: `${name.charAt(0).toUpperCase()}${name.slice(1)} is no longer refused`,
    lines: [
      untried
        ? 'The account can be reached, and no call was refused for a while; what cannot be tried was not proven.'
        : 'A check what was refused has passed.',
      ...refusals.map((refusal) => `Was missing: ${missingAction(health, refusal)}.`),
    ],
    nextStep: 'Nothing is to be done: what waited goes on by itself.',
  };
}
