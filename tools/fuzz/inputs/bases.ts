import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { eventFixtures, readFixture } from '@marketplace-steward/testing/fixtures';
import { testSource } from '../../../src/events/testEvents.ts';
import type { Envelope } from '../../../src/events/parse.ts';
import type { Json } from './json.ts';

/** A well-formed event from which inputs are made. */
export interface Base {
  readonly name: string;
  readonly envelope: Envelope;
  readonly value: { readonly [key: string]: Json };
}

const samples: readonly Base[] = readdirSync(eventFixtures)
  .toSorted()
  .map((file) => {
    const name = basename(file, '.json');
    const envelope = name.endsWith('.webhook') ? 'webhook' : 'eventbridge';
    return { name, envelope, value: structuredClone(readFixture(name)) as Base['value'] };
  });

function sample(name: string): Base {
  const found = samples.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no sample ${name}`);
  return found;
}

/** A sample with other members in its envelope. */
function like(name: string, envelope: { readonly [key: string]: Json }): Base {
  const base = sample(name);
  return { ...base, name: `${name}, ${JSON.stringify(envelope)}`, value: { ...base.value, ...envelope } };
}

const inventory = 'INVENTORY_CHANGED';
const buyability = sample('buyabilityChanged.eventBridge').value;
const quantities = ['businessProduct/business-product-id/item-quantities/item-id'];

/** The vendors' samples, and every kind of event that has none: those that are ignored, and those that nobody knows. */
export const bases: readonly Base[] = [
  ...samples,
  like('buyabilityChanged.webhook', { eventDescriptor: inventory, resources: quantities }),
  like('buyabilityChanged.eventBridge', {
    'detail-type': inventory,
    detail: { ...(buyability['detail'] as object), eventDescriptor: inventory, resources: quantities },
  }),
  like('buyabilityChanged.webhook', { eventDescriptor: 'REFUND_REQUESTED' }),
  like('buyabilityChanged.eventBridge', { 'detail-type': 'RETURN_STARTED' }),
  like('changeSetFailed', { source: testSource, 'detail-type': 'Steward Test', detail: { testId: 'a-test' } }),
  like('changeSetFailed', { account: '444455556666' }),
  like('offerReleased.isv', { account: '444455556666' }),
  like('changeSetFailed', { 'detail-type': 'AWS API Call via CloudTrail' }),
  like('changeSetFailed', { 'detail-type': 'Something New' }),
  like('agreementCreated.proposer', { 'detail-type': 'License Updated - Manufacturer' }),
  like('agreementCreated.proposer', { source: 'aws.discovery-marketplace', 'detail-type': 'Listing Available' }),
  like('agreementCreated.proposer', { source: 'aws.marketplace', 'detail-type': 'Disbursement Paused' }),
];
