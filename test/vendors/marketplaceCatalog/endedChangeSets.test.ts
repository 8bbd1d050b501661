import type { CatalogChangeSet } from '../../../src/vendors/marketplaceCatalog/port.ts';
import { keepEnded } from '../../../src/vendors/marketplaceCatalog/endedChangeSets.ts';
import { scope } from './setUp.ts';

/** Describes change sets of these statuses; the size of their contents is as wanted. */
function played(statusOf: (id: string) => string | undefined, size = 1) {
  const asked: string[] = [];
  const kept = keepEnded(async ({ account }, changeSetId): Promise<CatalogChangeSet> => {
    asked.push(`${account === scope.account ? '' : `${account} `}${changeSetId}`);
    await new Promise(setImmediate);
    const status = statusOf(changeSetId);
    if (status === 'lost') throw new Error(`lost ${asked.length}`);
    return { changeSetId, name: 'x'.repeat(size), changes: [], ...(status === undefined ? {} : { status }) };
  });
  return { asked, ...kept };
}

test('one that has ended is asked for once, in whatever way it was described, and by each account for itself', async () => {
  const { asked, describe: live, describeEnded } = played(() => 'FAILED');
  const first = await live(scope, 'a');
  expect(await describeEnded(scope, 'a')).toBe(first);
  await Promise.all(['b', 'b', 'b'].map((id) => describeEnded(scope, id)));
  await describeEnded({ ...scope, account: '444455556666' }, 'a');
  expect(asked).toEqual(['a', 'b', '444455556666 a']);
});

test('what is asked for as it is now is always asked for', async () => {
  const { asked, describe: live, describeEnded } = played(() => 'SUCCEEDED');
  await describeEnded(scope, 'a');
  await live(scope, 'a');
  expect(asked).toEqual(['a', 'a']);
});

test.each(['APPLYING', 'PREPARING', undefined])('one that is %s is not kept', async (status) => {
  const { asked, describeEnded } = played(() => status);
  await Promise.all([describeEnded(scope, 'a'), describeEnded(scope, 'a')]);
  await describeEnded(scope, 'a');
  expect(asked).toEqual(['a', 'a', 'a']);
});

test('the failure of another’s call has each ask for itself', async () => {
  const { asked, describeEnded } = played(() => 'lost');
  const failures = await Promise.allSettled([describeEnded(scope, 'a'), describeEnded(scope, 'a')]);
  expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(asked).toEqual(['a', 'a']);
});

test('what is kept is bounded in number and in size: the oldest go', async () => {
  const small = played(() => 'FAILED');
  for (let index = 0; index < 501; index += 1) await small.describeEnded(scope, `cs-${index}`);
  await small.describeEnded(scope, 'cs-1');
  await small.describeEnded(scope, 'cs-0');
  expect(small.asked.slice(501)).toEqual(['cs-0']);
  const large = played(() => 'FAILED', 4_000_000);
  for (const id of ['a', 'b', 'c', 'c', 'b', 'a']) await large.describeEnded(scope, id);
  expect(large.asked).toEqual(['a', 'b', 'c', 'a']);
});
