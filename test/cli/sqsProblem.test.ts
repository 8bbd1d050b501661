import { sqsProblem } from '../../src/cli/sqsProblem.ts';

test.each([
  ['CredentialsProviderError', 'no AWS credentials are at hand', 'AWS_PROFILE'],
  ['ExpiredTokenException', 'does not take these credentials', 'Sign in again'],
  ['InvalidClientTokenId', 'does not take these credentials', 'Sign in again'],
  ['CredentialsRejected', 'does not take these credentials', 'Sign in again'],
  ['AccessDeniedException', 'refuses access', 'sqs:GetQueueAttributes'],
  ['AccessDenied', 'refuses access', 'sqs:GetQueueAttributes'],
  ['AWS.SimpleQueueService.NonExistentQueue', 'has no such queue', 'url and region'],
  ['QueueDoesNotExist', 'has no such queue', 'url and region'],
  ['ENOTFOUND', 'does not answer', 'the network'],
  ['TimeoutError', 'does not answer', 'the network'],
  ['SomethingNewer', 'Amazon SQS refused', 'steward doctor'],
])('%s has a next step', (name, what, next) => {
  const text = sqsProblem(name);
  expect(text).toContain(`${what} (${name}). `);
  expect(text).toContain(next);
});
