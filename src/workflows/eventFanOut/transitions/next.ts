import { hourMs } from '../../shared/durations.ts';
import { noted, stay, type Transition, type TransitionContext } from '../../shared/transition.ts';
import type { FanOutEnd, FanOutResult } from '../contract.ts';
import { endingNotice, problemNotice } from '../notices.ts';
import type { FanOutCase, FanOutMessage } from '../state.ts';

function finish(fanOut: FanOutCase, end: FanOutEnd): Transition<FanOutCase> {
  const state: FanOutCase = { ...fanOut, phase: { name: 'ended', end } };
  return { state, notices: fanOut.problem === undefined ? [] : [endingNotice(state, end)] };
}

function onFannedOut(fanOut: FanOutCase, result: FanOutResult): Transition<FanOutCase> {
  switch (result.outcome) {
    case 'delivered':
      return finish({ ...fanOut, parts: result.parts }, 'delivered');
    case 'quarantined':
      return finish(noted(fanOut, `${result.workflowId} keeps the bytes: ${result.reason}`), 'quarantined');
  }
}

/** The state machine of a delivery in parts: pure and total. Where all is well it sends no notices: the workflows of the parts do. */
export function next(
  fanOut: FanOutCase,
  message: FanOutMessage,
  { nowMs }: Pick<TransitionContext<unknown>, 'nowMs'>,
): Transition<FanOutCase> {
  switch (message.type) {
    case 'arrived': {
      const { receivedAt } = message.arrival;
      return stay({ ...fanOut, arrivals: fanOut.arrivals + 1, firstReceivedAt: fanOut.firstReceivedAt ?? receivedAt });
    }
    case 'fannedOut':
      return fanOut.phase.name === 'delivering' ? onFannedOut(fanOut, message.result) : stay(fanOut);
    case 'failed': {
      const { sentence } = message;
      if (fanOut.phase.name === 'ended') return stay(fanOut);
      const state = noted(
        { ...fanOut, problem: sentence, repeatAtMs: nowMs + hourMs },
        `The delivery ended early: ${sentence}`,
      );
      return { state, notices: fanOut.problem === undefined ? [problemNotice(state, sentence)] : [] };
    }
    case 'cancelled':
      if (fanOut.phase.name === 'ended') return stay(fanOut);
      return finish(noted(fanOut, 'Cancelled: some parts may not have been delivered.'), 'abandoned');
  }
}
