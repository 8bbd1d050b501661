import {
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleDescription,
} from '@temporalio/client';
import { defined } from '../defined.ts';
import { stewardTaskQueue } from '../workflows/shared/taskQueues.ts';
import { updateSchedule } from './scheduleUpdate.ts';

/** A schedule of the steward's. Times are ISO 8601. */
export interface StewardSchedule {
  readonly name: string;
  /** The workflow type that it starts. */
  readonly type: string;
  readonly paused: boolean;
  /** Why it is paused, or what was noted last. */
  readonly note?: string;
  readonly nextAt?: string;
  readonly lastAt?: string;
  /** The workflow of the newest run. */
  readonly lastWorkflowId?: string;
  /** Workflows under way that it has started. */
  readonly running: readonly string[];
}

/** So many schedules of a namespace are read: the steward has one for the reconciliation and one for each morning digest; earlier
 * versions had one for each account. */
const mostRead = 2_000;
const longestNote = 1_500;

function scheduleOf({ scheduleId, action, state, info }: ScheduleDescription): StewardSchedule {
  const last = info.recentActions.at(-1);
  return {
    name: scheduleId,
    type: action.workflowType,
    paused: state.paused,
    running: info.runningActions.map(({ workflow }) => workflow.workflowId),
    ...defined({
      note: state.note === '' ? undefined : state.note,
      nextAt: state.paused ? undefined : info.nextActionTimes[0]?.toISOString(),
      lastAt: last?.takenAt.toISOString(),
      lastWorkflowId: last?.action.workflow.workflowId,
    }),
  };
}

const isOurs = ({ action }: ScheduleDescription): boolean => action.taskQueue === stewardTaskQueue;

/** One of them; undefined where there is none of that name, or it is another service's. */
export async function stewardSchedule(client: Client, name: string): Promise<StewardSchedule | undefined> {
  try {
    const found = await client.schedule.getHandle(name).describe();
    return isOurs(found) ? scheduleOf(found) : undefined;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

/** The schedules of the namespace that start workflows of the steward, by name. */
export async function stewardSchedules(client: Client): Promise<readonly StewardSchedule[]> {
  const found: StewardSchedule[] = [];
  let read = 0;
  for await (const { scheduleId } of client.schedule.list()) {
    read += 1;
    if (read > mostRead) break;
    const one = await stewardSchedule(client, scheduleId);
    if (one !== undefined) found.push(one);
  }
  return found.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** What an operator can do to a schedule. */
export type ScheduleAct = 'pause' | 'unpause' | 'trigger';

/**
 * Pauses a schedule, lets it go on, or has it begin a run now, unless one is under way.
 * @param note who and why. A schedule has one note: where it says why the schedule is paused, a trigger leaves it.
 */
export async function actOnSchedule(client: Client, name: string, act: ScheduleAct, note: string): Promise<void> {
  const short = note.slice(0, longestNote);
  const handle = client.schedule.getHandle(name);
  switch (act) {
    case 'pause':
      return handle.pause(short);
    case 'unpause':
      return handle.unpause(short);
    case 'trigger':
      await updateSchedule(client, name, ({ spec, policies, action, state }) =>
        state.paused || state.note === short ? undefined : { spec, policies, action, state: { ...state, note: short } },
      );
      return handle.trigger(ScheduleOverlapPolicy.SKIP);
  }
}
