import { noted, stay, type Transition } from '../../shared/transition.ts';
import type { MorningCollected } from '../contract.ts';
import { morningNotice } from '../notices.ts';
import type { MorningCase, MorningMessage } from '../state.ts';

type End = Extract<MorningCase['phase'], { readonly name: 'ended' }>['end'];

const ended = (morning: MorningCase, end: End): Transition<MorningCase> =>
  stay({ ...morning, phase: { name: 'ended', end } });

function onCollected(morning: MorningCase, collected: MorningCollected): Transition<MorningCase> {
  switch (collected.outcome) {
    case 'notAsked':
      return ended(morning, 'notAsked');
    case 'sentBefore':
      return ended(noted(morning, `The digest of ${collected.day} went out before.`), 'sentBefore');
    case 'collected': {
      const notice = morningNotice(morning, collected);
      const { title, lines } = notice;
      const { day, byHand, facts } = collected;
      return {
        state: {
          ...morning,
          phase: { name: 'ended', end: 'reported' },
          said: { title, lines },
          // One by hand takes nothing from the day's digest.
          before: byHand === true ? morning.before : { sentDay: day, reportedUntil: facts.done.until },
        },
        notices: [notice],
      };
    }
  }
}

/** The state machine of a digest: pure and total. It sends one notice at most. */
export function next(morning: MorningCase, message: MorningMessage): Transition<MorningCase> {
  if (morning.phase.name === 'ended') return stay(morning);
  switch (message.type) {
    case 'collected':
      return onCollected(morning, message.collected);
    case 'failed':
      return ended(noted(morning, message.sentence), 'failed');
    case 'cancelled':
      return ended(noted(morning, 'Cancelled.'), 'abandoned');
  }
}
