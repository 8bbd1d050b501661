import type { Notice } from '../../shared/notices.ts';
import { closingNotice, type Closing } from '../notices.ts';
import type { SecurityCaseState, SecurityPhase } from '../state.ts';

/** The state after a message, and what it makes the workflow send. */
export interface Transition {
  readonly state: SecurityCaseState;
  readonly notices: readonly Notice[];
}

/** Nothing to tell. */
export const stay = (state: SecurityCaseState): Transition => ({ state, notices: [] });

/** Another phase, and nothing to tell. */
export const moveTo = (state: SecurityCaseState, phase: SecurityPhase): Transition => stay({ ...state, phase });

/** Closes a case; operators who were told of it are told of its end. */
export function closeCase(state: SecurityCaseState, phase: SecurityPhase, closing: Closing): Transition {
  const told = state.phase.name === 'open' && state.phase.announce !== 'opened';
  return { state: { ...state, phase }, notices: told ? [closingNotice(state, closing)] : [] };
}
