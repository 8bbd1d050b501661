import { Journal } from '../../src/journal.ts';
import fc from 'fast-check';
import { CallRates, VENDOR_CALL_QUOTAS } from '../../src/marketplaceCatalog/quotas.ts';
import { sendRaw, simulatorForFile } from './support.ts';

const VENDOR = { enabled: true, perSecond: VENDOR_CALL_QUOTAS, openChangeSets: 250 };

test('over any window of calls no more are admitted than one burst and the rate', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(gaps, (gapsMs) => {
      const rates = new CallRates(VENDOR, new Journal('test', undefined));
      let nowMs = 0;
      const admitted: number[] = [];
      for (const gapMs of gapsMs) {
        nowMs += gapMs;
        if (rates.admits('StartChangeSet', '123456789012', nowMs)) admitted.push(nowMs);
      }
      admitted.forEach((startMs, first) =>
        admitted.slice(first).forEach((endMs, more) => {
          expect(more + 1).toBeLessThanOrEqual(5 + ((endMs - startMs) / 1000) * 5 + 1e-6);
        }),
      );
      expect(admitted.length).toBeGreaterThanOrEqual(Math.min(5, gapsMs.length));
    }),
  );
});

test('accounts and operations have buckets of their own; what has no quota is always admitted', () => {
  const rates = new CallRates(VENDOR, new Journal('test', undefined));
  const spend = (operation: 'StartChangeSet' | 'DescribeEntity', account: string) =>
    Array.from({ length: 50 }, () => rates.admits(operation, account, 0)).filter(Boolean).length;
  expect(spend('StartChangeSet', '111111111111')).toBe(5);
  expect(spend('StartChangeSet', '222222222222')).toBe(5);
  expect(spend('DescribeEntity', '111111111111')).toBe(20);
  expect(rates.admits('StartChangeSet', '111111111111', 199)).toBe(false);
  expect(rates.admits('StartChangeSet', '111111111111', 401)).toBe(true);
  expect(Array.from({ length: 50 }, () => rates.admits('ListAssessments', '111111111111', 0))).not.toContain(false);
});

describe('on the wire', () => {
  const simulator = simulatorForFile({ quotas: { ListChangeSets: 1 } });

  test('over the quota: ThrottlingException under 429, until quotas are changed or switched off', async () => {
    const list = () => sendRaw(simulator(), 'ListChangeSets', { Catalog: 'AWSMarketplace' });
    simulator().control.setQuotas({ perSecond: { ListChangeSets: 1 } });
    const answers = await Promise.all(Array.from({ length: 20 }, list));
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(1);
    expect(answers.filter(({ status }) => status === 429)).toContainEqual(
      expect.objectContaining({ errorType: 'ThrottlingException', text: '{"Message":"Rate exceeded"}' }),
    );
    simulator().control.setQuotas({ enabled: false });
    expect((await Promise.all(Array.from({ length: 20 }, list))).map(({ status }) => status)).not.toContain(429);
  });
});
