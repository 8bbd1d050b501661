import { workflowText } from '../../src/cli/showText.ts';
import type { ShownWorkflow } from '../../src/cli/shownWorkflow.ts';

const nowMs = Date.parse('2026-11-30T10:30:00Z');

function textOf(more: Partial<ShownWorkflow>): string {
  const shown: ShownWorkflow = {
    workflowId: 'change-set:abc',
    runId: 'run',
    type: 'changeSetRemediation',
    status: 'RUNNING',
    startedAt: '2026-11-30T10:00:00.000Z',
    source: 'query',
    state: 'observed',
    details: { state: 'observed', nextStep: 'Retry it.' },
    pendingActivities: [],
    commands: [],
    ...more,
  };
  return workflowText(shown, nowMs, 80);
}

test('a run that was terminated says that nothing of what it shows goes on, and why', () => {
  const text = textOf({ status: 'TERMINATED', failure: { message: 'by mistake' } });
  expect(text).toContain(
    'reason: by mistake\nstate: as it was before the run ended as TERMINATED; nothing below goes on',
  );
});

test.each([
  [{}, undefined],
  [{ status: 'COMPLETED' as const }, undefined],
  [{ status: 'COMPLETED' as const, source: 'result' as const }, 'state: as the ended run left it'],
])('%j has %s beside its state', (more, expected) => {
  expect(textOf(more).match(/^state: .*$/m)?.[0]).toBe(expected);
});
