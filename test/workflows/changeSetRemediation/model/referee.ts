import { isDeepStrictEqual } from 'node:util';
import { sharedIdentities } from '@marketplace-steward/testing/resets';
import type {
  ChangeSetCase,
  LineageMessage,
  Transition,
} from '../../../../src/workflows/changeSetRemediation/state.ts';
import type { Notice } from '../../../../src/workflows/shared/notices.ts';
import { hasClaims } from '../../../../src/workflows/changeSetRemediation/transitions/claims.ts';
import { changeSetOf, mayStayUnknown, outcomeOf, trueEnd, type Outcome, type Truth } from './truth.ts';
import { idOf, originId, type Vendor, type VendorEvent } from './vendor.ts';

/** Watches one run of the machine, and compares it with the truth. */
export interface Referee {
  arrived(event: VendorEvent, kind: 'true' | 'contradiction' | 'foreign'): void;
  /** Sees every message with what it led to. */
  see(message: LineageMessage, transition: Transition): void;
  /** The lineage is as it was at an earlier moment; what was sent since stays sent, and these come again. */
  reset(lineage: ChangeSetCase, coming: readonly LineageMessage[]): void;
  /** Requires that a message changes nothing. */
  withoutEffect(message: LineageMessage, apply: () => void, run: { lineage: ChangeSetCase }): void;
  /** Whether this wait began at this moment: nothing of it can be reported yet. */
  isFreshWait(lineage: ChangeSetCase): boolean;
  /** Requires that a wait is reported where it was not, and no backfill's digest reports the lineage. */
  reportsWait(lineage: ChangeSetCase, apply: () => void): void;
  /** Compares the end. */
  judge(lineage: ChangeSetCase, vendor: Vendor): void;
  /** All that happened, a line each. */
  story(): readonly string[];
}

function required(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

function same(found: unknown, expected: unknown, what: string): void {
  required(isDeepStrictEqual(found, expected), `${what}: ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`);
}

/**
 * Whether an outcome that no member claims may wait here: only where it can still turn out to be the lineage's own.
 * @param checked true where a check has not shown it as that.
 */
function mayWait(lineage: ChangeSetCase, name: string | undefined, checked: boolean): boolean {
  const { phase, members, diagnosis, pendingEnd } = lineage;
  const [, attempt] = new RegExp(`\\+retry\\.${originId}\\.(\\d+)$`).exec(name ?? '') ?? [];
  if (attempt === undefined || phase.name === 'ended') return false;
  const checking = phase.name === 'inspecting' || (phase.name === 'abandoning' && phase.changeSetId === undefined);
  const unanswered = phase.name === 'awaitingDecision' && phase.reason.kind === 'submitUnknown';
  const unseen =
    phase.name === 'awaitingDecision' &&
    phase.reason.kind === 'checkFailed' &&
    (diagnosis === undefined || pendingEnd !== undefined);
  const sending = ['diagnosing', 'backingOff', 'submitting', 'awaitingBlocker'].includes(phase.name);
  const newest = members.at(-1)?.attempt ?? 0;
  const due = Number(attempt) === newest + 1 && (sending || unanswered);
  if (checking || unseen || due) return true;
  // Where nothing that is awaited shows whose it is, a check of its own must.
  return Number(attempt) > newest && !checked && (sending || hasClaims(lineage));
}

/** What a phase waits for: a change set, what holds the entities since a moment, or whatever this phase does. */
function waitedFor(phase: ChangeSetCase['phase']): unknown {
  if (phase.name === 'awaitingBlocker') return `blocker since ${phase.sinceMs}`;
  const ofOutcome = phase.name === 'awaitingOutcome' || phase.name === 'abandoning';
  return ofOutcome && phase.changeSetId !== undefined ? `outcome of ${phase.changeSetId}` : phase;
}

/** Makes the referee of one run. */
export function createReferee(truth: Truth): Referee {
  const story: string[] = [];
  const notices: string[] = [];
  const reports: string[] = [];
  const waits: string[] = [];
  const waited = new Set<unknown>();
  const described: string[] = [];
  const delivered: string[] = [];
  /** What has come since the last reset, and ever. */
  const foreign = new Set<string>();
  const everForeign = new Set<string>();
  const untrue = new Set<string>();
  let contradicted = truth.misshown;
  let missed = 0;
  let reminders = 0;
  let asked = 0;
  let silent = 0;
  let before: ChangeSetCase['phase']['name'] = 'inspecting';
  let last: ChangeSetCase | undefined;
  let wasReset = false;
  const checked = new Set<string>();
  const all: Notice[] = [];

  /** No notice reports a question about what a backfill opened until an operator has answered, or something was sent. */
  function isSilent({ members, audit, phase }: ChangeSetCase): boolean {
    const unsure = phase.name === 'awaitingDecision' && phase.reason.kind === 'submitUnknown';
    return truth.foundBy !== undefined && members.length === 1 && audit.length === 0 && !unsure;
  }

  function question(message: LineageMessage, { state: lineage, notices: sent }: Transition): void {
    const { phase } = lineage;
    if (lineage.decisionsRequested === asked) return;
    asked = lineage.decisionsRequested;
    if (phase.name === 'awaitingDecision' && phase.reason.kind === message.type) missed += 1;
    const reported = sent.some(({ kind }) => kind === 'opening');
    required(reported !== isSilent(lineage), `question ${asked} ${reported ? 'with' : 'without'} a notice`);
    if (!reported) silent += 1;
  }

  const sentSoFar = (): number => notices.length + reports.length + waits.length + described.length + delivered.length;

  /** What would not be submitted again does not wait for what runs: an operator is asked at once. */
  function waitsForASubmit(message: LineageMessage, { phase }: ChangeSetCase): void {
    const entered = phase.name !== before;
    before = phase.name;
    const checked = message.type === 'inspected' ? message.findings.origin : undefined;
    const diagnosis = message.type === 'diagnosed' ? message.diagnosis : checked;
    if (!entered || phase.name !== 'awaitingBlocker' || diagnosis === undefined) return;
    required(diagnosis.failureCode === 'SERVER_FAULT', 'waits for what runs, and would submit nothing');
    required(truth.foundBy !== 'propose', 'waits for what runs, and nothing is submitted without an operator');
  }

  function held(lineage: ChangeSetCase): void {
    const waiting = lineage.unclaimed.map(({ eventId }) => eventId);
    for (const { changeSetName, eventId } of lineage.unclaimed) {
      required(mayWait(lineage, changeSetName, checked.has(eventId)), `${eventId} waits in ${lineage.phase.name}`);
    }
    const due = [...foreign].filter((id) => !waiting.includes(id)).toSorted();
    if (!wasReset) return same(delivered.toSorted(), due, 'delivered');
    // What was delivered before a reset comes again, and is delivered again: its own workflow takes it once.
    const lost = due.filter((id) => !delivered.includes(id));
    same([lost, delivered.filter((id) => !everForeign.has(id))], [[], []], 'not delivered, and wrongly delivered');
  }

  /** A check that counts has shown every successor there is: what waited and is none is foreign. */
  function judgeClaims(message: LineageMessage, { state }: Transition): void {
    const lists = message.type === 'inspected' || (message.type === 'diagnosed' && message.diagnosis.concurrentChanges);
    const claims = lists && state !== last ? (message.claims ?? []) : [];
    for (const { eventId, changeSetId } of last?.unclaimed ?? [])
      if (claims.includes(changeSetId)) checked.add(eventId);
    last = state;
  }

  return {
    arrived(event, kind) {
      if (kind === 'foreign') everForeign.add(event.eventId);
      if (kind !== 'contradiction') return;
      contradicted = true;
      const attempt = [...truth.changeSets.keys()].find((one) => idOf(one) === event.changeSetId) ?? 0;
      if (outcomeOf(changeSetOf(truth, attempt).ending) !== event.outcome) untrue.add(event.changeSetId);
    },
    see(message, transition) {
      const { state: lineage, notices: sent, effects = [] } = transition;
      const what = message.type === 'outcome' ? ` ${message.message.eventId}` : '';
      if (message.type === 'outcome' && everForeign.has(message.message.eventId)) foreign.add(message.message.eventId);
      story.push(`${message.type}${what} → ${JSON.stringify(lineage.phase)}`);
      for (const effect of effects) {
        if (effect.type === 'deliverOutcome') delivered.push(effect.outcome.eventId);
        else described.push(effect.changeSetId);
      }
      judgeClaims(message, transition);
      all.push(...sent);
      for (const { id, kind } of sent) {
        const others = kind === 'report' ? reports : notices;
        (id.includes(':waiting:') ? waits : others).push(id);
        if (kind !== 'reminder') continue;
        reminders += 1;
        required(!isSilent(lineage), 'reminded of a question that no notice reported');
      }
      question(message, transition);
      waitsForASubmit(message, lineage);
      held(lineage);
      const stopping = ['abandoning', 'awaitingDecision', 'ended'].includes(lineage.phase.name);
      const pendingEnd = lineage.pendingEnd !== undefined || lineage.audit.some((entry) => entry.command === 'abandon');
      required(stopping || !pendingEnd, `given up, and yet ${lineage.phase.name}`);
    },
    reset(lineage, coming) {
      for (const message of coming) if (message.type === 'outcome') foreign.delete(message.message.eventId);
      story.push(`reset → ${JSON.stringify(lineage.phase)}`);
      wasReset = true;
      asked = lineage.decisionsRequested;
      before = lineage.phase.name;
      last = lineage;
      checked.clear();
    },
    withoutEffect(message, apply, run) {
      const before = run.lineage;
      const sentBefore = sentSoFar();
      apply();
      same(run.lineage, before, `after a senseless ${message.type}`);
      required(run.lineage.phase === before.phase, `a senseless ${message.type} begins ${before.phase.name} again`);
      same(sentSoFar(), sentBefore, `sent after a senseless ${message.type}`);
    },
    isFreshWait: ({ phase }) => !wasReset && !waited.has(phase) && waitedFor(phase) === phase,
    reportsWait(lineage, apply) {
      if (wasReset) return apply();
      const what = waitedFor(lineage.phase);
      const due = !waited.has(what) && !isSilent(lineage);
      const before = waits.length;
      apply();
      if (!isSilent(lineage)) waited.add(what);
      same(waits.length - before, due ? 1 : 0, `notices of a wait in ${lineage.phase.name}`);
    },
    judge({ phase, members, notes }, vendor) {
      const expected = trueEnd(truth);
      same(phase, { name: 'ended', end: expected.end }, 'end');
      // An operator's command that comes again after a reset may give up before the outcome is found.
      const newest = members.at(-1);
      const givenUpEarlier = wasReset && expected.end === 'abandoned' && newest?.outcome === undefined;
      const known = (attempt: number, outcome: Outcome | undefined): Outcome | 'unknown' | undefined =>
        mayStayUnknown(truth, attempt) || (givenUpEarlier && attempt === newest?.attempt) ? 'unknown' : outcome;
      same(
        members.map(({ attempt, changeSetId, outcome }) => [attempt, changeSetId, known(attempt, outcome)]),
        expected.members.map(([attempt, outcome]) => [attempt, idOf(attempt), known(attempt, outcome)]),
        'members',
      );
      same(
        [...vendor.sets.keys()].toSorted((one, other) => one - other),
        expected.members.map(([attempt]) => attempt),
        'accepted',
      );
      same(sharedIdentities(all), [], 'decisions that share an identity');
      const untagged = notes.filter((note) => /entity tags/.test(note)).length;
      same(untagged, truth.creates && members.length > 1 ? 1 : 0, 'notes on entity tags');
      const succeeded = truth.reportSuccess && (expected.end === 'succeeded' || expected.end === 'remediated');
      const applied = idOf(members.length - 1);
      same([...new Set(described)], succeeded ? [applied] : [], 'described');
      same([...new Set(reports)], succeeded ? [`change-set:${originId}:succeeded:${applied}`] : [], 'reports');
      if (wasReset) return;
      same(described.length, reports.length, 'described and reported, once');
      same(new Set(notices).size, notices.length, 'notices, each once');
      same(new Set(waits).size, waits.length, 'notices of waits, each once');
      const questions = expected.questions + missed;
      same(asked, questions, 'questions');
      const reported = questions - silent + reminders;
      // The end is news where operators were asked, and where a repeat that nobody was asked about lacks its tags.
      const lacking = untagged > 0 && expected.end === 'remediated' && truth.foundBy === undefined;
      same(notices.length, reported + (reported > 0 || lacking ? 1 : 0), `notices ${notices.join(' ')}`);
      const unnoted = [...untrue].filter((id) => !notes.some((note) => note.startsWith(`${id} was reported as`)));
      same(unnoted, [], 'contradictions that nobody can read');
      const wrong = notes.filter((note) => /reported as|shows/.test(note));
      required(contradicted || wrong.length === 0, `contradictions noted that are none: ${wrong.join(' ')}`);
    },
    story: () => story,
  };
}
