import fc from 'fast-check';
import { reminderNotice } from '../../../src/workflows/changeSetRemediation/notices.ts';
import { observedLine } from '../../../src/workflows/changeSetRemediation/observedLine.ts';
import { reportOf } from '../../../src/workflows/changeSetRemediation/report.ts';
import { newCase, type LineageMessage } from '../../../src/workflows/changeSetRemediation/state.ts';
import { longestTitle } from '../../../src/workflows/noticeDigest/contract.ts';
import { harmlessNotice, type Notice } from '../../../src/workflows/shared/notices.ts';
import { account, catalog, context, diagnosis, from, originId, outcome } from '@marketplace-steward/testing/changeSets';

const held = (by: 'observe' | 'approve'): LineageMessage => ({
  type: 'submitAnswered',
  result: { outcome: 'held', by },
});

/** A lineage whose first attempt the mode kept back, and the notice of that. */
function keptBack(by: 'observe' | 'approve', name?: string) {
  const origin = diagnosis(name === undefined ? {} : { name });
  const { lineage, sent } = from(
    newCase({ account, catalog, changeSetId: originId }),
    outcome(originId, 'FAILED'),
    { type: 'inspected', findings: { origin, successors: [] } },
    { type: 'backOffElapsed' },
    held(by),
  );
  const [notice] = sent.filter((one): one is Notice => 'lines' in one);
  return { lineage, notice };
}

test('the question of observe mode says in one line whose attempt it was, by which rule, when, and what it held', () => {
  const { notice } = keptBack('observe', 'Release 4.4.3');
  expect(notice?.observed).toMatch(
    /^“Release 4\.4\.3” \(\w+\): attempt 1 by rule 8 at \d{4}-\d\d-\d\d \d\d:\d\d UTC, \w+ on [\w@-]+ https:\/\/aws\.amazon\.com\/marketplace\/management\/requests\/\w+$/,
  );
  expect(notice?.kind).toBe('opening');
});

test('a reminder of it has none: the digest has the attempt once', () => {
  const { lineage } = keptBack('observe');
  const { phase } = lineage;
  if (phase.name !== 'awaitingDecision') throw new Error(phase.name);
  expect(reminderNotice(lineage, phase.reason, 1, context)).not.toHaveProperty('observed');
});

test('what approve mode keeps back has none', () => {
  expect(keptBack('approve').notice).not.toHaveProperty('observed');
});

test('whatever the change set is called, the line fits, and AWS’s page in it stays whole', () => {
  const { lineage, notice } = keptBack('observe');
  const report = reportOf(lineage, context.policy);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.stringMatching(/^[a-z0-9]{1,255}$/), (name, id) => {
      const link = `https://aws.amazon.com/marketplace/management/requests/${id}`;
      const line = observedLine({ ...report, name, link }, id) ?? '';
      expect(line.length).toBeLessThanOrEqual(longestTitle.observed);
      expect(line.endsWith(` ${link}`)).toBe(true);
    }),
  );
  const hostile = { ...(notice as Notice), observed: 'see https://a.example/s3cret?x=1' };
  expect(harmlessNotice(hostile).observed).not.toContain('s3cret');
});
