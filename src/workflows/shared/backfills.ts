import { recordCommand } from './operatorCommands.ts';
import type { AuditEntry, CommandInput } from './operatorCommands.ts';
import { jsonBlock, plain, readableTime } from './markdown.ts';

/** The commands that operators give to a backfill. */
export type BackfillCommand = 'pause' | 'resume' | 'stop';

/** What a backfill does now, as far as commands go by it. */
export type CommandedPhase =
  | { readonly name: 'finding' | 'delivering' | 'paused' }
  /** Stopped, while the answer to what is under way is awaited. */
  | { readonly name: 'stopping' }
  | { readonly name: 'ended'; readonly end: 'completed' | 'stopped' };

/** What every backfill keeps for operators to read. */
interface Commanded {
  readonly phase: CommandedPhase;
  readonly audit: readonly AuditEntry[];
  readonly notes: readonly string[];
}

const keptNotes = 20;
const shownFailures = 10;
const shownRecords = 5;

/** The commands that are taken now. */
export function commandsFor({ phase }: Pick<Commanded, 'phase'>): readonly BackfillCommand[] {
  switch (phase.name) {
    case 'finding':
    case 'delivering':
      return ['pause', 'stop'];
    case 'paused':
      return ['resume', 'stop'];
    case 'stopping':
    case 'ended':
      return [];
  }
}

/**
 * Whether an operator's command makes sense now; one that was taken already does, and changes nothing.
 * @returns undefined where it does, else a sentence that says why not.
 */
export function refusal({ phase }: Pick<Commanded, 'phase'>, command: BackfillCommand): string | undefined {
  if (phase.name === 'ended') return `This backfill is ${phase.end}; there is nothing left to ${command}.`;
  if (phase.name !== 'stopping' || command === 'stop') return undefined;
  return `This backfill is being stopped; it cannot ${command}. Start another one for what is left.`;
}

/** A command of an operator, and when it came, in milliseconds since the epoch. */
export interface GivenCommand {
  readonly type: BackfillCommand;
  readonly command: CommandInput;
  readonly nowMs: number;
}

/**
 * The backfill in the phase that a command brings about, with the command in its audit list; as it was where the command is
 * refused or was taken already.
 */
export function commanded<State extends Commanded>(
  before: State,
  phase: State['phase'],
  { type, command, nowMs }: GivenCommand,
): State {
  if (refusal(before, type) !== undefined || phase.name === before.phase.name) return before;
  return { ...before, phase, audit: recordCommand(before.audit, type, command, new Date(nowMs).toISOString()) };
}

/** The backfill with a note, which it keeps once. */
export function noted<State extends Pick<Commanded, 'notes'>>(before: State, sentence: string): State {
  return before.notes.includes(sentence) ? before : { ...before, notes: [...before.notes, sentence].slice(-keptNotes) };
}

/** What operators can answer now, as lines of markdown. */
export function commandLines(backfill: Pick<Commanded, 'phase'>): string[] {
  const commands = commandsFor(backfill);
  if (commands.length === 0) return [];
  const names = commands.map((name) => `\`${name}\``).join(' or ');
  return [
    `**Answer here** (More Actions → Send an Update → ${names}):`,
    jsonBlock({ actor: 'your name', reason: 'why' }),
    '',
  ];
}

/**
 * The first of what failed, and the last notes and commands, as lines of markdown.
 * @param failures what failed, by its id, and why.
 */
export function recordLines(
  { notes, audit }: Pick<Commanded, 'notes' | 'audit'>,
  failures: readonly { readonly id: string; readonly reason: string }[],
): string[] {
  return [
    ...failures.slice(0, shownFailures).map(({ id, reason }) => `- failed: ${plain(id, 60)}: ${plain(reason, 120)}`),
    ...notes.slice(-shownRecords).map((note) => `- note: ${plain(note, 200)}`),
    ...audit
      .slice(-shownRecords)
      .map(
        ({ at, command, actor, reason }) =>
          `- ${readableTime(at)}: **${command}** by ${plain(actor)}: ${plain(reason)}`,
      ),
  ];
}

/** Seconds as operators say them. */
export function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
