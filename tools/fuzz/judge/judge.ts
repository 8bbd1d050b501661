import type { RouteContext } from '../../../src/delivery/delivery.ts';
import type { FuzzInput } from '../inputs/make.ts';
import { planted } from '../inputs/values.ts';
import { deliveryProblems } from './deliveries.ts';
import { identityProblems } from './identity.ts';
import { handle, type Handled } from './reading.ts';
import { uncleanIn } from './screens.ts';

/** What was found of one input. */
export interface Verdict {
  /** What became of its events, and of which kinds they are: what a run has covered. */
  readonly outcomes: readonly string[];
  /** Every promise that it breaks. */
  readonly problems: readonly string[];
  /** Processor time of reading it, in milliseconds. */
  readonly cpuMs: number;
}

/** No input may take more processor time, in milliseconds. */
const mostCpuMs = 100;
/** Collections of garbage and compilation fall into any measurement: a slow one is made again so often, and the least counts. */
const measurements = 4;
/** Less than this may be an accident only. */
const measureAgainAboveMs = 20;
/** A reason is for a line of a log and a notice, in characters. */
const longestReason = 4_000;

const inherited: readonly object[] = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
/** How many members everything inherits: a careless reader adds to them. */
const membersOf = (): number => inherited.reduce((sum, one) => sum + Object.getOwnPropertyNames(one).length, 0);
const membersAtFirst = membersOf();

function timed<Result>(work: () => Result): { readonly result: Result; readonly cpuMs: number } {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { result, cpuMs: (user + system) / 1_000 };
}

function leastCpuMs(first: number, work: () => unknown): number {
  let least = first;
  for (let count = 1; count < measurements && least > measureAgainAboveMs; count += 1)
    least = Math.min(least, timed(work).cpuMs);
  return least;
}

/** What an operator, a sender or a log gets to read beside the delivery: the reason, and the kind. */
function shownOf({ reading }: Handled): readonly string[] {
  switch (reading.outcome) {
    case 'deliver':
    case 'test':
      return [];
    case 'hold':
      return [reading.hold.reason, reading.kind];
    case 'quarantine':
      return [reading.reason];
    case 'ignored':
    case 'unknownKind':
      return [reading.reason, reading.kind];
  }
}

function readingProblems(handled: Handled): string[] {
  const { reading, deliveries } = handled;
  const shown = shownOf(handled);
  const onScreens = [...shown, ...deliveries.flatMap((one) => [one.staticSummary, one.staticDetails])].join('\n');
  return [
    ...Object.entries(planted).flatMap(([name, text]) =>
      // A change may have made an id of it, and ids are shown.
      onScreens.includes(text) && !deliveries.some(({ workflowId }) => workflowId.includes(text))
        ? [`${reading.outcome}: a planted ${name} reaches a screen`]
        : [],
    ),
    ...shown.flatMap((text) => [
      ...(text === '' ? [`${reading.outcome}: there is no reason`] : []),
      ...(text.length > longestReason ? [`${reading.outcome}: the reason has ${text.length} characters`] : []),
      ...(uncleanIn(text, 'line') ? [`${reading.outcome}: the reason is not clean`] : []),
    ]),
    ...deliveries.flatMap(deliveryProblems),
  ];
}

function outcomeOf({ reading }: Handled): string {
  return reading.outcome === 'deliver' ? `deliver ${reading.deliveries[0].kind}` : reading.outcome;
}

/** Reads an input as the steward does, and checks every promise of it. Never throws. */
export function judge(input: FuzzInput, context: RouteContext): Verdict {
  try {
    const { result: handled, cpuMs: first } = timed(() => handle(input, context));
    const cpuMs = leastCpuMs(first, () => handle(input, context));
    const problems = [
      ...(cpuMs > mostCpuMs ? [`it takes ${cpuMs.toFixed(0)} ms of processor time, at most ${mostCpuMs}`] : []),
      ...(membersOf() === membersAtFirst ? [] : ['a prototype has other members than before']),
      ...handled.flatMap(readingProblems),
      ...identityProblems(input, handled, context),
    ];
    return { outcomes: [...new Set(handled.map(outcomeOf))], problems: [...new Set(problems)], cpuMs };
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { outcomes: [], problems: [`it throws: ${message.split('\n').slice(0, 3).join(' ')}`], cpuMs: 0 };
  }
}
