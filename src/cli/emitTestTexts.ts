import type { PutOutcome, TestBus } from '../queues/testBus.ts';
import { CommandProblem, exitCodes, type CommandResult } from './command.ts';
import { printable, terminalWidth, wrapped } from './format.ts';

/** A test event that is on the bus. */
export interface SentTest {
  readonly testId: string;
  readonly workflowId: string;
  readonly account: string;
  /** The bus's ARN. */
  readonly bus: string;
  readonly region: string;
  /** ISO 8601. */
  readonly sentAt: string;
  /** The flags by which another command reaches the same Temporal server. */
  readonly flagsAgain: string;
}

/** Where a test event arrived. */
export interface ArrivedTest {
  /** Of the envelope. */
  readonly account: string;
  readonly transport: string;
  readonly queue?: string | undefined;
  /** ISO 8601. */
  readonly arrivedAt: string;
  readonly isConfigured: boolean;
}

/** What programs get in every case. */
const documentOf = ({ flagsAgain: _flagsAgain, ...sent }: SentTest, arrived: boolean) => ({ ...sent, arrived });

/** It arrived: by which way, and what is still wrong. */
export function arrivedResult(sent: SentTest, arrived: ArrivedTest, seconds: number): CommandResult {
  const { account, workflowId, flagsAgain } = sent;
  const { transport, queue, isConfigured } = arrived;
  const problems = [
    ...(arrived.account === account
      ? []
      : [
          `It is an event of account ${printable(arrived.account)}, not of ${account}: these credentials are of another account. Name others with --profile or --role.`,
        ]),
    ...(isConfigured
      ? []
      : [
          `The configuration of that ingress does not have account ${printable(arrived.account)}: its events are held. Add accounts.${printable(arrived.account)}.`,
        ]),
  ];
  const way = queue === undefined ? printable(transport) : `${printable(transport)}, queue ${printable(queue)}`;
  return {
    text: [
      `The test event arrived after ${seconds} s, by ${way}.`,
      `Its workflow is ${workflowId}, which has ended and changed nothing.`,
      ...problems.flatMap((problem) => wrapped(problem, terminalWidth)),
      `See it: steward show ${workflowId}${flagsAgain}`,
    ].join('\n'),
    document: { ...documentOf(sent, true), seconds, arrival: arrived },
    exitCode: problems.length === 0 ? exitCodes.ok : exitCodes.failed,
  };
}

/** Temporal has it, and nothing runs it. */
export function waitingResult(sent: SentTest, seconds: number): CommandResult {
  const { workflowId, flagsAgain } = sent;
  return {
    text: [
      `The test event arrived in Temporal after ${seconds} s, as ${workflowId}, and no worker has run it.`,
      'Start a worker: steward worker, or steward run. The workflow then says by which way the event came.',
      `See it: steward show ${workflowId}${flagsAgain}`,
    ].join('\n'),
    document: { ...documentOf(sent, true), seconds },
    exitCode: exitCodes.unreachable,
  };
}

/** It arrived, and what the workflow has left cannot be read here. */
export function unreadableResult(sent: SentTest, seconds: number): CommandResult {
  const { workflowId } = sent;
  return {
    text: [
      `The test event arrived after ${seconds} s, as ${workflowId}.`,
      'By which way cannot be read here: its result is encrypted, or of another version. Name a configuration that has the',
      'key, with --config or STEWARD_CONFIG.',
    ].join('\n'),
    document: { ...documentOf(sent, true), seconds },
    exitCode: exitCodes.failed,
  };
}

/** What to check, in the order of the way, and the command that shows it. The names are those that the template gives. */
function placesOf({ account, region, testId }: SentTest): ReadonlyArray<readonly [what: string, command?: string]> {
  const inRegion = `--region ${region}`;
  const undelivered = `https://sqs.${region}.amazonaws.com/${account}/marketplace-steward-undelivered`;
  return [
    [
      'The rule: its state must be ENABLED, and its pattern must have marketplace-steward.test.',
      `aws events describe-rule ${inRegion} --name marketplace-steward`,
    ],
    [
      'The queue: the ingress does not receive what stays there. Its /readyz must list the queue as receiving.',
      'steward dlq list --config steward.yaml',
    ],
    [
      'The dead-letter queues: that command counts what the steward gave up, this one what EventBridge could not deliver.',
      `aws sqs get-queue-attributes ${inRegion} --queue-url ${undelivered} --attribute-names ApproximateNumberOfMessages`,
    ],
    [`The log of the ingress: a line with ${testId} says what became of it.`],
  ];
}

/** It did not arrive in time. */
export function lostResult(sent: SentTest, waitSeconds: number): CommandResult {
  const { workflowId, bus } = sent;
  const places = placesOf(sent).flatMap(([what, command], index) => [
    ...wrapped(what, terminalWidth, `${index + 1}. `, '   '),
    ...(command === undefined ? [] : [`   ${command}`]),
  ]);
  return {
    text: [
      `The test event is on ${bus}, and did not arrive within ${waitSeconds} s (${workflowId}).`,
      'Check these, in this order, with the names of your stack:',
      ...places,
      'steward doctor --config steward.yaml checks them as far as its role may ask.',
    ].join('\n'),
    document: { ...documentOf(sent, false), waitSeconds },
    exitCode: exitCodes.failed,
  };
}

/** The account whose credentials AWS names in a refusal. */
function refusedAccount(words = ''): string | undefined {
  return /arn:[a-z-]+:(?:iam|sts)::([0-9]{12}):/.exec(words)?.[1];
}

function sentenceOf({ kind, words }: Extract<PutOutcome, { outcome: 'refused' }>, account: string, bus: TestBus) {
  const as = bus.profile === undefined ? '' : ` (profile ${printable(bus.profile)})`;
  switch (kind) {
    case 'credentials':
      return `AWS has no valid credentials from here${as}. Sign in (aws sso login, or aws configure), or name others with --profile or --role.`;
    case 'denied': {
      const owner = refusedAccount(words);
      if (owner !== undefined && owner !== account) {
        return `These credentials are of account ${owner}, not of ${account}${as}. Name others with --profile or --role.`;
      }
      return `These credentials may not put events on the bus${as}. Give them events:PutEvents on ${bus.arn}.`;
    }
    case 'noBus':
      return `There is no bus ${bus.arn}. Check --account, --region and --bus.`;
    case 'notTaken':
      return 'EventBridge did not take it. Repeat the command later; the PutEvents reference explains the error.';
    case 'unreachable':
      return `EventBridge in ${bus.region} does not answer. Check the network and --region.`;
    case 'other':
      return 'Check the account, the region and the credentials.';
  }
}

/** Why the event is not on the bus, and what to do. */
export function putProblem(
  refused: Extract<PutOutcome, { outcome: 'refused' }>,
  account: string,
  bus: TestBus,
): CommandProblem {
  const words = refused.words === undefined ? '' : ` The reason: ${printable(refused.words)}`;
  const code = refused.kind === 'unreachable' ? exitCodes.unreachable : exitCodes.failed;
  const sentence = sentenceOf(refused, account, bus);
  return new CommandProblem(code, `The test event is not on the bus (${printable(refused.name)}). ${sentence}${words}`);
}
