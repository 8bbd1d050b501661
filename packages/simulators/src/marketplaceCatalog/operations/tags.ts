import { z } from 'zod';
import { notFound } from '../errors.ts';
import type { Store } from '../store.ts';
import { catalogArn, entityArn } from '../store.ts';
import type { Tag } from '../validation.ts';
import { checkedInput } from '../validation.ts';
import type { Operation } from './operation.ts';

const listTagsSchema = z.object({
  ResourceArn: z
    .string()
    .min(1)
    .max(255)
    .regex(/^arn:[\w+=/,.@-]+:aws-marketplace:[\w+=/,.@-]*:[0-9]+:[\w+=,.@-]+(\/[\w+=,.@-]+)*$/),
});

/** ListTagsForResource: the tags of a change set or an entity of the caller's own account. */
export const listTagsForResource: Operation = ({ store }, call) => {
  const { ResourceArn } = checkedInput(listTagsSchema, call.input);
  const tags = tagsOf(store, call.account, ResourceArn, call.nowMs);
  if (tags === undefined) throw notFound(`Resource '${ResourceArn}' does not exist`);
  return { body: { ResourceArn, Tags: tags }, noted: { entityIds: [] } };
};

function tagsOf(store: Store, account: string, arn: string, nowMs: number): readonly Tag[] | undefined {
  const set = store.changeSetsOf(account, nowMs).find(({ id }) => catalogArn(account, 'ChangeSet', id) === arn);
  if (set !== undefined) return set.tags;
  return [...store.entities.values()].find((entity) => entity.account === account && entityArn(entity) === arn)?.tags;
}
