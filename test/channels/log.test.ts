import pino from 'pino';
import { createLogChannel } from '../../src/channels/log.ts';
import type { Notice } from '../../src/workflows/shared/notices.ts';

const notice: Notice = {
  id: 'security:111122223333:2026-03-01:before-7d',
  kind: 'reminder',
  severity: 'warning',
  account: '111122223333',
  workflowId: 'security:111122223333',
  title: 'Security issues are due in 7 days',
  lines: ['2 products', '3 versions'],
  nextStep: 'Fix them',
  dueAt: '2026-03-01T00:00:00Z',
};

test.each([
  ['information', 30],
  ['warning', 40],
  ['critical', 50],
] as const)('a notice of severity %s is one line of level %i, its identity first', async (severity, level) => {
  const lines: string[] = [];
  const logger = pino({ base: null, timestamp: false }, { write: (line: string) => lines.push(line) });
  const channel = createLogChannel('log', logger);
  await channel.send({ ...notice, severity });
  expect(channel.name).toBe('log');
  expect(lines).toHaveLength(1);
  const line = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
  const { id, title, ...rest } = notice;
  expect(line).toEqual({ level, noticeId: id, msg: title, ...rest, severity });
  expect(Object.keys(line).slice(0, 2)).toEqual(['level', 'noticeId']);
});
