import type { Endpoints } from './endpoints.ts';
import type { Observation } from './observe.ts';
import type { Expectation, Scenario } from './scenarios/scenario.ts';

/** What became of one scenario. */
export interface ScenarioResult {
  readonly name: string;
  readonly workflowId: string;
  readonly expected: string;
  /** As Temporal shows it. */
  readonly actual: string;
  readonly ok: boolean;
  /** From its first event until it had come to what is expected, or until now. */
  readonly seconds: number;
}

/** What `--json` prints. */
export interface Report {
  readonly ok: boolean;
  /** Without keys. */
  readonly endpoints: Endpoints;
  readonly scenarios: readonly ScenarioResult[];
}

/** Where a scenario stands. */
export interface Progress {
  readonly scenario: Scenario;
  readonly observation?: Observation;
  /** True once every one of its events was answered as it should be. */
  readonly played: boolean;
  /** What went wrong with its events, in a sentence. */
  readonly problem?: string;
  /** How many of the other workflows have come to their state so far, where the scenario asks for them. */
  readonly besides?: number;
  /** Successors that the simulated vendor has accepted so far, where the scenario asks for their number. */
  readonly submits?: number;
  /** Notices that have arrived so far, by channel, where the scenario asks for their number. */
  readonly notified?: Readonly<Record<string, number>>;
  readonly startedMs?: number;
  readonly reachedMs?: number;
}

/** An expectation in words, in the form that `actualText` has too. */
export function expectedText({ state, orLater, facts, saying, reporting }: Expectation): string {
  const shown = Object.entries(facts ?? {}).map(([name, value]) => `${name} ${value}`);
  const said = saying === undefined ? [] : [quoted(saying)];
  const wanted = orLater === undefined ? state : `${state} or ${orLater}`;
  return [wanted, ...shown, ...said, ...(reporting === undefined ? [] : [reportingText(reporting)])].join(', ');
}

/** What Temporal shows of what is expected. */
export function actualText(
  { state, orLater, facts, saying, reporting = '' }: Expectation,
  observation: Observation | undefined,
): string {
  if (observation === undefined) return 'no workflow';
  const shown = Object.keys(facts ?? {}).map((name) => `${name} ${factText(observation.status[name])}`);
  const { nextStep = 'nothing' } = observation;
  const said = saying === undefined ? [] : [quoted(nextStep.includes(saying) ? saying : nextStep)];
  const report = JSON.stringify(observation.status['report'] ?? '');
  const reported = reporting === '' ? [] : [reportingText(report.includes(reporting) ? reporting : 'something else')];
  const seen = observation.state === orLater || observation.state === state;
  const shownState = orLater !== undefined && seen ? `${state} or ${orLater}` : observation.state;
  return [shownState, ...shown, ...said, ...reported].join(', ');
}

/** Whether a workflow has come to what is expected, as the worker reports it and not as it was started. */
export function isReached(expected: Expectation, observation: Observation | undefined): boolean {
  if (observation === undefined) return false;
  const closed = expected.closed === undefined || !observation.running;
  const { state: reportedState } = observation.status;
  const reported =
    reportedState === expected.state || (reportedState !== undefined && reportedState === expected.orLater);
  return closed && reported && actualText(expected, observation) === expectedText(expected);
}

/**
 * Whether nothing more is to be waited for: its events are answered, its workflow and those besides have come to their state, and as many
 * successors were submitted, and as many notices received, as are expected.
 */
export function isDone(progress: Progress): boolean {
  const { scenario, observation, played, problem, besides, submits, notified } = progress;
  const accompanied = scenario.besides === undefined || scenario.besides.workflowIds.length === besides;
  const submitted = scenario.submits === undefined || scenario.submits.expected === submits;
  const heard = reportedText(scenario, scenario.notified) === reportedText(scenario, notified);
  const reached = (heard && isReached(scenario.expected, observation)) || addsUp(progress);
  return played && problem === undefined && accompanied && submitted && reached;
}

/** Whether a flood that was divided otherwise than expected adds up, and every channel has at least what is expected. */
function addsUp({ scenario, observation, notified = {} }: Progress): boolean {
  const { inAll, notified: wanted = {} } = scenario;
  const { facts: _facts, ...expected } = scenario.expected;
  if (inAll === undefined || observation === undefined || !isReached(expected, observation)) return false;
  const { reported, digests, waiting } = observation.status;
  const arrived = (channel: string): number => notified[channel] ?? 0;
  return (
    waiting === 0 &&
    Object.entries(wanted).every(([channel, count]) => arrived(channel) >= count) &&
    Number(reported) + arrived(inAll.channel) - Number(digests) === inAll.notices
  );
}

/** The notices that each channel has got, in the order in which the scenario names the channels. */
function reportedText({ notified: wanted = {} }: Scenario, counts: Progress['notified'] = {}): string {
  return Object.keys(wanted)
    .map((channel) => `, ${counts[channel] ?? 0} by ${channel}`)
    .join('');
}

/** One scenario for the report; `nowMs` ends the time of one that is not there yet. */
export function resultOf(progress: Progress, nowMs: number): ScenarioResult {
  const { scenario, observation, besides, submits, notified, startedMs, reachedMs } = progress;
  const accompanied = (count: number): string =>
    scenario.besides === undefined ? '' : `, ${count} workflows ${scenario.besides.state}`;
  const counted = (count: number): string =>
    scenario.submits === undefined ? '' : `, ${count === 1 ? '1 submit' : `${count} submits`}`;
  const tookMs = startedMs === undefined ? 0 : (reachedMs ?? nowMs) - startedMs;
  return {
    name: scenario.name,
    workflowId: scenario.workflowId,
    expected:
      expectedText(scenario.expected) +
      accompanied(scenario.besides?.workflowIds.length ?? 0) +
      counted(scenario.submits?.expected ?? 0) +
      reportedText(scenario, scenario.notified),
    actual:
      actualText(scenario.expected, observation) +
      accompanied(besides ?? 0) +
      counted(submits ?? 0) +
      reportedText(scenario, notified),
    ok: isDone(progress),
    seconds: Math.round(tookMs / 100) / 10,
  };
}

/** The scenarios that did not reach their state, in lines for operators. */
export function shortfall(progress: readonly Progress[], nowMs: number): readonly string[] {
  return progress
    .filter((one) => !isDone(one))
    .map((one) => {
      const { name, workflowId, expected, actual, seconds } = resultOf(one, nowMs);
      const why = one.problem ?? (one.played ? `it is: ${actual}` : 'not all of its events are delivered');
      return `${name} (${workflowId}): expected ${expected}; ${why} (after ${seconds} s)`;
    });
}

function quoted(text: string): string {
  return `saying "${text}"`;
}

function reportingText(text: string): string {
  return `reporting "${text}"`;
}

function factText(value: unknown): string {
  if (Array.isArray(value)) return value.map(factText).join(' ');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : 'unknown';
}
