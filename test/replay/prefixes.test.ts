import { Worker, type InjectedSinks } from '@temporalio/worker';
import { silent } from '@marketplace-steward/testing/silent';
import { installRuntime } from '../../src/workers/temporalLogger.ts';
import { bundleRecording } from './recording/bundle.ts';
import { prefixProblems, type Play } from './recording/prefixes.ts';
import type { RecordingSinks, Step } from './recording/record.ts';
import { recordedFiles, recordedHistories, recordedText } from './recordedHistories.ts';

type Functions = Readonly<Record<string, (state: unknown, ...args: readonly unknown[]) => unknown>>;

/** A transition gives its state and what it sends; those of the permits give the state, or the state and an answer. */
function outcomeOf(after: unknown): ReturnType<Play> {
  if (typeof after !== 'object' || after === null || !('state' in after)) return { state: after, sent: null };
  const { state, ...sent } = after;
  return { state, sent };
}

async function playOf(type: string): Promise<Play> {
  const path = type === 'submitPermits' ? 'permits' : 'transitions/next';
  const functions = (await import(`../../src/workflows/${type}/${path}.ts`)) as Functions;
  return (step, state, args) => outcomeOf(functions[step]?.(state, ...args));
}

/** Steps as a workflow with these transitions would have made them. */
function madeUp(state: unknown, messages: readonly unknown[], play: Play): readonly Step[] {
  let current = state;
  return messages.map((message) => {
    const before = JSON.stringify(current);
    const outcome = play('next', current, [message]);
    current = outcome.state;
    const after = JSON.stringify({ state: outcome.state, ...(outcome.sent as object) });
    return { workflowType: 'madeUp', step: 'next', state: before, args: JSON.stringify([message]), after };
  });
}

describe('what the property finds', () => {
  const problemsOf = (play: Play, state: unknown = { kept: [] }): readonly string[] =>
    prefixProblems(madeUp(state, ['a', 'b', 'a'], play), play, outcomeOf);

  test('nothing, where the state is all that is kept', () => {
    const play: Play = (_, state, [message]) => {
      const { kept } = state as { kept: readonly unknown[] };
      return { state: { kept: [...kept, message] }, sent: { notices: kept.includes(message) ? [message] : [] } };
    };
    expect(problemsOf(play)).toEqual([]);
  });

  test('a state that JSON does not carry', () => {
    const play: Play = (_, state, [message]) => {
      const { kept } = state as { kept: unknown };
      const before = kept instanceof Set ? kept : new Set();
      return {
        state: { kept: new Set([...before, message]) },
        sent: { notices: before.has(message) ? [message] : [] },
      };
    };
    expect(problemsOf(play)).toContain('carried before step 1, step 2 leads to something else');
  });

  test('something that is kept beside the state', () => {
    let taken = 0;
    const play: Play = (_, state) => ({ state, sent: { notices: [(taken += 1)] } });
    expect(problemsOf(play)).not.toEqual([]);
  });

  test('the present time', () => {
    const play: Play = (_, state) => ({ state, sent: { notices: [performance.now()] } });
    expect(problemsOf(play)).not.toEqual([]);
  });

  test('a state that is changed in place', () => {
    const play: Play = (_, state, [message]) => {
      (state as { kept: unknown[] }).kept.push(message);
      return { state, sent: { notices: [] } };
    };
    expect(() => problemsOf(play)).toThrow(TypeError);
  });
});

describe('recorded histories', () => {
  /** By file. */
  const stepsOf = new Map<string, Step[]>();
  beforeAll(async () => {
    installRuntime(silent);
    const sinks: InjectedSinks<RecordingSinks> = {
      recording: {
        step: { fn: ({ workflowId }, step) => void stepsOf.get(workflowId)?.push(step), callDuringReplay: true },
      },
    };
    for (const file of recordedFiles) stepsOf.set(file, []);
    const options = { workflowBundle: await bundleRecording(), sinks };
    for await (const { error } of Worker.runReplayHistories(options, recordedHistories())) if (error) throw error;
  }, 120_000);

  test.each(recordedFiles)(
    '%s: from every prefix, carried as JSON, the transitions come to the same outcome',
    async (file) => {
      const text = recordedText(file);
      const steps = stepsOf.get(file) ?? [];
      const [type = ''] = file.split('/');
      // Only a workflow to which nothing has happened has made no transition. In tests things happen that make none, as a
      // signal that cannot be read, or the policy of a start by hand.
      const happened =
        /EXECUTION_SIGNALED|CANCEL_REQUESTED|ACTIVITY_TASK_(?:COMPLETED|FAILED|TIMED_OUT)|TIMER_FIRED|UPDATE_ACCEPTED/;
      const mayBeEmpty = !happened.test(text) || file.includes('/of-a-test');
      const types = [...new Set(steps.map(({ workflowType }) => workflowType))];
      expect(types).toEqual(mayBeEmpty && steps.length === 0 ? [] : [type]);
      expect(prefixProblems(steps, await playOf(type), outcomeOf)).toEqual([]);
    },
  );
});
