import { submitPermitsDefaults } from '../../src/policies/defaults.ts';
import type { SubmitPermits } from '../../src/delivery/submitPermits.ts';
import type { PermitAnswer } from '../../src/workflows/submitPermits/contract.ts';
import { counted, giveBack, noPermits, numbersOf, request } from '../../src/workflows/submitPermits/permits.ts';

/** The permits of one account, by the workflow's own functions, with what was asked of them. */
export interface PermitsInMemory extends Pick<SubmitPermits, 'request' | 'giveBack' | 'accepted'> {
  /** Every request's answer and every return, in their order. */
  readonly log: string[];
  /** The next requests get these answers. */
  readonly answers: PermitAnswer[];
  /** How many submits count today. */
  today(): number;
}

/** AWS lists at once what it has accepted. */
const settleMs = 0;

/** Makes permits of which none was used yet. */
export function permitsInMemory(): PermitsInMemory {
  let state = counted(noPermits, [], Date.now());
  const log: string[] = [];
  const answers: PermitAnswer[] = [];
  return {
    log,
    answers,
    today: () => numbersOf(state, Date.now()).today,
    request(_, asked) {
      const planned = answers.shift();
      const answered = request(
        state,
        { ...asked, startsPerSecond: 1_000, settleMs },
        Date.now(),
        submitPermitsDefaults,
      );
      if (planned === undefined) ({ state } = answered);
      const answer = planned ?? answered.answer;
      log.push(answer.outcome);
      return Promise.resolve(answer);
    },
    accepted: () => void log.push('accepted'),
    giveBack(_, returned) {
      state = giveBack(state, { ...returned, settleMs }, Date.now());
      log.push(returned.fate);
      return Promise.resolve();
    },
  };
}
