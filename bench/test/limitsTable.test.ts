import picocolors from 'picocolors';
import { limitLines, limitVerdict } from '../limits/table.ts';

const plain = picocolors.createColors(false);

test('workflows that grow are shown by their longest history, and each is judged', () => {
  const item = {
    what: 'events of one item',
    count: 20_000,
    runs: 6,
    mostEvents: 5_000,
    mostKilobytes: 2_000,
    actionsEach: 1.01,
    peakKilobytes: 300 * 1_024,
    seconds: 100,
    floorSeconds: 90,
  } as const;
  expect(limitVerdict(item, plain)).toBe('20000 events of one item stay within their bounds.');
  expect(limitLines([item]).join('\n')).toMatch(/events of one item +20000 +6 +5000 +2000 +1\.01 +300 +100 +90/);
  for (const beyond of [
    { mostEvents: 10_240 },
    { mostKilobytes: 10_240 },
    { actionsEach: 1.2 },
    { peakKilobytes: 651 * 1_024 },
    { seconds: 271 },
  ]) {
    expect(limitVerdict({ ...item, ...beyond }, plain)).toBe('20000 events of one item do not: see above.');
  }
});
