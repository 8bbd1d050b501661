import { WorkflowUpdateFailedError } from '@temporalio/client';
import { changeSetDefaults } from '../../../src/policies/defaults.ts';
import {
  accountListedSignal,
  changeSetOutcomeSignal,
  changeSetRemediationType,
  type ChangeSetOutcomeMessage,
  type Diagnosis,
} from '../../../src/workflows/changeSetRemediation/contract.ts';
import { successorName } from '../../../src/workflows/changeSetRemediation/lineage.ts';
import type { ChangeSetPolicy } from '../../../src/workflows/changeSetRemediation/policyValues.ts';
import { newCase, type ChangeSetCase, type PhaseOf } from '../../../src/workflows/changeSetRemediation/state.ts';
import { account, catalog, diagnosis, originId, quiet } from '@marketplace-steward/testing/changeSets';
import {
  held,
  refuses,
  scriptedWorld,
  type Answers,
  type Scripted,
  type ScriptedWorld,
} from '@marketplace-steward/testing/scriptedWorld';

let world: ScriptedWorld;
beforeAll(async () => {
  world = await scriptedWorld();
}, 60_000);
afterAll(() => world.close(), 60_000);

const now = (): string => new Date().toISOString();
const fresh = () => diagnosis({ endTime: now() });
const operator = { actor: 'an operator', reason: 'a test' };

/** A lineage that goes on with a state, as a run that continues another does. */
function lineage(
  values: Partial<ChangeSetCase>,
  answers: Answers = {},
  policy: Partial<ChangeSetPolicy> = {},
  unsent?: object,
): Promise<Scripted> {
  const carried = { ...newCase({ account, catalog, changeSetId: originId }), ...values };
  const input = { version: 1, account, catalog, changeSetId: originId, carried, unsent };
  return world.start(changeSetRemediationType, { ...input, policy: { ...changeSetDefaults, ...policy } }, answers);
}

const failedOrigin = { attempt: 0, changeSetId: originId, outcome: 'FAILED', failureCode: 'SERVER_FAULT' } as const;
const runningOrigin = { attempt: 0, changeSetId: originId } as const;
const successor = { attempt: 1, changeSetId: 'successor' } as const;
/** A failure that has been diagnosed. */
const failure = (
  ...successors: ReadonlyArray<typeof successor>
): Pick<ChangeSetCase, 'members'> & { diagnosis: Diagnosis } => ({
  members: [failedOrigin, ...successors],
  diagnosis: fresh(),
});
const submitting = (authority: 'policy' | 'operator' = 'policy'): PhaseOf<'submitting'> => ({
  name: 'submitting',
  attempt: 1,
  authority,
});
const asking = (values: Partial<PhaseOf<'awaitingDecision'>> = {}): PhaseOf<'awaitingDecision'> => ({
  name: 'awaitingDecision',
  reason: { kind: 'decision', row: 1, sentence: 'A sentence.', retryLeadsTo: 'submit' },
  askedAtMs: Date.now(),
  remindersSent: 0,
  ...values,
});
const blocked = (): PhaseOf<'awaitingBlocker'> => ({
  name: 'awaitingBlocker',
  sentence: 'Another change set holds it.',
  blocker: { changeSetId: 'blocker' },
  sinceMs: Date.now(),
  round: 1,
  afterwards: { name: 'submitting', authority: 'policy' },
});
const outcomeOf = (
  changeSetId: string,
  outcome: ChangeSetOutcomeMessage['outcome'],
  values: Partial<ChangeSetOutcomeMessage> = {},
): ChangeSetOutcomeMessage => ({
  eventId: `change-set:${changeSetId}:${outcome}`,
  account,
  catalog,
  changeSetId,
  outcome,
  startTime: now(),
  endTime: now(),
  ...values,
});
/** An outcome under the lineage's marker, of an attempt that is not the next. */
const claimed = outcomeOf('claimed', 'FAILED', { changeSetName: successorName('One', originId, 3) });
const found = (changeSetId: string) => () => ({ changeSetId, outcome: 'SUCCEEDED', startTime: now(), endTime: now() });
const signal = ({ handle }: Scripted, message: ChangeSetOutcomeMessage): Promise<void> =>
  handle.signal(changeSetOutcomeSignal, message);
const command = (one: Scripted, name: string): Promise<unknown> => one.command(name, operator);
const cancel = ({ handle }: Scripted): Promise<unknown> => handle.cancel();
/** What the query says of the notes. */
const notesOf = async ({ handle }: Scripted): Promise<string> =>
  (await handle.query<{ readonly notes: readonly string[] }>('status')).notes.join('\n');
const noticeHangs: Answers = { sendNotice: [] };
const completed = 'ACTIVITY_TASK_COMPLETED';
const failed = 'ACTIVITY_TASK_FAILED';

describe('a submit', () => {
  test('that had to wait for long waits for the listing before it is tried again', async () => {
    const submitSuccessor = [
      () => ({ waitLasts: 'AWS refuses.' }),
      () => ({ outcome: 'submitted', changeSetId: 'one' }),
    ];
    const one = await lineage(
      { phase: submitting(), ...failure() },
      { submitSuccessor, awaitOutcome: [found('one')] },
      { submitRetryFirstMs: 10 },
    );
    expect(await one.handle.result()).toMatchObject({ state: 'remediated' });
  });

  test('that AWS answers with a member asks an operator, whose retry checks', async () => {
    const submitSuccessor = [() => ({ outcome: 'submitted', changeSetId: originId })];
    const inspectLineage = [() => ({ origin: { ...fresh(), status: 'SUCCEEDED' }, successors: [] })];
    const one = await lineage({ phase: submitting(), ...failure() }, { submitSuccessor, inspectLineage });
    await one.untilState('awaitingDecision');
    await command(one, 'retry');
    expect(await one.handle.result()).toMatchObject({ state: 'succeeded' });
  });

  test.each([
    ['without a diagnosis waits on', { isDiagnosed: false }, 'policy', quiet, 'retrying'],
    [
      'by a successor of its own follows that one',
      {},
      'policy',
      { ...quiet, own: [{ attempt: 1, changeSetId: 'own', status: 'SUCCEEDED' }] },
      'remediated',
    ],
    [
      'by one that covers it asks the operator who decided',
      {},
      'operator',
      { ...quiet, newerFailures: [{ changeSetId: 'newer', coverage: 'same' }] },
      'awaitingDecision',
    ],
  ] as const)('that is overtaken %s', async (_, values, authority, concurrentChanges, state) => {
    const one = await lineage(
      { phase: submitting(authority), ...('isDiagnosed' in values ? { members: [failedOrigin] } : failure()) },
      { submitSuccessor: [() => ({ outcome: 'overtaken', concurrentChanges })] },
    );
    await one.called('submitSuccessor');
    await one.untilState(state);
    expect(await one.handle.query('status')).toMatchObject({ state });
    if (state !== 'remediated') await cancel(one);
  });

  test.each([
    ['that was held back', () => ({ outcome: 'held', by: 'observe' })],
    ['that failed', refuses('RequestRejected')],
  ])('%s while it is abandoned changes nothing more', async (_, answer) => {
    const submit = held(answer);
    const one = await lineage(
      { phase: submitting(), ...failure() },
      { submitSuccessor: [submit.answer], inspectLineage: [() => ({ origin: fresh(), successors: [] })] },
      { submitRetryFirstMs: 10 },
    );
    await one.called('submitSuccessor');
    await cancel(one);
    await one.untilState('abandoning');
    submit.letGo();
    expect(await one.handle.result()).toMatchObject({ state: 'abandoned' });
  });

  test('whose answer comes after the end changes nothing more', async () => {
    const submit = held(() => ({ outcome: 'submitted', changeSetId: 'late' }));
    const one = await lineage(
      { phase: submitting(), members: [runningOrigin] },
      { ...noticeHangs, submitSuccessor: [submit.answer] },
    );
    await one.called('submitSuccessor');
    await cancel(one);
    await one.untilState('abandoning');
    await signal(one, outcomeOf(originId, 'SUCCEEDED'));
    await one.untilState('succeeded');
    submit.letGo();
    expect(await one.handle.result()).toMatchObject({ state: 'succeeded', attempt: 0 });
  });
});

describe('an outcome', () => {
  test.each([
    ['is given to its own workflow', () => 'change-set:foreign', ''],
    ['that cannot be delivered is noted', refuses('RequestRejected', 'Nobody takes it.'), 'Nobody takes it.'],
  ])('of a foreign change set %s', async (_, answer, note) => {
    const one = await lineage({ phase: asking(), ...failure() }, { deliverOutcome: [answer] });
    await signal(one, outcomeOf('foreign', 'FAILED'));
    await one.called('deliverOutcome');
    await cancel(one);
    await one.handle.result();
    expect(await notesOf(one)).toContain(note);
  });

  test.each([
    ['shows', () => ({ origin: fresh(), successors: [] }), completed],
    ['fails to show', refuses('NotFound'), failed],
  ])('that ends the lineage in the moment in which a check %s whose another is ends it', async (_, answer, event) => {
    const check = held(answer);
    const one = await lineage(
      {
        phase: { name: 'awaitingOutcome', changeSetId: originId },
        members: [runningOrigin],
        unclaimed: [claimed],
      },
      { inspectLineage: [check.answer], deliverOutcome: [() => 'change-set:claimed'] },
    );
    await one.called('inspectLineage');
    await world.inOneTask(
      one,
      async () => {
        await signal(one, outcomeOf(originId, 'SUCCEEDED'));
        check.letGo();
      },
      event,
    );
    expect(await one.handle.result()).toMatchObject({ state: 'succeeded' });
  });

  test('whose check fails while an operator is asked goes to its own workflow', async () => {
    const one = await lineage(
      { phase: asking(), ...failure(), unclaimed: [claimed] },
      { inspectLineage: [refuses('NotFound')], deliverOutcome: [() => 'change-set:claimed'] },
    );
    await one.called('deliverOutcome');
    await command(one, 'abandon');
    expect(await one.handle.result()).toMatchObject({ state: 'abandoned' });
  });

  test('of a member that is not the newest is kept only', async () => {
    const one = await lineage(
      { phase: { name: 'awaitingOutcome', changeSetId: 'successor' }, members: [runningOrigin, successor] },
      {},
    );
    await one.called('awaitOutcome');
    await signal(one, outcomeOf(originId, 'FAILED'));
    await signal(one, outcomeOf('successor', 'SUCCEEDED'));
    expect(await one.handle.result()).toMatchObject({ state: 'remediated' });
  });

  test('and everything else that comes after the end changes nothing', async () => {
    const last = held(() => ({ channels: [] }));
    const one = await lineage(
      { phase: asking(), ...failure(), members: [runningOrigin], decisionsRequested: 1 },
      { sendNotice: [last.answer] },
    );
    await command(one, 'abandon');
    await one.untilState('abandoned');
    await one.handle.signal(accountListedSignal, { work: ['another'] });
    await signal(one, outcomeOf(originId, 'FAILED'));
    await cancel(one);
    await signal(one, outcomeOf(originId, 'SUCCEEDED'));
    await one.untilStatus((status) => JSON.stringify(status).includes('reported as'));
    last.letGo();
    expect(await one.handle.result()).toMatchObject({ state: 'abandoned' });
  });
});

describe('a diagnosis', () => {
  test('that AWS refuses asks an operator', async () => {
    const one = await lineage(
      { phase: { name: 'diagnosing', changeSetId: originId }, ...failure() },
      { diagnoseChangeSet: [refuses('NotFound', 'There is none.')] },
    );
    await one.untilState('awaitingDecision');
    await command(one, 'abandon');
    expect(await one.handle.result()).toMatchObject({ state: 'abandoned' });
  });

  test('that comes in the moment of an abandoning decides nothing', async () => {
    const check = held(fresh);
    const one = await lineage(
      { phase: { name: 'diagnosing', changeSetId: originId }, ...failure() },
      { diagnoseChangeSet: [check.answer], inspectLineage: [() => ({ origin: fresh(), successors: [] })] },
      { submitRetryFirstMs: 10 },
    );
    await one.called('diagnoseChangeSet');
    await world.inOneTask(
      one,
      async () => {
        await cancel(one);
        check.letGo();
      },
      completed,
    );
    expect(await one.handle.result()).toMatchObject({ state: 'abandoned' });
  });

  test('whose wait is reported before its time reports nothing', async () => {
    const inspectLineage = [
      () => ({ waitLasts: 'AWS refuses.' }),
      () => ({ origin: { ...fresh(), status: 'SUCCEEDED' }, successors: [] }),
    ];
    const one = await lineage({ phase: { name: 'inspecting' }, ...failure() }, { inspectLineage });
    expect(await one.handle.result()).toMatchObject({ state: 'succeeded' });
  });
});

describe('a blocker', () => {
  const submits: Answers = {
    submitSuccessor: [() => ({ outcome: 'submitted', changeSetId: 'one' })],
    awaitOutcome: [found('one')],
  };

  test('that the listing shows as ended is waited for no longer', async () => {
    const one = await lineage({ phase: blocked(), ...failure() }, submits);
    await one.called('awaitEnd');
    await one.handle.signal(accountListedSignal, { work: ['blocker'] });
    expect(await one.handle.result()).toMatchObject({ state: 'remediated' });
  });

  test.each([
    ['ends', () => undefined, completed],
    ['cannot be seen', refuses('Bug'), failed],
  ])('that %s in the moment in which the listing shows it is waited for no longer', async (_, answer, event) => {
    const end = held(answer);
    const one = await lineage({ phase: blocked(), ...failure() }, { ...submits, awaitEnd: [end.answer] });
    await one.called('awaitEnd');
    await world.inOneTask(
      one,
      async () => {
        await one.handle.signal(accountListedSignal, { work: ['blocker'] });
        end.letGo();
      },
      event,
    );
    expect(await one.handle.result()).toMatchObject({ state: 'remediated' });
  });
});

describe('a question', () => {
  test('about an outcome that is missing: a retry waits again', async () => {
    const reason = { kind: 'outcomeMissing', sentence: 'It is missing.', retryLeadsTo: 'wait' } as const;
    const one = await lineage(
      { phase: asking({ reason }), ...failure(successor) },
      { awaitOutcome: [found('successor')] },
    );
    await command(one, 'retry');
    expect(await one.handle.result()).toMatchObject({ state: 'remediated' });
  });

  test('a retry is refused in observe mode, and goes on where no worker says the mode', async () => {
    const accountMode = [() => ({ mode: 'observe' }), refuses('ServiceFault')];
    const submitSuccessor = [() => ({ outcome: 'adopted', changeSetId: 'successor' })];
    const one = await lineage(
      { phase: asking(), ...failure() },
      { accountMode, submitSuccessor, awaitOutcome: [found('successor')] },
    );
    await expect(command(one, 'retry')).rejects.toBeInstanceOf(WorkflowUpdateFailedError);
    expect(await one.handle.query('status')).toMatchObject({
      state: 'awaitingDecision',
      audit: [{ command: 'retry' }],
    });
    await command(one, 'retry');
    expect(await one.handle.result()).toMatchObject({ state: 'remediated' });
  });

  test('a retry that waits for the mode is refused where the question ends meanwhile', async () => {
    const mode = held(() => ({ mode: 'auto' }));
    const one = await lineage({ phase: asking(), ...failure() }, { accountMode: [mode.answer] });
    const retried = command(one, 'retry').catch((error: unknown) => error);
    await one.called('accountMode');
    await command(one, 'abandon');
    mode.letGo();
    expect(await retried).toBeInstanceOf(WorkflowUpdateFailedError);
    expect(await one.handle.result()).toMatchObject({ state: 'abandoned', audit: [{ command: 'abandon' }] });
  });

  test('that is abandoned while the origin runs ends at once', async () => {
    const phase = { name: 'awaitingOutcome', changeSetId: originId } as const;
    const one = await lineage({ phase, members: [runningOrigin] });
    await one.called('awaitOutcome');
    await cancel(one);
    expect(await one.handle.result()).toMatchObject({ state: 'abandoned' });
  });

  test('a proposal whose difference cannot be computed says so', async () => {
    const proposal = { amendments: [{ index: 0, details: '{}' }], by: 'an operator' };
    const one = await lineage(
      { phase: asking({ proposal }), ...failure() },
      { describeAmendments: [refuses('NotFound')] },
    );
    await one.called('describeAmendments');
    await command(one, 'abandon');
    expect(await one.handle.result()).toMatchObject({ state: 'abandoned' });
  });

  test('a successor of its own that the watch finds decides', async () => {
    const own = [{ attempt: 1, changeSetId: 'own', status: 'SUCCEEDED' }];
    const one = await lineage({ phase: asking(), ...failure() }, { watchElsewhere: [() => ({ ...quiet, own })] });
    expect(await one.handle.result()).toMatchObject({ state: 'remediated' });
  });

  test.each([
    ['nothing new changes nothing', {}, quiet],
    [
      'of a quiet question is noted only',
      { quiet: true },
      { ...quiet, newerFailures: [{ changeSetId: 'newer', coverage: 'leaves' }] },
    ],
  ] as const)('what the watch finds: %s', async (_, values, concurrentChanges) => {
    const one = await lineage(
      {
        phase: asking(values),
        ...failure(),
        ...('quiet' in values ? { foundBy: { backfillId: 'backfill', act: 'propose' } as const } : {}),
      },
      { watchElsewhere: [() => concurrentChanges] },
    );
    await one.called('watchElsewhere', 2);
    await command(one, 'abandon');
    expect(await one.handle.result()).toMatchObject({ state: 'abandoned' });
  });

  test('that is settled elsewhere in the moment of a reminder ends once', async () => {
    const newerSuccesses = [{ changeSetId: 'newer', coverage: 'same' }];
    const watch = held(() => ({ ...quiet, newerSuccesses }));
    const one = await lineage(
      { phase: asking(), ...failure() },
      { watchElsewhere: [watch.answer] },
      { remindAfterMs: [2_500] },
    );
    await one.called('watchElsewhere');
    await world.inOneTask(one, watch.letGo, 'TIMER_FIRED', completed);
    expect(await one.handle.result()).toMatchObject({ state: 'resolvedElsewhere' });
  });

  test('that an outcome ends in the moment of a finding ends by the outcome', async () => {
    const watch = held(() => ({ ...quiet, newerFailures: [{ changeSetId: 'newer', coverage: 'leaves' }] }));
    const one = await lineage(
      { phase: asking(), ...failure(), members: [runningOrigin] },
      { watchElsewhere: [watch.answer] },
    );
    await one.called('watchElsewhere');
    await world.inOneTask(
      one,
      async () => {
        await signal(one, outcomeOf(originId, 'SUCCEEDED'));
        watch.letGo();
      },
      completed,
    );
    expect(await one.handle.result()).toMatchObject({ state: 'succeeded' });
  });
});

test('a success that is described twice is reported once', async () => {
  const effect = { type: 'describeSuccess', changeSetId: originId };
  const described = () => ({ changeSetId: originId, changes: [] });
  const one = await lineage(
    {
      phase: { name: 'ended', end: 'succeeded' },
      members: [{ ...failedOrigin, outcome: 'SUCCEEDED' }],
      reportSuccess: true,
    },
    { describeSuccess: [described, described] },
    {},
    { effects: [effect, effect] },
  );
  expect(await one.handle.result()).toMatchObject({ state: 'succeeded' });
  const { events } = await one.handle.fetchHistory();
  const sent = (events ?? []).filter(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'sendNotice',
  );
  expect(sent).toHaveLength(1);
});
