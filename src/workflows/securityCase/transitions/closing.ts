import { stay } from '../../shared/transition.ts';
import { closingNotice, type Closing } from '../notices.ts';
import type { SecurityCaseState, SecurityPhase, SecurityTransition } from '../state.ts';

/** Another phase, and nothing to report. */
export const moveTo = (state: SecurityCaseState, phase: SecurityPhase): SecurityTransition => stay({ ...state, phase });

/**
 * Closes a case; its end is reported where its opening was, and where the first check proves that everything is fixed: then
 * the end alone is reported.
 */
export function closeCase(state: SecurityCaseState, phase: SecurityPhase, closing: Closing): SecurityTransition {
  const announced = state.phase.name === 'open' && state.phase.announce !== 'opened';
  const isNews = announced || closing.how === 'assessments';
  return { state: { ...state, phase }, notices: isNews ? [closingNotice(state, closing)] : [] };
}
