import type { Notice } from '../shared/notices.ts';
import type { BackfillNumbers } from './contract.ts';
import { numbersOf, stateName, type Backfill } from './state.ts';

/** Failed items that the notice names; the workflow lists more. */
const namedFailures = 10;

/** Which run it is about, and whose items. */
export interface BackfillIdentity {
  readonly workflowId: string;
  /** The same through continue-as-new. */
  readonly firstRunId: string;
  /** A businessProductId, or a word for several. */
  readonly account: string;
}

/** A number with thousands apart. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** The numbers as a sum that a reader can check. */
export function sumSentence(numbers: BackfillNumbers, state: ReturnType<typeof stateName>): string {
  const { given, delivered, alreadyOpen, failed, duplicates, left } = numbers;
  const last = state === 'stopped' ? 'not handed over' : 'left';
  return (
    `${count(given)} given = ${count(delivered)} handed over (${count(alreadyOpen)} of them open before) + ` +
    `${count(failed)} failed + ${count(duplicates)} given twice + ${count(left)} ${last}.`
  );
}

/** The one notice of a backfill, at its end. */
export function digestNotice(backfill: Backfill, { workflowId, firstRunId, account }: BackfillIdentity): Notice {
  const { failed, failures, audit } = backfill;
  const state = stateName(backfill);
  const stopped = state === 'stopped' ? audit.findLast(({ command }) => command === 'stop') : undefined;
  const unnamed = failed - Math.min(failures.length, namedFailures);
  return {
    id: `${workflowId}:${firstRunId}:end`,
    kind: 'resolution',
    severity: failed > 0 ? 'warning' : 'information',
    account,
    workflowId,
    title: `Backfill of ${count(backfill.total)} items ${state}`,
    lines: [
      sumSentence(numbersOf(backfill), state),
      ...(stopped === undefined ? [] : [`Stopped by ${stopped.actor}: ${stopped.reason}`]),
      ...failures
        .slice(0, namedFailures)
        .map(({ businessProductId, itemId, reason }) => `Failed: ${itemId} of ${businessProductId}: ${reason}`),
      ...(unnamed > 0 ? [`Failed besides: ${count(unnamed)}; the workflow lists the first hundred.`] : []),
    ],
    nextStep:
      failed > 0
        ? 'Put right what the reasons name, and start a backfill of the items that failed.'
        : 'Nothing is to be done: what is found, the workflow of each item tells.',
  };
}
