import { audit } from './carried.ts';
import type { CommandedStatus } from './contract.ts';
import { count, digestNotice, type Digest } from './digests.ts';
import { plain } from './markdown.ts';
import type { Notice } from './notices.ts';
import {
  answerLines,
  auditLines,
  commandsIn,
  plainDecision,
  recorded,
  stateRefusal,
  type AuditEntry,
  type GivenCommand,
  type OperatorCommands,
} from './operatorCommands.ts';
import { list, members, number, oneOf, text, variants } from './shapes.ts';

/** What a backfill does while nobody holds it up. A backfill of items has its list already and finds nothing. */
type BackfillWork = 'finding' | 'delivering';

/** What a backfill does now. */
export type BackfillPhase =
  | { readonly name: 'finding' }
  | { readonly name: 'delivering' }
  | { readonly name: 'paused'; readonly resumes: BackfillWork }
  /** An operator stopped it; the activity that runs still has to answer. */
  | { readonly name: 'stopping' }
  | { readonly name: 'ended'; readonly end: 'completed' | 'stopped' };

/** The state column, and the result of a closed run. */
export type BackfillStateName = BackfillWork | 'paused' | 'stopping' | 'completed' | 'stopped';

/** The commands that operators give to a backfill. */
export const backfillCommands = {
  pause: {
    summary: 'Deliver nothing until resume.',
    takenIn: ['finding', 'delivering'],
    changesNothingIn: ['paused'],
    ...plainDecision,
  },
  resume: {
    summary: 'Go on after a pause.',
    takenIn: ['paused'],
    changesNothingIn: ['finding', 'delivering'],
    ...plainDecision,
  },
  stop: {
    summary: 'Deliver nothing more, and end.',
    takenIn: ['finding', 'delivering', 'paused'],
    changesNothingIn: ['stopping'],
    ...plainDecision,
  },
} as const satisfies OperatorCommands<BackfillStateName>;

/** A command, as a message to a backfill's transitions. */
export type BackfillCommand = GivenCommand<typeof backfillCommands>;

/** Which run a digest is about, and whose it is. */
export interface BackfillIdentity {
  readonly workflowId: string;
  /** The same through continue-as-new. */
  readonly firstRunId: string;
  readonly account: string;
}

/** What every backfill keeps: plain JSON, carried through continue-as-new. */
export interface BackfillState<Failure> {
  readonly version: 1;
  readonly phase: BackfillPhase;
  /** ISO 8601. */
  readonly startedAt: string;
  /** 0 for the pass over everything, then one more for each pass over what was not delivered. */
  readonly pass: number;
  readonly failed: number;
  readonly failures: readonly Failure[];
  /** When the next batch falls due, in milliseconds since the epoch. */
  readonly nextAtMs: number;
  readonly audit: readonly AuditEntry[];
  readonly notes: readonly string[];
}

const work = oneOf('finding', 'delivering');

/** How a run that continues another finds these, but for the failures. */
export const backfillShapes = {
  version: oneOf(1),
  phase: variants<'name', BackfillPhase>('name', {
    finding: members<Extract<BackfillPhase, { name: 'finding' }>>({ name: oneOf('finding') }),
    delivering: members<Extract<BackfillPhase, { name: 'delivering' }>>({ name: oneOf('delivering') }),
    paused: members<Extract<BackfillPhase, { name: 'paused' }>>({ name: oneOf('paused'), resumes: work }),
    stopping: members<Extract<BackfillPhase, { name: 'stopping' }>>({ name: oneOf('stopping') }),
    ended: members<Extract<BackfillPhase, { name: 'ended' }>>({
      name: oneOf('ended'),
      end: oneOf('completed', 'stopped'),
    }),
  }),
  startedAt: text,
  pass: number,
  failed: number,
  nextAtMs: number,
  audit,
  notes: list(text),
};

type Commanded = Pick<BackfillState<unknown>, 'phase' | 'audit' | 'notes'>;

/** What the status of every backfill says beside its numbers. */
export interface BackfillReport<Failure> extends CommandedStatus<BackfillStateName> {
  /** ISO 8601. */
  readonly startedAt: string;
  /** The first hundred. */
  readonly failures: readonly Failure[];
}

/** Failures that a backfill lists: with their reasons they must fit into the payload of a continue-as-new. */
export const listedFailures = 100;
/** In characters. */
export const longestReason = 300;
/** Failures that details and notice name; the status lists more. */
const shownFailures = 10;
const shownNotes = 5;

/** What the details are headed with: the state, with a capital. */
export function headingOf(backfill: Pick<Commanded, 'phase'>): string {
  const name = stateName(backfill);
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** What every backfill keeps at its start. */
export function newBackfillState(name: BackfillWork, nowMs: number): BackfillState<never> {
  const startedAt = new Date(nowMs).toISOString();
  return {
    version: 1,
    phase: { name },
    startedAt,
    pass: 0,
    failed: 0,
    failures: [],
    nextAtMs: nowMs,
    audit: [],
    notes: [],
  };
}

/** What the status of every backfill says beside its numbers. */
export function reportOf<Failure>(backfill: BackfillState<Failure>, nextStep: string): BackfillReport<Failure> {
  const { startedAt, failures, notes, audit } = backfill;
  return { state: stateName(backfill), startedAt, failures, commands: commandsFor(backfill), nextStep, notes, audit };
}

/** The name of a phase for the state column. */
export function stateName({ phase }: Pick<Commanded, 'phase'>): BackfillStateName {
  return phase.name === 'ended' ? phase.end : phase.name;
}

/** The commands that a backfill takes now. */
export function commandsFor(backfill: Pick<Commanded, 'phase'>): readonly string[] {
  return commandsIn(backfillCommands, stateName(backfill));
}

function phaseAfter(phase: BackfillPhase, command: BackfillCommand['type']): BackfillPhase {
  switch (command) {
    case 'pause':
      return phase.name === 'finding' || phase.name === 'delivering' ? { name: 'paused', resumes: phase.name } : phase;
    case 'resume':
      return phase.name === 'paused' ? { name: phase.resumes } : phase;
    case 'stop':
      return phase.name === 'stopping' ? phase : { name: 'stopping' };
  }
}

/** The backfill after a command, which its audit list records; unchanged where it refuses the command or has taken it. */
export function commanded<State extends Commanded>(
  before: State,
  { type, command }: BackfillCommand,
  nowMs: number,
): State {
  const phase = phaseAfter(before.phase, type);
  const refused = stateRefusal(backfillCommands, type, stateName(before)) !== undefined;
  if (refused || phase === before.phase) return before;
  return recorded({ ...before, phase }, type, command, nowMs);
}

/** What operators can answer now, as lines of markdown. */
export function commandLines(backfill: Pick<Commanded, 'phase'>, workflowId: string): string[] {
  return answerLines(backfillCommands, commandsFor(backfill), workflowId);
}

/** One thing that a backfill could not deliver. */
interface NamedFailure {
  readonly id: string;
  readonly reason: string;
}

/** The first failures, the last notes and the last commands, as lines of markdown. */
export function recordLines(
  { notes, audit }: Pick<Commanded, 'notes' | 'audit'>,
  failures: readonly NamedFailure[],
): string[] {
  return [
    ...failures.slice(0, shownFailures).map(({ id, reason }) => `- failed: ${plain(id, 60)}: ${plain(reason, 120)}`),
    ...notes.slice(-shownNotes).map((note) => `- note: ${plain(note, 200)}`),
    ...auditLines(audit),
  ];
}

/** What the notice of a backfill says at its end. */
interface End extends BackfillIdentity, Pick<Digest, 'sum' | 'decisions' | 'nextStep'> {
  /** What was delivered, with its number: `70 change sets`. */
  readonly what: string;
  /** True where somebody should read it. */
  readonly warns: boolean;
  readonly lines: readonly string[];
  /** All of them, and the first by name. */
  readonly failed: number;
  readonly failures: readonly NamedFailure[];
}

/** The digest of a backfill, at its end. */
export function endNotice(backfill: Commanded, end: End): Notice {
  const { workflowId, firstRunId, account, what, warns, sum, lines, failed, failures, decisions, nextStep } = end;
  const state = stateName(backfill);
  const stop = state === 'stopped' ? backfill.audit.findLast(({ command }) => command === 'stop') : undefined;
  const named = failures.slice(0, shownFailures);
  return digestNotice({
    id: `${workflowId}:${firstRunId}:end`,
    kind: 'resolution',
    severity: warns ? 'warning' : 'information',
    account,
    workflowId,
    title: `Backfill of ${what} ${state}`,
    sum,
    lines: [
      ...lines,
      ...(stop === undefined ? [] : [`Stopped by ${stop.actor}: ${stop.reason}`]),
      ...named.map(({ id, reason }) => `Failed: ${id}: ${reason}`),
      ...(failed > named.length
        ? [`Failed besides: ${count(failed - named.length)}; the workflow lists the first hundred.`]
        : []),
    ],
    decisions,
    nextStep,
  });
}

/** Seconds as operators say them. */
export function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
