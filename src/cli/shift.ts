import { setTimeout as wait } from 'node:timers/promises';
import { freshFacts, shiftFacts, type ShiftFacts } from '../delivery/shiftFacts.ts';
import { urgent, type Urgency } from '../delivery/urgency.ts';
import { exitCodes, type CommandContext, type CommandResult } from './command.ts';
import type { TemporalFlags } from './options.ts';
import { screenSize, type Line } from './screen.ts';
import { shiftLines } from './shiftScreen.ts';
import { shiftStatus } from './shiftStatus.ts';
import { refusalWords, temporalProblem, withTemporal, type TemporalAccess } from './temporal.ts';

/** What `steward status` is given. */
export interface StatusFlags extends TemporalFlags {
  readonly json?: true;
}

/** What `steward watch` is given. */
export interface WatchFlags extends TemporalFlags {
  /** Seconds between two screens. */
  readonly every: number;
}

/** So many rows of each part are asked for at least: programs get them too. */
const leastRows = 20;
/** How long all the questions of one screen may take, in milliseconds. */
const askWithinMs = 20_000;

/** @param whole the urgencies of which a program gets every row; a screen has room for the first ones. */
function factsFor(
  { client }: TemporalAccess,
  { environment }: CommandContext,
  whole?: ReadonlySet<Urgency>,
): Promise<ShiftFacts> {
  const { rows } = screenSize(environment);
  const wanted = Math.max(leastRows, Math.min(rows, 200));
  const nowMs = Date.now();
  return client.withDeadline(nowMs + askWithinMs, async () => {
    try {
      return await shiftFacts(client, wanted, nowMs, whole);
    } catch (error) {
      const fresh = refusalWords(error) === undefined ? undefined : await freshFacts(client, nowMs);
      if (fresh === undefined) throw error;
      return fresh;
    }
  });
}

function screenOf(access: TemporalAccess, facts: ShiftFacts, { environment }: CommandContext): Line[] {
  return shiftLines(facts, { place: access, flagsAgain: access.flagsAgain }, screenSize(environment));
}

/** Shows on one screen what matters at the beginning of a shift. */
export async function status(flags: StatusFlags, context: CommandContext): Promise<CommandResult> {
  return withTemporal(flags, context, async (access) => {
    const facts = await factsFor(access, context, flags.json === true ? urgent : undefined);
    const document = shiftStatus(facts, access);
    return { text: '', screen: screenOf(access, facts, context), document, exitCode: exitCodes.ok };
  });
}

/** The same again and again until Ctrl-C. Where Temporal does not answer it says so, and asks again. */
export async function watch({ every, ...flags }: WatchFlags, context: CommandContext): Promise<CommandResult> {
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.once('SIGINT', interrupt);
  try {
    return await withTemporal(flags, context, async (access) => {
      let before: readonly Line[] = [];
      while (!interruption.signal.aborted) {
        try {
          const facts = await access.client.withAbortSignal(interruption.signal, () => factsFor(access, context));
          before = screenOf(access, facts, context);
          context.draw?.(before);
        } catch (error) {
          if (interruption.signal.aborted) break;
          const { message } = temporalProblem(error, access.peer);
          context.draw?.([...before.slice(0, -1), [{ text: message, style: 'red' }]]);
        }
        await wait(every * 1_000, undefined, { signal: interruption.signal }).catch(() => undefined);
      }
      return { text: '', document: {}, exitCode: exitCodes.interrupted };
    });
  } finally {
    process.off('SIGINT', interrupt);
  }
}
