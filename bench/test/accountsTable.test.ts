import picocolors from 'picocolors';
import { accountsVerdict } from '../accounts/table.ts';

const plain = picocolors.createColors(false);

test('accounts are judged by memory and processor time of the most of them', () => {
  const row = {
    accounts: 1_000,
    rssKilobytes: 331 * 1_024,
    idleCpuShare: 0.0074,
    firstCheckSeconds: 8,
    reloadCpuMs: 900,
  };
  const judged = (more: object): string => accountsVerdict({ one: row, many: [{ ...row, ...more }] }, plain);
  expect(judged({})).toBe('The accounts take no more of a worker than they may.');
  for (const beyond of [{ rssKilobytes: 451 * 1_024 }, { idleCpuShare: 0.021 }]) {
    expect(judged(beyond)).toBe('The accounts take more of a worker than they may: see above.');
  }
});
