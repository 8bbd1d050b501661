import { mostUsed, requestProblem } from '../../../src/workflows/submitPermits/checks.ts';

const asked = { token: 't', authority: 'policy', dailyCap: 1, startsPerSecond: 5, usedWithinMs: 1, settleMs: 1 };
const permits = (count: number) => Array.from({ length: count }, (_, index) => ({ token: `t${index}`, grant: 1 }));

test.each([
  ['nothing', undefined],
  ['none', []],
  ['as many as may be', permits(mostUsed)],
])('a request that names %s is one', (_, used) => {
  expect(requestProblem(used === undefined ? asked : { ...asked, used })).toBeUndefined();
});

test.each([
  ['more than may be', permits(mostUsed + 1)],
  ['no list', 'all of them'],
  ['a permit without a grant', [{ token: 't' }]],
  ['a token that is none', [{ token: 'no token', grant: 1 }]],
  ['nothing in the list', [null]],
])('a request that names %s is refused', (_, used) => {
  expect(requestProblem({ ...asked, used })).toEqual(expect.any(String));
});
