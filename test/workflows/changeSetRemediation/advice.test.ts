import { after, diagnosis, originId, outcome, quiet } from '@marketplace-steward/testing/changeSets';
import { adviceOf } from '../../../src/workflows/changeSetRemediation/advice.ts';
import type { DiagnosedChange, Diagnosis } from '../../../src/workflows/changeSetRemediation/contract.ts';

function adviceAfter(values: Partial<Diagnosis>) {
  const { lineage } = after(outcome(originId, 'FAILED', { failureCode: 'CLIENT_ERROR' }), {
    type: 'inspected',
    findings: { origin: diagnosis({ failureCode: 'CLIENT_ERROR', ...values }), successors: [] },
  });
  return adviceOf(lineage);
}

const change = (entityType: string, changeType: string, code: string): DiagnosedChange => ({
  entityType,
  changeType,
  entityId: 'e-1',
  errors: [{ code, message: 'No.' }],
  stale: [],
});

test.each<[string, Partial<Diagnosis>]>([
  [
    'a private marketplace',
    { changes: [change('Experience@1.0', 'AllowProductProcurement', 'CALLER_NOT_AUTHORIZED')] },
  ],
  ['an unknown change', { changes: [change('SaaSProduct@1.0', 'Odd', 'IMAGE_INACCESSIBLE')] }],
  [
    'a protected class',
    { changes: [change('ContainerProduct@1.0', 'RestrictDeliveryOptions', 'INCOMPATIBLE_SELLER_VERIFICATION')] },
  ],
  [
    'an old failure',
    { endTime: '2020-01-01T00:00:00Z', changes: [change('SaaSProduct@1.0', 'UpdateInformation', 'ASSET_NOT_FOUND')] },
  ],
])('of %s a retry is never the first advice, though the codes can pass', (_, values) => {
  const advice = adviceAfter({ concurrentChanges: quiet, ...values });
  expect(advice?.sentence).toMatch(/^Check at AWS/);
  expect(advice?.sentence).not.toContain('The same input can pass');
  expect(advice?.commands[0]).not.toBe('retry');
  expect(advice?.commands.at(-1)).toBe('retry');
});
