/** What fits the names that the AWS SDK, Amazon SQS, AWS STS and Node give to errors, the first that matches. */
const known: ReadonlyArray<readonly [RegExp, string, string]> = [
  [
    /^(CredentialsProviderError|CredentialsError|TokenProviderError)$/,
    'no AWS credentials are at hand',
    'Sign in (aws sso login) and name the profile in AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the queue a role or credentials in ingress.sqs.queues (docs/queues.md).',
  ],
  [
    /Expired|^(InvalidClientTokenId|UnrecognizedClient|UnrecognizedClientException|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignatureException|CredentialsRejected|InvalidSecurity)/,
    'AWS does not take these credentials',
    'Sign in again, or renew the key; steward doctor names the identity that is used.',
  ],
  [
    /AccessDenied|^(UnauthorizedOperation|Forbidden|KmsAccessDenied)/,
    'AWS refuses access',
    'Allow sqs:GetQueueAttributes on both queues (for a move also sqs:StartMessageMoveTask, sqs:ReceiveMessage and sqs:DeleteMessage on the dead-letter queue, and sqs:SendMessage on the queue), and sts:AssumeRole where the queue has a role.',
  ],
  [
    /NonExistentQueue|QueueDoesNotExist|^InvalidAddress/,
    'Amazon SQS has no such queue',
    'Check url and region in ingress.sqs.queues.',
  ],
  [
    /^(E[A-Z]+|TimeoutError|Unreachable|NetworkingError)$/,
    'Amazon SQS does not answer',
    'Check the url in ingress.sqs.queues, and the network: name resolution, proxy, endpoint policy.',
  ],
];

/** What an error of Amazon SQS means, and the next step. @param name its name, without a text of AWS. */
export function sqsProblem(name: string): string {
  const found = known.find(([form]) => form.test(name));
  const [, what, next] = found ?? [
    undefined,
    'Amazon SQS refused',
    'Check the permissions and the queue; steward doctor examines both.',
  ];
  return `${what} (${name}). ${next}`;
}
