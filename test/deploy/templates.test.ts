import { agreementCreatedTypes, agreementSource } from '../../src/events/schemas/agreements.ts';
import {
  buyabilityChangedType,
  buyWithPrimeSourcePrefix,
  inventoryChangedType,
} from '../../src/events/schemas/buyWithPrime.ts';
import { marketplaceCatalogSource, marketplaceCatalogTypes } from '../../src/events/schemas/marketplace.ts';
import { readTemplate, resourcesWith, templateNames, templateText, type Value } from './cloudFormation.ts';

const properties = (name: string, parameters: Readonly<Record<string, Value>> = {}) =>
  Object.values(resourcesWith(readTemplate(name), parameters)).map(({ Type, Properties }) => ({
    Type,
    Properties: Properties as Readonly<Record<string, Value>>,
  }));
const ofType = (name: string, type: string, parameters: Readonly<Record<string, Value>> = {}) =>
  properties(name, parameters).flatMap(({ Type, Properties }) => (Type === type ? [Properties] : []));

const marketplacePattern = {
  // Nobody may put events of aws.* on a bus: tests need a source of their own.
  source: [marketplaceCatalogSource, agreementSource, 'marketplace-steward.test'],
  'detail-type': [...marketplaceCatalogTypes, ...agreementCreatedTypes],
};

test.each(templateNames)('%s: no alias of YAML, which CloudFormation refuses', (name) => {
  expect(templateText(name)).not.toMatch(/(?:^|[\s:-])[&*][A-Za-z]/m);
});

describe('http.yaml', () => {
  test('its rule is the one of seller.yaml, and its destination is the ingress', () => {
    expect(ofType('http.yaml', 'AWS::Events::Rule').map(({ EventPattern }) => EventPattern)).toEqual([
      marketplacePattern,
    ]);
    const { AllowedPattern = '' } = readTemplate('http.yaml').Parameters['Endpoint'] ?? {};
    const endpoint = new RegExp(AllowedPattern);
    expect('https://events.example.com/v1/events/eventbridge').toMatch(endpoint);
    expect('https://events.example.com/steward/v1/events/eventbridge').toMatch(endpoint);
    expect('http://events.example.com/v1/events/eventbridge').not.toMatch(endpoint);
    expect('https://events.example.com/v1/events/eventbridge/').not.toMatch(endpoint);
  });

  test('the key is shown nowhere, and goes into the connection alone', () => {
    expect(readTemplate('http.yaml').Parameters['KeyValue']).toMatchObject({ NoEcho: true, MinLength: 16 });
    expect(templateText('http.yaml').match(/!Ref KeyValue|\$\{KeyValue/g)).toEqual(['!Ref KeyValue']);
  });
});

describe('buy-with-prime.yaml', () => {
  test('its rule, on the bus of the partner event source, brings the events that the steward reads', () => {
    expect(ofType('buy-with-prime.yaml', 'AWS::Events::Rule')).toMatchObject([
      {
        EventBusName: { Ref: 'PartnerBus' },
        EventPattern: {
          source: [{ prefix: buyWithPrimeSourcePrefix }],
          'detail-type': [buyabilityChangedType, inventoryChangedType],
        },
      },
    ]);
  });

  test('queues, policies and alarms are those of seller.yaml', () => {
    for (const type of ['AWS::SQS::Queue', 'AWS::SQS::QueuePolicy', 'AWS::CloudWatch::Alarm']) {
      expect(ofType('buy-with-prime.yaml', type)).toEqual(ofType('seller.yaml', type));
    }
  });
});

test.each(templateNames)(
  '%s: what EventBridge cannot deliver within a day goes to a queue that it may send to',
  (name) => {
    const [rule] = ofType(name, 'AWS::Events::Rule');
    expect(rule).toMatchObject({
      Targets: [
        {
          RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': 'UndeliveredQueue.Arn' } },
        },
      ],
    });
    const sends = ofType(name, 'AWS::SQS::QueuePolicy').flatMap(
      ({ PolicyDocument }) => (PolicyDocument as { readonly Statement: readonly Value[] }).Statement,
    );
    const allowed = sends.filter((statement) => JSON.stringify(statement).includes('"Allow"'));
    expect(allowed).toMatchObject([
      {
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': 'EventRule.Arn' } } },
      },
    ]);
    expect(JSON.stringify(allowed)).toContain('UndeliveredQueue.Arn');
  },
);

describe('seller.yaml', () => {
  test('its rule brings the events that the steward reads, of AWS Marketplace and of tests, and no others', () => {
    expect(ofType('seller.yaml', 'AWS::Events::Rule').map(({ EventPattern }) => EventPattern)).toEqual([
      marketplacePattern,
    ]);
  });

  test('its archive, off unless it is asked for, keeps the same events', () => {
    expect(ofType('seller.yaml', 'AWS::Events::Archive')).toEqual([]);
    const archives = ofType('seller.yaml', 'AWS::Events::Archive', { ArchiveDays: 90 });
    expect(archives.map(({ EventPattern }) => EventPattern)).toEqual([marketplacePattern]);
  });

  test('each queue is encrypted: by SQS, or by the key that is given', () => {
    const encryption = (parameters: Readonly<Record<string, Value>>) =>
      ofType('seller.yaml', 'AWS::SQS::Queue', parameters).map(({ SqsManagedSseEnabled, KmsMasterKeyId }) => [
        SqsManagedSseEnabled,
        KmsMasterKeyId,
      ]);
    expect(encryption({})).toEqual(Array(3).fill([true, undefined]));
    expect(encryption({ KmsKeyArn: 'arn' })).toEqual(Array(3).fill([undefined, { Ref: 'KmsKeyArn' }]));
  });

  test('each role admits the steward alone, with the external id', () => {
    const trusts = ofType('seller.yaml', 'AWS::IAM::Role').map(
      ({ AssumeRolePolicyDocument }) => AssumeRolePolicyDocument,
    );
    expect(trusts).toHaveLength(2);
    for (const trust of trusts) {
      expect(trust).toMatchObject({
        Statement: [
          {
            Principal: { AWS: { Ref: 'StewardPrincipalArn' } },
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'sts:ExternalId': { Ref: 'ExternalId' } } },
          },
        ],
      });
    }
  });

  test('each queue has an alarm on its depth, and those that the steward reads one on age', () => {
    const alarms = ofType('seller.yaml', 'AWS::CloudWatch::Alarm').map(({ MetricName, Dimensions }) => {
      const [dimension] = Dimensions as readonly { readonly Value: Readonly<Record<string, string>> }[];
      return `${dimension?.Value['Fn::GetAtt']} ${MetricName as string}`;
    });
    const [age, depth] = ['ApproximateAgeOfOldestMessage', 'ApproximateNumberOfMessagesVisible'];
    expect(alarms.toSorted()).toEqual([
      `DeadLetterQueue.QueueName ${age}`,
      `DeadLetterQueue.QueueName ${depth}`,
      `EventQueue.QueueName ${age}`,
      `EventQueue.QueueName ${depth}`,
      `UndeliveredQueue.QueueName ${depth}`,
    ]);
  });
});
