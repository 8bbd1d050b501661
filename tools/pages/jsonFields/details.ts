import type { AccountHealthStatus } from '../../../src/workflows/accountHealth/contract.ts';
import type { BackfillChangeSetsStatus, FailedChangeSet } from '../../../src/workflows/backfillChangeSets/contract.ts';
import type { BackfillStatus, FailedItem } from '../../../src/workflows/backfillItems/contract.ts';
import type { ChangeSetStatus } from '../../../src/workflows/changeSetRemediation/contract.ts';
import type { DeadLettersStatus } from '../../../src/workflows/deadLetterQueue/contract.ts';
import type { FanOutStatus } from '../../../src/workflows/eventFanOut/contract.ts';
import type { FailingTasksStatus } from '../../../src/workflows/failingTasks/contract.ts';
import type { HeldEventsStatus } from '../../../src/workflows/heldEvents/contract.ts';
import type { ItemStatus, ProductRecord } from '../../../src/workflows/itemBuyability/contract.ts';
import type { MorningStatus } from '../../../src/workflows/morningDigest/contract.ts';
import type { DigestStatus } from '../../../src/workflows/noticeDigest/contract.ts';
import type { OfferStatus } from '../../../src/workflows/offerWatch/contract.ts';
import type { QuarantineStatus } from '../../../src/workflows/quarantinedEvent/contract.ts';
import type { AccountResult, ReconcileResult } from '../../../src/workflows/reconcileChangeSets/contract.ts';
import type { SecurityReportMessage, SecurityStatus } from '../../../src/workflows/securityCase/contract.ts';
import type { CommandedStatus } from '../../../src/workflows/shared/contract.ts';
import type { AuditEntry } from '../../../src/workflows/shared/operatorCommands.ts';
import type { SubmitPermitsStatus } from '../../../src/workflows/submitPermits/contract.ts';
import type { TestEventArrival, TestEventStatus } from '../../../src/workflows/testEvent/contract.ts';
import { list, one, type Described, type Member } from './described.ts';

type Common = keyof CommandedStatus<string>;
/** What a status has beside what every status has. */
type Own<Status> = Described<Omit<Status, Common>>;

/** What every workflow's details have. */
export const commonDetails: Described<CommandedStatus<string>> = {
  state: 'as the column STATE of `list`',
  nextStep: 'what happens next, automatically or by you, in a sentence',
  notes: 'what the workflow notes for you, the oldest first',
  commands: 'what it takes now; only of workflows that take commands, as is `audit`',
  audit: list<AuditEntry>('what operators commanded', {
    at: 'when',
    command: 'which command',
    actor: 'who decided',
    reason: 'why',
    proposal: 'the proposal that it decided on, where there was one',
    refused: 'why it changed nothing, where it did not',
  }),
};

const failedChangeSet: Described<FailedChangeSet> = { changeSetId: 'which', reason: 'why the last attempt failed' };
const failedItem: Described<FailedItem> = {
  businessProductId: 'of which merchant',
  itemId: 'which',
  reason: 'why the last attempt failed',
};

const changeSetRemediation: Own<ChangeSetStatus> = {
  changeSetId: 'the newest of the lineage',
  attempt: 'its number: 0 is the original',
  proposedBy: 'who proposed the amendment that waits for approval',
  proposal: 'the name of that amendment, which `approve` takes',
  members: list<ChangeSetStatus['members'][number]>('every change set of the lineage', {
    attempt: 'its number',
    changeSetId: 'its id at AWS',
    outcome: 'how it ended, once it has',
  }),
  report: 'what AWS said ([the report](command.md#the-report-of-a-change-set)); absent once AWS applied it',
};
const securityCase: Own<SecurityStatus> = {
  account: 'the AWS account',
  dueAt: 'until when the issues have to be resolved, where the report says so',
  report: one<SecurityReportMessage>('the newest report', {
    eventId: 'of the event that brought it',
    reportedAt: 'when it was made',
    numberOfProductsWithIssues: 'products with issues',
    numberOfVersionsWithIssues: 'versions with issues',
    numberOfLatestVersionsWithIssues: 'newest versions with issues',
    newIssuesFound: 'whether it found issues that the one before had not',
    upcomingResolutionDueDate: 'the due date, where it has one',
  }),
  affected: 'the affected delivery options, in lines',
  acknowledgedBy: 'who acknowledged the case',
  snoozedUntil: 'until when reminders wait',
  lastReminder: 'the name of the last reminder, such as `before-7d`',
  remindersSent: 'each as `{due date}:{reminder}`, the oldest first',
};
const itemBuyability: Own<ItemStatus> = {
  businessProductId: 'the merchant',
  itemId: 'the item',
  asOf: 'when what is known was true',
  since: 'since when it is what the open notice says',
  product: one<ProductRecord>('the product, as the event or a query gave it', {
    id: 'at Buy with Prime',
    externalId: 'the merchant’s own',
    sku: 'the merchant’s SKU',
    amazonSku: 'Amazon’s SKU',
    buyabilityStatus: 'the raw text of the status',
    offerPrime: 'false where the merchant switched the offer off; only a query gives it',
  }),
};
const offerWatch: Own<OfferStatus> = {
  account: 'the AWS account',
  offerId: 'the offer',
  role: 'whether the account has made it, or is its reseller',
  expiresAt: 'when it expires, as AWS showed it last',
  agreements: 'agreements by this offer whose events came',
  remindersSent: 'each as `{expiration date}:{reminder}`, the oldest first',
};
const quarantinedEvent: Own<QuarantineStatus> = {
  sha256: 'of the bytes',
  envelope: '`eventbridge` or `webhook`',
  sizeBytes: 'how many bytes they are',
  count: 'how often they came',
  reason: 'why they were kept',
  heldBy: 'the workflow that decides for all of its kind, where one does',
  deliveredTo: 'the workflows that have what a replay delivered',
};
const heldEvents: Own<HeldEventsStatus> = {
  heading: 'what they wait for, in words',
  count: 'events seen so far',
  held: 'of how many the bytes are held now',
  replayed: 'replayed ones',
  expired: 'expired ones',
  refused: 'how often an ingress refused one, as no more may be held',
  full: 'while no more may be held: `since` when, and `most`, how many may be',
  reason: 'why nobody may act on them',
};
const backfill = {
  startedAt: 'when it began',
  failed: 'not delivered by any attempt',
  left: 'not delivered yet; after a stop, never',
  secondsLeft: 'at this rate; absent while nothing is delivered',
};
const backfillChangeSets: Own<BackfillChangeSetsStatus> = {
  ...backfill,
  account: 'the AWS account',
  catalog: 'the catalog',
  from: 'change sets that started then or later',
  to: 'and before that',
  statuses: 'with one of these statuses',
  dryRun: 'whether it only counts',
  act: '`propose` or `policy`',
  found: 'listed by AWS: the sum of `known`, `started`, `failed` and `left`',
  known: 'had a workflow before',
  started: 'opened by this backfill',
  failures: list<FailedChangeSet>('the first hundred', failedChangeSet),
  ratePerSecond: 'measured; absent until there is something to measure',
  sample: 'of a dry run: the first that a real one would start',
  realRun: 'of a dry run that has ended: the input of the real one ([its fields](backfill.md))',
  problem: 'AWS’s sentence, where it refused the listing',
  lastDecisions: 'of a real run: the ids of the workflows that its next digest names; at the end, of its last',
};
const backfillItems: Own<BackfillStatus> = {
  ...backfill,
  given: 'in the list: the sum of `delivered`, `failed`, `duplicates` and `left`',
  delivered: 'the item’s own workflow has the request',
  alreadyOpen: 'of these, those whose workflow was open before',
  duplicates: 'in the list more than once',
  failures: list<FailedItem>('the first hundred', failedItem),
  ratePerSecond: 'as it was asked for',
};
const accountHealth: Own<AccountHealthStatus> = {
  account: 'the AWS account, or the merchant',
  since: 'the first refusal',
  missing: list<AccountHealthStatus['missing'][number]>('what somebody has to do, each once', {
    action: 'in a sentence',
    refusals: 'reported calls',
    message: 'what the vendor said',
  }),
};
const deadLetterQueue: Own<DeadLettersStatus> = {
  region: 'of the queue',
  name: '`{account}/{name}`',
  source: 'the queue that brings events',
  count: 'messages in it',
  since: 'since when; absent until the first count',
};
const failingTasks: Own<FailingTasksStatus> = {
  groups: list<FailingTasksStatus['groups'][number]>('workflows whose task fails alike', {
    workflowType: 'their type',
    cause: 'the server’s name of it',
    message: 'what the worker said of one of them',
    count: 'how many',
    workflowIds: 'the first few',
    since: 'since when it is known',
  }),
};
const reconcileChangeSets: Own<ReconcileResult> = {
  account: 'of a check by hand: the one account',
  until: 'what ended before this is checked',
  listed: 'failed change sets that AWS lists',
  known: 'of these, those with a workflow',
  missed: 'those whose event never came: the run delivered them',
  undelivered: 'those that can be no event',
  missedIds: 'the first hundred of those missed',
  late: 'change sets on which AWS has worked for long, and whose workflows the run opened',
  accounts:
    'by account: `checkedUntil`, `missed`, `failure`, `unfinished`, `after`, `reported`, `entitiesUntil`, `paused`',
  unsent: 'notices that have not reached every channel: the next round sends them',
};
/** The members that the sentence about `accounts` names. */
export const accountResult: Described<AccountResult> = {
  checkedUntil: 'what ended before this has been checked',
  missed: 'events that never came',
  failure: 'why it could not be checked',
  unfinished: 'there was more than the round had time for',
  after: 'the row behind which the next round goes on',
  reported: 'the newest change sets of which lineages were notified',
  entitiesUntil: 'up to when entities of open questions have been checked',
  paused: 'an operator paused its checks',
};
const noticeDigest: Own<DigestStatus> = {
  channel: 'to which channel',
  account: 'of which account',
  matter: 'what the ids of the workflows begin with',
  reported: 'notices that digests have reported',
  waiting: 'notices that wait for the next one',
  digests: 'digests that were sent',
  lastDecisions: 'identities of the decisions in the newest',
};
const morningDigest: Own<MorningStatus> = {
  digestId: 'of the route',
  plannedAt: 'for when the digest was planned',
  sentDay: 'the newest day whose digest was sent',
  reportedUntil: 'what ended before that was reported',
};
const eventFanOut: Own<FanOutStatus> = {
  account: 'of the event',
  parts: 'how many workflows it is for',
  arrivals: 'how often it came',
};
const submitPermits: Own<SubmitPermitsStatus> = {
  account: 'the AWS account',
  today: 'submits by policy that count in the day of UTC that is now',
  inFlight: 'submits under way',
};
const testEvent: Own<TestEventStatus> = {
  testId: 'of the test',
  account: 'of the envelope',
  region: 'of the envelope',
  sentAt: 'when its sender put it on the bus',
  arrival: one<TestEventArrival>('how it came; absent where it was started by hand', {
    transport: '`http`, `sqs` or `cli`',
    queue: '`{account}/{name}` of the queue',
    arrivedAt: 'when',
    isConfigured: 'whether the process that took it has the account in its configuration',
  }),
};

/** What the details have beside that, by workflow type. */
export const detailsByType: Readonly<Record<string, Readonly<Record<string, Member>>>> = {
  changeSetRemediation,
  securityCase,
  itemBuyability,
  offerWatch,
  quarantinedEvent,
  heldEvents,
  backfillChangeSets,
  backfillItems,
  accountHealth,
  deadLetterQueue,
  failingTasks,
  reconcileChangeSets,
  noticeDigest,
  morningDigest,
  eventFanOut,
  submitPermits,
  testEvent,
};
