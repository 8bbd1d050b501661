/** What a setting is for, and values that it takes. */
export type Described = readonly [description: string, ...examples: unknown[]];

/** Of one region, as AWS writes them. */
const queueUrl = 'https://sqs.us-east-1.amazonaws.com/111122223333/marketplace-steward';
const roleArn = 'arn:aws:iam::111122223333:role/marketplace-steward';

const accounts: Readonly<Record<string, Described>> = {
  accounts: ['Your AWS accounts, by their 12 digits in quotes (docs/accounts.md).'],
  'accounts.mode': [
    'observe says what it would do, approve asks an operator, auto acts. The worker reads it before every submit.',
    'observe',
  ],
  'accounts.catalogs': ['The catalogs whose events are handled; those of others are held.', ['AWSMarketplace']],
  'accounts.kind': [
    'vendor: you sell your own products. channelPartner: you resell those of others. privateMarketplaceAdministrator: you choose what your company may buy.',
    'vendor',
  ],
  'accounts.dailyCap': ['Change sets a day (UTC) that the steward submits without an operator.', 50],
  'accounts.approval': [
    'The operator who proposed an amendment may approve it; twoPeople is refused, since nobody can check who sends a command.',
    'onePerson',
  ],
  'accounts.protectedClasses': [
    'Classes of change types about which an operator always decides (docs/change-sets.md).',
    ['withdraw', 'create'],
  ],
  'accounts.callsPerSecond': [
    'Quotas of this account by operation, where AWS has granted others than its usual ones.',
    { ListChangeSets: 20 },
  ],
  role: ['The role that calls are made as.'],
  'role.arn': ['The ARN of the role.', roleArn],
  externalId: ['What the trust policy of the role asks for.', 'a-text-that-you-chose'],
  credentials: ['An access key, by the names of its variables; the AWS SDK’s own chain without one.'],
  accessKeyIdVariable: ['The NAME of the variable that has the id of the access key.', 'STEWARD_AWS_ACCESS_KEY_ID'],
  secretAccessKeyVariable: [
    'The NAME of the variable that has the secret of the key.',
    'STEWARD_AWS_SECRET_ACCESS_KEY',
  ],
};

const buyWithPrime: Readonly<Record<string, Described>> = {
  merchants: ['Buy with Prime, by businessProductId (docs/buy-with-prime.md).'],
  'merchants.clientId': ['The client id of your API key.'],
  'merchants.clientSecretVariable': [
    'The NAME of the variable that has the client secret.',
    'STEWARD_BUY_WITH_PRIME_CLIENT_SECRET',
  ],
  buyWithPrime: ['How Buy with Prime’s API is called, for all merchants.'],
  'buyWithPrime.targetHeader': ['The header that names the merchant.', 'x-api-target-id'],
  'buyWithPrime.apiVersion': [
    'The version of the API, in quotes, for queries that no event names one for.',
    '2024-11-01',
  ],
};

const ingress: Readonly<Record<string, Described>> = {
  ingress: ['What takes events: HTTP, and queues of Amazon SQS (docs/ingress.md, docs/queues.md).'],
  'ingress.host': ['The address that it listens at.', '127.0.0.1', '0.0.0.0'],
  'ingress.port': ['The port that it listens at.', 8080],
  'ingress.tls': ['Certificate and key for HTTPS, which are followed; plain HTTP without.'],
  'ingress.tls.certificateFile': [
    'A file in PEM: the certificate, and those of its issuers after it.',
    '/run/tls/tls.crt',
  ],
  'ingress.tls.keyFile': ['A file in PEM: the private key, without a passphrase.', '/run/tls/tls.key'],
  'ingress.trustedProxies': [
    'Addresses and networks of proxies in front of it, whose X-Forwarded-For is believed.',
    ['10.0.0.0/16'],
  ],
  'ingress.credentials': ['How senders prove themselves, by envelope; any one entry of a list admits.'],
  'ingress.credentials.eventbridge': ['Senders of events in EventBridge’s envelope.'],
  'ingress.credentials.webhook': ['Senders of events in the envelope of Buy with Prime’s webhook.'],
  'ingress.signatures': ['Signatures over the body, asked for beside a credential.'],
  'ingress.signatures.webhook': ['Buy with Prime’s own signature.'],
  'ingress.sqs': ['Queues of Amazon SQS that bring events.'],
  'ingress.sqs.queues': ['The queues, 20 at most.'],
  'queues.url': ['The URL of the queue; or give its arn.', queueUrl],
  'queues.arn': ['The ARN of the queue; or give its url.', 'arn:aws:sqs:us-east-1:111122223333:marketplace-steward'],
  'queues.region': ['The region, where neither URL nor ARN says it.', 'us-east-1'],
  'queues.receivers': ['Requests that wait for messages at once; each brings up to ten.', 4],
  'queues.waitSeconds': ['How long one request waits for messages, in seconds.', 10],
  'queues.visibilitySeconds': ['How long a received message stays with this process, in seconds.', 60],
  kind: [
    'header: a secret in a header. basic: user name and password. bearer: an OAuth 2.0 token.',
    'header',
    'bearer',
  ],
  header: ['The name of the header.', 'x-steward-key'],
  valueVariable: ['The NAME of the variable that has the header’s whole value.', 'STEWARD_EVENTBRIDGE_KEY'],
  username: ['The user name, without a colon.', 'buy-with-prime'],
  usernameVariable: ['The NAME of the variable that has the user name, in the place of username.'],
  passwordVariable: ['The NAME of the variable that has the password.', 'STEWARD_BUY_WITH_PRIME_PASSWORD'],
  issuer: ['The issuer of the tokens (claim iss).', 'https://issuer.example.com'],
  audience: ['For whom the tokens are (claim aud).', 'marketplace-steward'],
  jwksUrl: [
    'Where the keys of the signatures are published, as a JSON Web Key Set.',
    'https://issuer.example.com/jwks.json',
  ],
  algorithms: ['The algorithms that signatures may have.', ['RS256'], ['ES256', 'EdDSA']],
  scope: ['A scope that the token has to have.', 'events.write'],
  subject: ['Whose token it has to be (claim sub).'],
  clockToleranceSeconds: ['How far the clocks of issuer and ingress may differ, in seconds.', 10],
};

const notices: Readonly<Record<string, Described>> = {
  notices: ['Where notices go (docs/notices.md).'],
  'notices.channels': ['The channels by name; [log] is short for a channel named log of type log.', ['log']],
  'channels.type': ['What the channel is.', 'log', 'slack'],
  'channels.url': ['The address to which notices are posted.', 'https://ops.example.com/notices'],
  secretVariables: [
    'The NAMES of the variables that have the signing keys; each signs.',
    ['STEWARD_WEBHOOK_SIGNING_KEY'],
  ],
  urlVariable: ['The NAME of the variable that has the whole address of the incoming webhook.', 'STEWARD_SLACK_URL'],
  topicArn: ['The ARN of the topic.', 'arn:aws:sns:us-east-1:111122223333:listings.fifo'],
  'channels.endpoint': ['The address of Amazon SNS, where it is not AWS’s own.'],
  routingKeyVariable: ['The NAME of the variable that has the routing key.', 'STEWARD_PAGERDUTY_ROUTING_KEY'],
  'notices.routes': ['Which notices go through which channels; without routes each channel gets all.'],
  'routes.severity': ['The least severity.', 'warning', 'critical'],
  'routes.accounts': ['Only notices about these accounts and merchants.', ['111122223333']],
  'routes.morningDigest': [
    'A digest once a day for the channels of this route: what needs somebody, is due, was done and lost (docs/notices.md).',
    { at: '07:30', timeZone: 'Europe/Berlin' },
  ],
  'morningDigest.at': ['When it comes, from 04:00 to 20:59 on the clock of its time zone.', '07:30'],
  'morningDigest.timeZone': ['The IANA name of the time zone of at.', 'Europe/Berlin'],
  'routes.topics': [
    'The notices of these topics, and no others: changeSet.succeeded reports successes, changeSet.observed is a daily digest of what observe mode kept back.',
    ['changeSet.succeeded'],
  ],
  'routes.channels': ['The names of the channels.', ['log', 'team']],
  'routes.showBuyers': ['Whether these channels may show buyers.', false],
  'routes.grouping': ['How a flood is grouped into digests.', 'off', { first: 3, everyMs: 900_000 }],
  'grouping.first': ['Notices that go out one by one before a digest.', 3],
  'grouping.everyMs': ['Between two digests, in milliseconds.', 900_000],
};

const others: Readonly<Record<string, Described>> = {
  endpoints: ['Addresses in the place of the vendors’ own, for tests and proxies.'],
  'endpoints.marketplaceCatalog': ['Of the AWS Marketplace Catalog API.', 'http://127.0.0.1:9001'],
  'endpoints.buyWithPrime': ['Of Buy with Prime’s API.', 'http://127.0.0.1:9002'],
  'endpoints.securityTokenService': ['Of AWS STS.', 'http://127.0.0.1:9003'],
  'endpoints.simpleQueueService': ['Of Amazon SQS, for queues that are named by their ARN.', 'http://127.0.0.1:9004'],
  'endpoints.eventBridge': ['Of Amazon EventBridge, for steward doctor.', 'http://127.0.0.1:9005'],
  'endpoints.identityAndAccessManagement': ['Of AWS IAM, for steward doctor.', 'http://127.0.0.1:9006'],
  metrics: ['Where Prometheus can scrape metrics; nowhere without an address (docs/observability.md).'],
  'metrics.prometheusAddress': ['Of the worker: IP address and port.', '0.0.0.0:9464'],
  'metrics.ingressPrometheusAddress': ['Of the ingress: IP address and port.', '0.0.0.0:9465'],
  telemetry: ['What a process says of its own work beside logs and metrics (docs/observability.md).'],
  'telemetry.traces': ['Where traces go, by OTLP over HTTP; nowhere without an address.'],
  'traces.url': ['The address of the collector, with its path.', 'http://127.0.0.1:4318/v1/traces'],
  headersVariable: [
    'The NAME of the variable that has its headers: name=value, several with commas.',
    'STEWARD_TRACES_HEADERS',
  ],
  'traces.ratio': ['The share of events that are traced, from 0 to 1.', 1],
  webUiUrl: [
    'The base of the links in notices: an address that their readers can open.',
    'https://temporal.example.com',
  ],
  encryption: ['What Temporal stores, encrypted (docs/encryption.md).'],
  'encryption.encrypts': ['false: what is encrypted is read, and what is written stays in clear.', true],
  'encryption.keys': ['The first key encrypts, and every one decrypts.'],
  'keys.id': ['The id of the key, which stands in clear beside all that it encrypts.', '2026-11'],
  keyVariable: ['The NAME of the variable that has the key: 32 bytes in base64.', 'STEWARD_ENCRYPTION_KEY_1'],
  codecServer: ['What decrypts for the Web UI (docs/encryption.md).'],
  'codecServer.host': ['The address that it listens at.', '127.0.0.1'],
  'codecServer.port': ['The port that it listens at.', 8081],
  'codecServer.origins': ['The Web UIs whose pages may read its answers.', ['https://temporal.example.com']],
  'codecServer.credentials': ['How its callers prove themselves; any one entry admits.'],
  'codecServer.signIn': ['A page where an operator signs in, for Web UIs that have no token to pass on.'],
  worker: ['How much a worker process does at once.'],
  'worker.cachedWorkflows': ['Workflows that a process keeps in memory at most.', 88],
  'worker.slots': ['Tasks at once, by task queue (docs/architecture.md).'],
  'slots.workflows': ['Activities that call nothing but Temporal.', 100],
  'slots.aws': ['Calls to AWS.', 500],
  'slots.buyWithPrime': ['Calls to Buy with Prime.', 100],
  'slots.notices': ['Notices.', 100],
};

/** All settings but the policies, by the end of their path: the longest that fits describes one. */
export const describedSettings: Readonly<Record<string, Described>> = {
  ...accounts,
  ...buyWithPrime,
  ...ingress,
  ...notices,
  ...others,
};
