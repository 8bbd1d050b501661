import type { OutgoingNotice } from '../../../src/channels/port.ts';

/** A notice as a security case sends it. */
export const sampleNotice: OutgoingNotice = {
  id: 'security:111122223333:2026-03-01T00:00:00.000Z:before-7d',
  kind: 'reminder',
  severity: 'warning',
  account: '111122223333',
  workflowId: 'security:111122223333',
  title: 'Security issues are due in 7 days',
  lines: ['2 products', '3 versions'],
  nextStep: 'Fix them',
  dueAt: '2026-03-01T00:00:00.000Z',
  link: 'https://temporal.example.com/namespaces/default/workflows/security%3A111122223333/run/user-metadata',
};

/** A signing key of Standard Webhooks, made from a word. */
export function signingKey(word: string): string {
  return `whsec_${Buffer.from(word.padEnd(32, '.')).toString('base64')}`;
}
