/** The state diagrams of docs/architecture.md have the states of the code; the compiler holds these lists to it. */
import { readFileSync } from 'node:fs';
import type { FailingTasks } from '../../src/workflows/failingTasks/state.ts';
import type { AccountHealth } from '../../src/workflows/accountHealth/state.ts';
import type { ChangeSetCase } from '../../src/workflows/changeSetRemediation/state.ts';
import type { DeadLetters } from '../../src/workflows/deadLetterQueue/state.ts';
import type { FanOutCase } from '../../src/workflows/eventFanOut/state.ts';
import type { HeldEventsCase } from '../../src/workflows/heldEvents/state.ts';
import type { ItemCase } from '../../src/workflows/itemBuyability/state.ts';
import type { MorningCase } from '../../src/workflows/morningDigest/state.ts';
import type { DigestCase } from '../../src/workflows/noticeDigest/state.ts';
import type { OfferCase } from '../../src/workflows/offerWatch/state.ts';
import type { QuarantineCase } from '../../src/workflows/quarantinedEvent/state.ts';
import type { Reconciliation } from '../../src/workflows/reconcileChangeSets/state.ts';
import type { SecurityCaseState } from '../../src/workflows/securityCase/state.ts';
import type { TestEventCase } from '../../src/workflows/testEvent/state.ts';
import type { SubmitPermitsStatus } from '../../src/workflows/submitPermits/contract.ts';
import type { BackfillStateName } from '../../src/workflows/shared/backfills.ts';

/** Of a phase its name, of an ended one its end. */
type NameOf<Phase> = Phase extends { readonly name: 'ended'; readonly end: infer End extends string }
  ? End
  : Phase extends { readonly name: infer Name extends string }
    ? Name
    : never;
/** Every state once: a missing or a wrong name is an error of types. */
type Every<Name extends string> = Readonly<Record<Name, true>>;

const changeSetRemediation: Every<NameOf<ChangeSetCase['phase']>> = {
  inspecting: true,
  diagnosing: true,
  awaitingOutcome: true,
  backingOff: true,
  submitting: true,
  awaitingBlocker: true,
  awaitingDecision: true,
  abandoning: true,
  succeeded: true,
  remediated: true,
  resolvedElsewhere: true,
  superseded: true,
  reported: true,
  cancelled: true,
  abandoned: true,
  expired: true,
};
const securityCase: Every<NameOf<SecurityCaseState['phase']>> = { open: true, clear: true, abandoned: true };
const itemBuyability: Every<NameOf<ItemCase['phase']>> = {
  querying: true,
  awaitingAccess: true,
  completing: true,
  lingering: true,
  verifying: true,
  watching: true,
  ended: true,
};
const offerWatch: Every<NameOf<OfferCase['phase']>> = {
  watching: true,
  checking: true,
  lingering: true,
  expired: true,
  noEndDate: true,
  withdrawn: true,
  accepted: true,
  abandoned: true,
};
const quarantinedEvent: Every<NameOf<QuarantineCase['phase']>> = {
  quarantined: true,
  held: true,
  replaying: true,
  replayed: true,
  discarded: true,
  expired: true,
};
const eventFanOut: Every<NameOf<FanOutCase['phase']>> = {
  delivering: true,
  delivered: true,
  quarantined: true,
  abandoned: true,
};
const deadLetterQueue: Every<NameOf<DeadLetters['phase']>> = { filled: true, emptied: true, abandoned: true };
const testEvent: Every<NameOf<TestEventCase['phase']>> = { arrived: true };
const noticeDigest: Every<NameOf<DigestCase['phase']>> = { gathering: true, quiet: true, abandoned: true };
const morningDigest: Every<NameOf<MorningCase['phase']>> = {
  collecting: true,
  reported: true,
  sentBefore: true,
  notAsked: true,
  tooLate: true,
  failed: true,
  abandoned: true,
};
const heldEvents: Every<NameOf<HeldEventsCase['phase']>> = {
  awaitingConfiguration: true,
  recorded: true,
  replaying: true,
  discarding: true,
  replayed: true,
  discarded: true,
  expired: true,
};
const backfills: Every<BackfillStateName> = {
  finding: true,
  delivering: true,
  paused: true,
  stopping: true,
  completed: true,
  stopped: true,
};
const accountHealth: Every<NameOf<AccountHealth['phase']>> = {
  refused: true,
  recovered: true,
  abandoned: true,
};
const failingTasks: Every<NameOf<FailingTasks['phase']>> = {
  failing: true,
  recovered: true,
  abandoned: true,
};
const submitPermits: Every<SubmitPermitsStatus['state']> = { counting: true, granting: true };
const reconcileChangeSets: Every<Reconciliation['state']> = {
  checking: true,
  allKnown: true,
  missedFound: true,
  incomplete: true,
  abandoned: true,
  failed: true,
};

const page = readFileSync('docs/architecture.md', 'utf8');

test.each(
  Object.entries({
    changeSetRemediation,
    securityCase,
    itemBuyability,
    offerWatch,
    quarantinedEvent,
    eventFanOut,
    deadLetterQueue,
    testEvent,
    noticeDigest,
    morningDigest,
    heldEvents,
    backfills,
    accountHealth,
    failingTasks,
    reconcileChangeSets,
    submitPermits,
  }),
)('the diagram of %s has the states of the code, each with a way in', (name, states) => {
  const [, diagram = ''] = page.split(`<!-- states: ${name} -->`)[1]?.split('```') ?? [];
  const edges = [...diagram.matchAll(/^ +(\S+) --> (\w+)/gm)].map(([, from = '', to = '']) => ({ from, to }));
  expect(new Set(edges.map(({ to }) => to))).toEqual(new Set(Object.keys(states)));
  expect(edges.map(({ from }) => from).filter((from) => from !== '[*]' && !Object.hasOwn(states, from))).toEqual([]);
});

test('every workflow has a diagram', () => {
  const [, ...drawn] = page.split('<!-- states: ').map((part) => part.slice(0, part.indexOf(' ')));
  expect(drawn).toHaveLength(16);
});
