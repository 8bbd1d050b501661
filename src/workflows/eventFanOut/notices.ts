import { identityOf, type Notice } from '../shared/notices.ts';
import type { FanOutEnd } from './contract.ts';
import type { FanOutCase } from './state.ts';

/** What the end means, in a sentence. */
export const endSentences: Record<FanOutEnd, string> = {
  delivered: 'Every part is with its workflow.',
  quarantined: 'The quarantine keeps the bytes, and asks about them.',
  abandoned: 'The delivery was cancelled: some parts may not have been delivered.',
};

/** The notice that a part of an acknowledged event cannot be delivered, and is tried again. */
export function problemNotice({ workflowId, account, parts }: FanOutCase, sentence: string): Notice {
  return {
    ...identityOf(workflowId, account, 'problem'),
    kind: 'opening',
    severity: 'warning',
    title: `An event of ${parts} parts for ${account} is not delivered whole`,
    lines: [sentence, 'The steward repeats it every hour.'],
    nextStep: 'Read the log of the worker, and deploy a version that delivers it.',
  };
}

/** The notice of the end, where there was a problem. */
export function endingNotice({ workflowId, account, parts }: FanOutCase, end: FanOutEnd): Notice {
  return {
    ...identityOf(workflowId, account, 'end'),
    kind: 'resolution',
    severity: 'information',
    title: `An event of ${parts} parts for ${account}: ${end}`,
    lines: [endSentences[end]],
    nextStep: 'You need to do nothing.',
  };
}
