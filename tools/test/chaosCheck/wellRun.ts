import type { NoticeLine, PlannedEvent, SentLine, WorkflowLine } from '../../chaos/records.ts';
import type { RunRecords, SubmitCall } from '../../chaos/check/runRecords.ts';

export const auto = '100000000001';
export const capped = '400000000001';
export const reminderId = `security:${auto}:2026-11-30T13:00:00.000Z:before-1h`;

/** A time of the run. */
export function at(seconds: number): string {
  return new Date(Date.UTC(2026, 10, 30, 12) + seconds * 1_000).toISOString();
}

/** An event of the stream. */
export function event(key: string, workflowId: string, values: Partial<PlannedEvent> = {}): PlannedEvent {
  return {
    key,
    way: 'http',
    vendor: 'aws',
    body: `{"id":"id-${key}"}`,
    sentAt: [0.1],
    workflowId,
    identity: `id-${key}`,
    ...values,
  };
}

/** A copy that was taken. */
export function taken(key: string, copy = 0): readonly SentLine[] {
  return [
    { kind: 'attempt', at: at(1), event: key, copy, way: 'http', attempt: 1, status: 202 },
    { kind: 'end', at: at(1), event: key, copy, end: 'acknowledged' },
  ];
}

/** A workflow that knows these events. */
export function workflow(workflowId: string, state: string, values: Partial<WorkflowLine> = {}): WorkflowLine {
  return { workflowId, type: 'changeSetRemediation', status: 'COMPLETED', state, signals: [], commands: [], ...values };
}

/** A change set that AWS accepted. */
export function submit(origin: string, attempt: number, values: Partial<SubmitCall> = {}): SubmitCall {
  return {
    at: at(10),
    account: auto,
    changeSetId: `successor-${origin}-${attempt}`,
    changeSetName: `Update+retry.${origin}.${attempt}`,
    clientRequestToken: `token-${origin}-${attempt}`,
    ...values,
  };
}

/** A notice that arrived. */
export function notice(data: Readonly<Record<string, unknown>>, values: Partial<NoticeLine> = {}): NoticeLine {
  const whole = {
    id: 'n',
    kind: 'opening',
    account: auto,
    workflowId: `security:${auto}`,
    title: 'Security issues',
    lines: [],
    nextStep: 'Act',
    ...data,
  };
  return {
    at: at(5),
    id: String(whole.id),
    status: 200,
    body: JSON.stringify({ type: `notice.${whole.kind}`, data: whole }),
    ...values,
  };
}

export const reminder = notice(
  { id: reminderId, kind: 'reminder', dueAt: '2026-11-30T13:00:00.000Z' },
  { at: at(0.2) },
);

const decided = 'change-set:asked';

/** A run in which every promise held: an event of each fate, a submit, notices, faults, a command. */
export function wellRun(): RunRecords {
  return {
    plan: {
      seed: 1,
      accounts: [auto, capped],
      modes: { [auto]: 'auto', [capped]: 'auto' },
      dailyCaps: { [capped]: 1 },
      puts: [],
      events: [
        event('failed', 'change-set:failed', { sentAt: [0.1, 0.2] }),
        event('lost', 'change-set:lost', { way: 'none' }),
        event('report', `security:${auto}`),
        event('asked', decided),
        event('capped', 'change-set:capped'),
        event('ignored', 'item:merchant:closed', { mayBeIgnored: true }),
        { key: 'cut', way: 'queue', vendor: 'aws', body: '{"id', sentAt: [0.1], workflowId: 'quarantine:abc' },
      ],
      commands: [{ key: 'c1', at: 0.5, words: ['retry', decided], workflowId: decided, reason: 'chaos c1' }],
      expected: {
        'change-set:failed': { states: ['remediated'], submits: 2 },
        'change-set:lost': { states: ['remediated'], submits: 1 },
        [`security:${auto}`]: { states: ['open', 'clear'] },
        [decided]: { states: ['remediated'], submits: 1 },
      },
    },
    sent: [
      ...['failed', 'report', 'asked', 'capped', 'ignored', 'cut'].flatMap((key) => taken(key)),
      ...taken('failed', 1),
      { kind: 'end', at: at(2), event: 'lost', copy: 0, end: 'lost' },
      {
        kind: 'end',
        at: at(9),
        event: 'made',
        copy: 0,
        end: 'acknowledged',
        body: madeEvent('successor-failed-2', 'failed', 2),
      },
    ],
    notices: [
      notice({ id: 'opened' }, { at: at(3), status: 503 }),
      notice({ id: 'opened' }, { at: at(4) }),
      reminder,
      notice({ id: 'asked', workflowId: decided, title: 'Change set needs a decision' }),
    ],
    faults: [{ at: at(8), fault: 'kill', what: 'worker 1' }],
    commands: [
      { at: at(20), key: 'c1', exitCode: 3, attempt: 1, output: '' },
      { at: at(25), key: 'c1', exitCode: 0, attempt: 2, output: '' },
    ],
    workflows: [
      workflow('change-set:failed', 'remediated', { signals: ['{"changeSetId":"id-failed"}'] }),
      workflow('change-set:lost', 'remediated', { signals: ['{"changeSetId":"id-lost"}'] }),
      workflow('change-set:capped', 'remediated', { signals: ['id-capped'] }),
      workflow(decided, 'remediated', { signals: ['id-asked'], commands: [{ command: 'retry', reason: 'chaos c1' }] }),
      workflow(`security:${auto}`, 'open', { status: 'RUNNING', signals: ['id-report'] }),
      workflow('quarantine:abc', 'quarantined', { status: 'RUNNING' }),
      workflow(`submit-permits:${auto}`, 'granting', { status: 'RUNNING' }),
    ],
    submits: [
      submit('failed', 1),
      submit('failed', 2, { fault: 'resetAfter' }),
      submit('failed', 2, { tokenRepeated: true }),
      submit('lost', 1),
      submit('asked', 1),
      submit('capped', 1, { account: capped }),
    ],
  };
}

/** The event of a successor's outcome, as the vendor's simulator makes it. */
export function madeEvent(changeSetId: string, origin: string, attempt: number): string {
  return JSON.stringify({ detail: { ChangeSetId: changeSetId, ChangeSetName: `Update+retry.${origin}.${attempt}` } });
}
