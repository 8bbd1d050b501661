import { createPolicyActivities } from '../../src/activities/policies.ts';
import { configuredPolicy } from '../../src/policies/configured.ts';

const context = { policies: {} };
const activities = createPolicyActivities(context, {
  knowsAccount: (account) => account === '123456789012',
  knowsMerchant: (merchant) => merchant.startsWith('known'),
});

test.each(['changeSetRemediation', 'offerWatch', 'securityCase'] as const)(
  'a %s by hand needs an account of the configuration',
  async (owner) => {
    expect(await activities.configuredPolicy({ owner, account: '123456789012' })).toEqual(
      configuredPolicy(owner, context),
    );
    expect(await activities.configuredPolicy({ owner, account: '123456789013' })).toEqual({
      refused: expect.stringContaining('"123456789013" is not there. Check the digits, or add accounts.123456789013'),
    });
  },
);

test('what waits for an account, or is about one that is gone, needs none', async () => {
  for (const owner of ['heldEvents', 'accountHealth', 'quarantinedEvent'] as const) {
    expect(await activities.configuredPolicy({ owner, account: '123456789013' })).toEqual(
      configuredPolicy(owner, context),
    );
  }
});

test('every merchant of a list is known, or the first five that are not are named', async () => {
  const owner = 'backfillItems';
  expect(await activities.configuredPolicy({ owner, merchants: ['known-1', 'known-2'] })).toEqual(
    configuredPolicy(owner, context),
  );
  expect(await activities.configuredPolicy({ owner, merchants: ['known-1', 'typo\n'] })).toEqual({
    refused: expect.stringContaining('but "typo\\n" is not there'),
  });
  const many = Array.from({ length: 7 }, (_, index) => `typo-${index}`);
  expect(await activities.configuredPolicy({ owner, merchants: many })).toEqual({
    refused: expect.stringMatching(/"typo-0", .*"typo-4", and 2 more are not there/),
  });
});
