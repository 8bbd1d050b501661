import {
  actOnSchedule,
  stewardSchedule,
  stewardSchedules,
  type ScheduleAct,
  type StewardSchedule,
} from '../delivery/stewardSchedules.ts';
import { refuseSecretTexts } from './actor.ts';
import { nearest } from './choice.ts';
import { CommandProblem, exitCodes, type CommandContext, type CommandResult } from './command.ts';
import { instant, printable, table } from './format.ts';
import type { TemporalFlags } from './options.ts';
import { withTemporal, type TemporalAccess } from './temporal.ts';

/** What `steward schedules list` is given. */
export interface SchedulesFlags extends TemporalFlags {
  readonly json?: true;
}

/** What `steward schedules pause`, `unpause` and `trigger` are given. */
export interface ScheduleActFlags extends SchedulesFlags {
  readonly actor: string;
  readonly reason: string;
}

function seconds(iso: string | undefined): string {
  return iso === undefined ? '' : instant(new Date(iso));
}

/** `steward schedules` */
export async function listSchedules(flags: SchedulesFlags, context: CommandContext): Promise<CommandResult> {
  return withTemporal(flags, context, async ({ client, peer }) => {
    const found = await stewardSchedules(client);
    const text =
      found.length === 0
        ? `Namespace ${peer.namespace} has no schedule of the steward. Start a worker: it makes them.`
        : table<StewardSchedule>(
            [
              { heading: 'SCHEDULE', value: ({ name }) => name },
              { heading: 'STATE', value: stateOf },
              { heading: 'NEXT', value: ({ nextAt }) => seconds(nextAt) },
              { heading: 'LAST', value: ({ lastAt }) => seconds(lastAt) },
              { heading: 'NOTE', value: ({ note }) => note ?? '' },
            ],
            found,
          );
    return { text, document: found, exitCode: exitCodes.ok };
  });
}

function stateOf({ paused, running }: StewardSchedule): string {
  const now = running.length > 0 ? 'running' : 'waiting';
  return paused ? `paused${running.length > 0 ? ', one run under way' : ''}` : now;
}

/** `steward schedules pause`, `unpause` and `trigger`. */
export async function changeSchedule(
  act: ScheduleAct,
  name: string,
  { actor, reason, ...flags }: ScheduleActFlags,
  context: CommandContext,
): Promise<CommandResult> {
  refuseSecretTexts({ actor, reason });
  return withTemporal(flags, context, async (access) => {
    const before = await scheduleNamed(access, name);
    const isSo = act !== 'trigger' && before.paused === (act === 'pause');
    if (!isSo) {
      const note = `${act} by ${actor}, ${instant(new Date())}: ${reason}`;
      await actOnSchedule(access.client, name, act, note);
    }
    const after = (await stewardSchedule(access.client, name)) ?? before;
    const document = { ...after, changed: !isSo };
    return { text: changedText(act, before, after), document, exitCode: exitCodes.ok };
  });
}

async function scheduleNamed({ client, flagsAgain }: TemporalAccess, name: string): Promise<StewardSchedule> {
  const found = await stewardSchedule(client, name);
  if (found !== undefined) return found;
  const names = (await stewardSchedules(client)).map((one) => one.name);
  const meant = nearest(name, names);
  const question = meant === undefined ? '' : ` Did you mean ${printable(meant)}?`;
  throw new CommandProblem(
    exitCodes.notFound,
    `The steward has no schedule ${printable(name)}.${question} See them: steward schedules${flagsAgain}`,
  );
}

function changedText(act: ScheduleAct, before: StewardSchedule, after: StewardSchedule): string {
  const name = printable(after.name);
  const next = after.nextAt === undefined ? '' : ` Next: ${seconds(after.nextAt)}.`;
  const why = before.note === undefined ? '' : ` (${printable(before.note)})`;
  switch (act) {
    case 'pause':
      return before.paused
        ? `${name} is paused already${why}; nothing changed.`
        : `${name} is paused: it begins no run.`;
    case 'unpause':
      return before.paused ? `${name} goes on.${next}` : `${name} is not paused; nothing changed.${next}`;
    case 'trigger':
      return before.running.length > 0
        ? `A run of ${name} is under way, so none begins beside it: steward show ${before.running.map(printable).join(' ')}`
        : `${name} begins a run now.${after.paused ? ' It is paused: no other follows.' : next}`;
  }
}
