/** How a change set ends in truth: a fault of the vendor's own is repeated, an error of the contents asks an operator. */
export type Ending = 'SUCCEEDED' | 'CANCELLED' | 'SERVER_FAULT' | 'CLIENT_ERROR';

/** What becomes of the first submit of a successor; a later one is always answered. */
export type Sending =
  /** Accepted, and answered with its id. */
  | 'answered'
  /** Accepted, but the answer never comes. */
  | 'answerLost'
  /** Refused; nothing was accepted. */
  | 'refused'
  /** Another change set holds the entities. */
  | 'locked'
  /** The check before the submit finds that another change set runs on the entities. */
  | 'overtaken'
  /** Held by the account's mode where no operator gave the word. */
  | 'held'
  /** Answered with the id of the change set before it: a fault that only an operator can judge. */
  | 'answeredWrongly';

/** One change set as it is in truth. */
export interface TrueChangeSet {
  readonly ending: Ending;
  readonly sending: Sending;
  /** At the first check of its failure another change set runs on the same entities. */
  readonly barred: boolean;
  /** The first wait for its outcome ends without one. */
  readonly missed: boolean;
  /** Where the answer to its submit is lost: it has ended before the operator is asked, and the watch sees it. */
  readonly watched: boolean;
  /** What an operator says who is asked about its failure. */
  readonly answer: 'retry' | 'abandon';
}

/** When an operator gives up unasked, or where the answer to a submit is lost, in place of the retry. */
interface GivingUp {
  readonly attempt: number;
  readonly moment:
    | 'inspecting'
    | 'backingOff'
    | 'beforeAcceptance'
    | 'afterAcceptance'
    | 'inFlight'
    | 'missed'
    | 'answerLost'
    | 'checkFailed';
  /** Where an operator is asked: nobody answers, until the question expires. */
  readonly silent: boolean;
}

/** All that is true of one lineage, whatever is reported of it and when. */
export interface Truth {
  /** The origin first; what is sent beyond the list succeeds. */
  readonly changeSets: readonly [TrueChangeSet, ...TrueChangeSet[]];
  /** How many successors an earlier run has sent. */
  readonly begun: number;
  /** The last of them is not listed yet. */
  readonly unlisted: boolean;
  /** The listing does not show yet how those before the last of them ended. */
  readonly stale: boolean;
  /** The first check of the lineage fails until its deadline. */
  readonly checkFails: boolean;
  /** The first check of the last change set wrongly shows a failure, which an event of the true outcome corrects. */
  readonly misshown: boolean;
  readonly givingUp?: GivingUp;
  /** The backfill that opened the lineage lets the table act, or leaves every decision to an operator. */
  readonly foundBy?: 'policy' | 'propose';
  /** Its change makes an entity, whose tags no successor has. */
  readonly creates: boolean;
  /** A route takes notices of successes. */
  readonly reportSuccess: boolean;
}

/** What the true order of things leads to. */
export interface TrueEnd {
  readonly end: 'succeeded' | 'remediated' | 'cancelled' | 'abandoned' | 'expired';
  /** The lineage's change sets by attempt, with the vendor's word for how each ended. */
  readonly members: ReadonlyArray<readonly [attempt: number, outcome: Outcome]>;
  /** How often an operator is asked, beside what only deadlines bring about. */
  readonly questions: number;
}

const asked: ReadonlySet<GivingUp['moment']> = new Set(['missed', 'answerLost', 'checkFailed']);

/** Whether giving up means that nobody answers a question, and not a word. */
export function givenUpInSilence({ givingUp }: Truth): boolean {
  return givingUp?.silent === true && asked.has(givingUp.moment);
}

/** Whether the watch finds this one while an operator is asked what became of its submit. */
export function seenByWatch(truth: Truth, attempt: number): boolean {
  const { sending, watched, ending } = changeSetOf(truth, attempt);
  return sending === 'answerLost' && watched && ending !== 'CANCELLED';
}

/** How a change set ended, in the vendor's words. */
export type Outcome = 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

/** The vendor gives the word twice or thrice in the whole lineage: as many successors go out without an operator. */
export const automaticLimit = 3;

const beyond: TrueChangeSet = {
  ending: 'SUCCEEDED',
  sending: 'answered',
  barred: false,
  missed: false,
  watched: false,
  answer: 'retry',
};

/** The truth of one attempt. */
export function changeSetOf({ changeSets }: Truth, attempt: number): TrueChangeSet {
  return changeSets[attempt] ?? beyond;
}

const waits = ['inFlight', 'missed'] as const;

/** Whether an operator gives up this attempt while its outcome is awaited, so that nothing reports it before. */
export function givenUpInFlight({ givingUp }: Truth, attempt: number): boolean {
  return givingUp?.attempt === attempt && waits.some((moment) => givingUp.moment === moment);
}

/** Whether the lineage need not learn how this one ended. */
export function mayStayUnknown(truth: Truth, attempt: number): boolean {
  return (attempt === 0 && truth.givingUp?.attempt === 0) || (truth.stale && attempt > 0 && attempt < truth.begun);
}

/** The vendor's word for an ending. */
export function outcomeOf(ending: Ending): Outcome {
  return ending === 'SUCCEEDED' || ending === 'CANCELLED' ? ending : 'FAILED';
}

/** How many successors the first check finds. */
function listedAtFirst({ begun, unlisted }: Truth): number {
  return unlisted ? begun - 1 : begun;
}

interface Walk {
  questions: number;
  automatic: number;
  readonly end: (attempt: number, end: TrueEnd['end']) => TrueEnd;
  readonly givesUp: (attempt: number, moment: GivingUp['moment']) => boolean;
  /** Given up with a change set in flight: only its success counts. */
  readonly pendingEnd: (attempt: number) => TrueEnd;
}

/** One successor from the decision to its acceptance; an end where there is one on the way. */
function send(truth: Truth, walk: Walk, failed: number): TrueEnd | undefined {
  const { ending, answer } = changeSetOf(truth, failed);
  const attempt = failed + 1;
  const { sending } = changeSetOf(truth, attempt);
  const automatic = truth.foundBy !== 'propose' && ending === 'SERVER_FAULT' && walk.automatic < automaticLimit;
  if (!automatic) {
    walk.questions += 1;
    if (answer === 'abandon') return walk.end(failed, 'abandoned');
  }
  if (automatic && walk.givesUp(attempt, 'backingOff')) return walk.end(failed, 'abandoned');
  if (walk.givesUp(attempt, 'beforeAcceptance')) return walk.end(failed, 'abandoned');
  if (walk.givesUp(attempt, 'afterAcceptance')) return walk.pendingEnd(attempt);
  const asked = sending === 'answerLost' || sending === 'refused' || (sending === 'held' && automatic);
  if (asked || sending === 'answeredWrongly') walk.questions += 1;
  if (sending === 'answerLost' && walk.givesUp(attempt, 'answerLost')) return walk.pendingEnd(attempt);
  // After a wrong answer everything is checked again, and decided upon as before.
  if (sending === 'answeredWrongly' && !automatic) walk.questions += 1;
  if (automatic && !asked) walk.automatic += 1;
  // Who submitted what is found to be there already is unknown.
  if (sending === 'answerLost') walk.automatic = Math.max(walk.automatic, attempt);
  return walk.givesUp(attempt, 'inFlight') || walk.givesUp(attempt, 'missed') ? walk.pendingEnd(attempt) : undefined;
}

/** Goes through the truth in its own order, and says what must come of it in any other. */
export function trueEnd(truth: Truth): TrueEnd {
  const listed = listedAtFirst(truth);
  const left = givenUpInSilence(truth) ? 'expired' : 'abandoned';
  const end: Walk['end'] = (newest, how) => ({
    end: how,
    members: Array.from({ length: newest + 1 }, (_, attempt) => [
      attempt,
      outcomeOf(changeSetOf(truth, attempt).ending),
    ]),
    questions: walk.questions,
  });
  const walk: Walk = {
    questions: 0,
    automatic: listed,
    end,
    givesUp: (attempt, moment) => truth.givingUp?.attempt === attempt && truth.givingUp.moment === moment,
    pendingEnd: (attempt) =>
      end(attempt, attempt > 0 && changeSetOf(truth, attempt).ending === 'SUCCEEDED' ? 'remediated' : left),
  };
  const early: ReadonlyArray<GivingUp['moment']> = ['inspecting', 'checkFailed', ...(listed === 0 ? waits : [])];
  if (early.some((moment) => walk.givesUp(listed, moment))) return walk.pendingEnd(listed);
  for (let attempt = listed; ; attempt += 1) {
    const { ending } = changeSetOf(truth, attempt);
    if (ending === 'SUCCEEDED') return end(attempt, attempt > 0 ? 'remediated' : 'succeeded');
    if (ending === 'CANCELLED') return end(attempt, 'cancelled');
    const ended = send(truth, walk, attempt);
    if (ended !== undefined) return ended;
  }
}
