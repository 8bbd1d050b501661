import { proxyActivities } from '@temporalio/workflow';
import type { ChangeSetActivities } from '../../activities/changeSetRemediation/index.ts';
import { readFailure } from '../shared/failures.ts';
import { startNoticeOutbox } from '../shared/noticeOutbox.ts';
import { startOutbox, type Outbox } from '../shared/outbox.ts';
import type { ChangeSetOutcomeMessage } from './contract.ts';
import type { LineageEffect } from './transitions/steps.ts';

const minuteMs = 60_000;

/** Handing on has no deadline: an event must not be lost. */
const handing = proxyActivities<Pick<ChangeSetActivities, 'deliverOutcome'>>({
  startToCloseTimeout: minuteMs,
  retry: { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 15 * minuteMs },
});

/**
 * Starts the outbox of effects; what is handed on to another lineage never waits behind a notice.
 * @param note takes a sentence for operators about what could not be sent.
 */
export function startEffectOutbox(note: (sentence: string) => void): Outbox<LineageEffect> {
  const notices = startNoticeOutbox(note);
  const handedOn = startOutbox<ChangeSetOutcomeMessage>(async (message) => {
    try {
      await handing.deliverOutcome(message);
    } catch (error) {
      note(`Not handed on: ${readFailure(error).sentence}`);
    }
  });
  return {
    add(effects) {
      notices.add(effects.flatMap((effect) => (effect.type === 'notify' ? [effect.notice] : [])));
      handedOn.add(effects.flatMap((effect) => (effect.type === 'deliverOutcome' ? [effect.message] : [])));
    },
    idle: () => notices.idle() && handedOn.idle(),
  };
}
