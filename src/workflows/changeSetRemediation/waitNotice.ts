import { readableTime, vendorText } from '../shared/markdown.ts';
import { identityOf, type Notice } from '../shared/notices.ts';
import { terminalLine } from '../shared/operatorCommands.ts';
import { distanceText } from '../shared/reminders.ts';
import { slowestOf } from './changeTypes.ts';
import { changeSetCommands, changeSetWorkflowId } from './contract.ts';
import { waitIdentity } from './identities.ts';
import { nameOf } from './newer.ts';
import { portalLink, reportOf } from './report.ts';
import { shortNoticeLines } from './reportTexts.ts';
import { newestMember, type ChangeSetCase, type PhaseOf } from './state.ts';
import type { Wait } from './waits.ts';

/** In characters. */
const longest = { reason: 300, name: 100 };

/** Where sellers ask AWS (AWS Marketplace Seller Guide: AWS Marketplace Seller Operations). */
const sellerOperations = 'https://aws.amazon.com/marketplace/management/contact-us/';

/** How long something lasts, in words. */
function lengthText(lengthMs: number): string {
  return distanceText(lengthMs, 0).replace('in ', '');
}

interface Text {
  /** What is waited for: the beginning of a sentence that goes on with since when. */
  readonly what: string;
  readonly usual: string;
  readonly nextStep: string;
}

function outcomeText({ diagnosis }: ChangeSetCase, changeSetId: string, { usualMs }: Wait): Text {
  const { slowest } = slowestOf(diagnosis?.changes ?? []);
  const types = slowest === undefined ? 'changes of products' : `${slowest.changeType} on ${slowest.entityType}`;
  return {
    what: `AWS has not finished change set ${changeSetId}`,
    usual: `Usual for ${types}: up to ${lengthText(usualMs)}.`,
    nextStep:
      `Check the request in the AWS Marketplace Management Portal (${portalLink(changeSetId)}). ` +
      `Where it does not move, ask AWS Marketplace Seller Operations (${sellerOperations}).`,
  };
}

function blockerText({ blocker, sentence, afterwards }: PhaseOf<'awaitingBlocker'>): Text {
  const what = blocker === undefined ? 'what locks its entities' : `change set ${nameOf(blocker)} on its entities`;
  const then = afterwards.name === 'submitting' ? 'The submit waits' : 'Another submit waits';
  return {
    what: `${then} for ${what}`,
    usual: blocker === undefined ? `AWS: ${vendorText(sentence, longest.reason)}` : '',
    nextStep:
      blocker === undefined
        ? `Check in the AWS Marketplace Management Portal what runs (${portalLink('')}).`
        : `Check what runs in the AWS Marketplace Management Portal (${portalLink(blocker.changeSetId)}). Cancel it there if it is not wanted.`,
  };
}

/** What the lineage waits for, why that is unusual, and where to check. */
function textOf(lineage: ChangeSetCase, wait: Wait): Text {
  const { phase } = lineage;
  const checks = { usual: 'A check takes seconds.', nextStep: 'Read in the Web UI why the last attempt failed.' };
  switch (phase.name) {
    case 'awaitingOutcome':
      return outcomeText(lineage, phase.changeSetId, wait);
    case 'awaitingBlocker':
      return blockerText(phase);
    case 'abandoning':
      return phase.changeSetId === undefined
        ? { what: 'The check for a successor in flight does not succeed', ...checks }
        : outcomeText(lineage, phase.changeSetId, wait);
    case 'submitting':
      return {
        what: `Attempt ${phase.attempt} could not be submitted`,
        usual: 'A submit takes seconds; it is repeated until AWS answers.',
        nextStep: checks.nextStep,
      };
    case 'backingOff':
      return {
        what: `Attempt ${phase.attempt} waits ${lengthText(phase.delayMs)}, as the policy says`,
        usual: '',
        nextStep: 'Nothing to do: it is submitted after that.',
      };
    case 'inspecting':
    case 'diagnosing':
    case 'awaitingDecision':
    case 'ended':
      return { what: 'The check of what went wrong does not succeed', ...checks };
  }
}

/**
 * The notice that a wait lasts longer than usual: nobody has to answer it, and it goes out once.
 * @param why what the last check said, where there is something.
 */
export function waitNotice(lineage: ChangeSetCase, wait: Wait, nowMs: number, why?: string): Notice {
  const { account, originId, originName } = lineage;
  const name = originName === undefined ? originId : `“${vendorText(originName, longest.name)}” (${originId})`;
  const { what, usual, nextStep } = textOf(lineage, wait);
  const since = `since ${readableTime(new Date(wait.sinceMs).toISOString())}, ${lengthText(nowMs - wait.sinceMs)}`;
  const attempt = newestMember(lineage).attempt;
  const given = lineage.pendingEnd !== undefined;
  return {
    ...identityOf(changeSetWorkflowId(originId), account, waitIdentity(lineage, wait)),
    kind: 'report',
    severity: 'warning',
    title: `Change set ${name} still waits`,
    lines: [
      `${what} ${since}.`,
      ...(usual === '' ? [] : [usual]),
      ...(why === undefined ? [] : [`The last check: ${vendorText(why, longest.reason)}`]),
      ...(attempt === 0 ? [] : [`Attempts so far: ${attempt}.`]),
      ...shortNoticeLines(reportOf(lineage)),
      'Nobody has to answer: the steward waits on, and asks where it needs a decision.',
    ],
    nextStep: given
      ? nextStep
      : `${nextStep} To give up: ${terminalLine('abandon', changeSetCommands.abandon, originId)}.`,
  };
}
