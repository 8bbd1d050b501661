import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { refusalRow, refusals, type RefusalCode } from '../../src/ingress/answerTable.ts';
import { ingressPage } from '../../tools/pages/ingressPage.ts';

const page = readFileSync(fileURLToPath(new URL('../../docs/ingress.md', import.meta.url)), 'utf8');

test('docs/ingress.md has the tables of the answers', () => {
  expect(ingressPage(page) === page ? 'up to date' : 'run `npm run pages`').toBe('up to date');
  expect(ingressPage(page.replace('| 405 |', '| 406 |'))).toBe(page);
});

test('what EventBridge repeats by our wish says when: 429 and 503 have Retry-After', () => {
  for (const code of Object.keys(refusals) as RefusalCode[]) {
    const { status, retryAfterSeconds } = refusalRow(code);
    expect([code, retryAfterSeconds !== undefined]).toEqual([code, status === 429 || status === 503]);
  }
});
