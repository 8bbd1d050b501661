import { agreementCreatedTypes, agreementSource } from '../../src/events/schemas/agreements.ts';
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
