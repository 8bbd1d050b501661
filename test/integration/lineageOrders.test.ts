import { changeSetOutcomeSignal, changeSetStatusQuery } from '../../src/workflows/changeSetRemediation/contract.ts';
import { lineagesOf } from '@marketplace-steward/testing/lineages';
import { changeSetWorld, failedChangeSet, finishedEvent } from '@marketplace-steward/testing/changeSetWorld';
import { type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';
import { createDice, type Dice } from '../workflows/changeSetRemediation/model/dice.ts';
import {
  changeSetOf,
  trueEnd,
  type Ending,
  type TrueChangeSet,
  type Truth,
} from '../workflows/changeSetRemediation/model/truth.ts';

let world: StewardWorld;
beforeAll(async () => {
  world = await changeSetWorld();
}, 60_000);
afterAll(() => world.close());
beforeEach(() => {
  world.simulator.control.reset();
  world.simulator.control.setEvents({ target: null });
  world.notices.length = 0;
});

const operator = { actor: 'ann', reason: 'checked it' };
const words = { SUCCEEDED: 'Succeeded', FAILED: 'Failed', CANCELLED: 'Cancelled' } as const;

const { handleOf, submits } = lineagesOf(() => world);

/** A lineage of one or two successors; an operator who is asked goes on, but for the last failure of some. */
function truthOf(dice: Dice): Truth {
  const ending = (...endings: Ending[]): Ending => dice.pick(endings) ?? 'SUCCEEDED';
  const changeSet = (how: Ending): TrueChangeSet => ({
    ending: how,
    sending: 'answered',
    barred: false,
    missed: false,
    watched: false,
    answer: 'retry',
  });
  const origin = changeSet(ending('SERVER_FAULT', 'SERVER_FAULT', 'CLIENT_ERROR'));
  const middle = dice.chance(0.6) ? [changeSet(ending('SERVER_FAULT', 'CLIENT_ERROR'))] : [];
  const last = {
    ...changeSet(ending('SUCCEEDED', 'SUCCEEDED', 'CANCELLED', 'CLIENT_ERROR')),
    answer: 'abandon',
  } as const;
  return {
    changeSets: [origin, ...middle, last],
    begun: 0,
    unlisted: false,
    stale: false,
    checkFails: false,
    misshown: false,
    creates: false,
    reportSuccess: false,
  };
}

function outcomePlan(ending: Ending): {
  status: 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
  failureCode?: 'SERVER_FAULT' | 'CLIENT_ERROR';
} {
  return ending === 'SERVER_FAULT' || ending === 'CLIENT_ERROR'
    ? { status: 'FAILED', failureCode: ending }
    : { status: ending };
}

/** One truth at the simulator, reported in the order that a seed draws. */
async function play(dice: Dice, truth: Truth) {
  const { control } = world.simulator;
  const { ending } = truth.changeSets[0];
  const origin = failedChangeSet(world, { failureCode: ending === 'CLIENT_ERROR' ? ending : 'SERVER_FAULT' });
  const { changeSetId } = origin;
  const nameOf = (attempt: number): string => `${origin.name}+retry.${changeSetId}.${attempt}`;
  control.plan({
    match: { nameContains: changeSetId },
    outcomes: truth.changeSets.slice(1).map((one) => ({ ...outcomePlan(one.ending), durationMs: 0 })),
  });
  // Answered late, so that an outcome can come before the answer to its submit.
  if (dice.chance(0.5)) control.addFault({ fault: 'slow', operation: 'StartChangeSet', times: 2, delayMs: 700 });
  const copy = failedChangeSet(world);
  const waiting = [
    origin.event,
    ...(dice.chance(0.5) ? [origin.event] : []),
    finishedEvent('Failed', copy.changeSetId, nameOf(1), { FailureCode: 'SERVER_FAULT' }),
  ];
  const deliver = async (): Promise<void> => {
    while (waiting.length > 0) {
      const [event] = waiting.splice(waiting.indexOf(dice.pick(waiting) ?? {}), 1);
      if (event !== undefined) await world.receive(event);
    }
  };
  await deliver();
  const emitted = new Set<string>();
  const answered = new Set<number>();
  await until(async () => {
    for (const [index, id] of submits().entries()) {
      if (emitted.has(id)) continue;
      emitted.add(id);
      const one = changeSetOf(truth, index + 1);
      const { status, failureCode } = outcomePlan(one.ending);
      const detail: Record<string, string> = failureCode === undefined ? {} : { FailureCode: failureCode };
      const copies = dice.pick([0, 1, 2]) ?? 0;
      for (let sent = 0; sent < copies; sent += 1) {
        waiting.push(finishedEvent(words[status], id, nameOf(index + 1), detail));
      }
    }
    // Late ones wait for whatever comes next.
    if (dice.chance(0.3)) await deliver();
    const { state, attempt } = await handleOf(changeSetId).query(changeSetStatusQuery);
    if (state === 'awaitingDecision' && !answered.has(attempt)) {
      answered.add(attempt);
      const update = changeSetOf(truth, attempt).answer === 'retry' ? 'retry' : 'abandon';
      await handleOf(changeSetId).executeUpdate(update, { args: [operator] });
    }
    const { status } = await handleOf(changeSetId).describe();
    return status.name === 'RUNNING' ? undefined : status.name;
  });
  return { changeSetId, copyId: copy.changeSetId, result: await handleOf(changeSetId).result() };
}

describe('a sample of orders on the real server', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
    'order %i ends as the true order does, with one submit per attempt and the copy left to an operator',
    async (seed) => {
      const dice = createDice(seed);
      const truth = truthOf(dice);
      const expected = trueEnd(truth);
      const { changeSetId, copyId, result } = await play(dice, truth);
      expect(result).toMatchObject({
        state: expected.end,
        members: expected.members.map(([attempt, outcome]) => ({ attempt, outcome })),
      });
      expect(result.members.map((member: { changeSetId: string }) => member.changeSetId)).toEqual([
        changeSetId,
        ...submits(),
      ]);
      const copy = await until(async () => {
        const handle = handleOf(copyId);
        if ((await handle.describe().catch(() => undefined)) === undefined) return undefined;
        const status = await handle.query(changeSetStatusQuery);
        return status.state === 'awaitingDecision' ? status : undefined;
      });
      expect(copy.nextStep).toContain('marker');
      const opened = world.notices.filter(({ id }) => id.startsWith(`change-set:${changeSetId}:`)).map(({ id }) => id);
      expect(new Set(opened).size).toBe(opened.length);
      expect(opened).toHaveLength(expected.questions === 0 ? 0 : expected.questions + 1);
      await handleOf(copyId).executeUpdate('abandon', { args: [operator] });
    },
  );

  test('a signal that makes no sense becomes a note, and the lineage goes on', async () => {
    const { changeSetId, event } = failedChangeSet(world, { failureCode: 'CLIENT_ERROR' });
    await world.receive(event);
    const handle = handleOf(changeSetId);
    for (const data of [[], [null], ['typed'], [{ changeSetId, outcome: 'failed' }]]) {
      await handle.signal<unknown[]>(changeSetOutcomeSignal.name, ...data);
    }
    const status = await until(async () => {
      const found = await handle.query(changeSetStatusQuery);
      return found.state === 'awaitingDecision' && found.notes.length === 2 ? found : undefined;
    });
    expect(status.notes.at(-1)).toContain('outcome (SUCCEEDED, FAILED or CANCELLED)');
    await handle.executeUpdate('abandon', { args: [operator] });
    expect(await handle.result()).toMatchObject({ state: 'abandoned' });
  });
});
