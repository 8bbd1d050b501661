import { stay } from '../../shared/transition.ts';
import type { OfferCase, OfferContext, OfferMessage, OfferTransition } from '../state.ts';
import { onAccepted } from './accepted.ts';
import { onChecked, onWoken } from './checked.ts';
import { onReleased } from './released.ts';

/**
 * The state machine of a watch: pure and total. A message that makes no sense in the present phase changes nothing.
 * @returns the state after the message, and the notices that it decides upon.
 */
export function next(watch: OfferCase, message: OfferMessage, context: OfferContext): OfferTransition {
  switch (message.type) {
    case 'released':
      return onReleased(watch, message.release, context);
    case 'accepted':
      return onAccepted(watch, message.agreement, context);
    case 'checked':
      return onChecked(watch, message, context);
    case 'woken':
      return onWoken(watch, context);
    case 'cancelled':
      return stay({ ...watch, phase: { name: 'ended', end: 'abandoned' } });
  }
}
