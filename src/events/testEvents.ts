import { z } from 'zod';
import { defined } from '../defined.ts';
import { account, instant, objectOf, optional } from './schemas/fields.ts';
import type { JsonObject, ReaderResult } from './types.ts';

/**
 * The source of test events. Nobody but AWS may put events of a source that begins with `aws.` on a bus, so the rules of the
 * templates take this one as well.
 */
export const testSource = 'marketplace-steward.test';

/** The envelope's own id is a UUID, and so is that of `steward emit --test`. */
const testId = z.custom<string>((value) => typeof value === 'string' && /^[A-Za-z0-9-]{1,64}$/.test(value));
const region = z.custom<string>((value) => typeof value === 'string' && /^[a-z0-9-]{1,32}$/.test(value));

const testEnvelope = objectOf({
  id: testId,
  account,
  time: instant,
  region: optional(region).catch(undefined),
  // Anything else in the detail is not read, so that a test event is never taken for one of a vendor.
  detail: z
    .looseObject({ testId: testId.optional().catch(undefined), sentAt: instant.optional().catch(undefined) })
    .catch({}),
});

/** Reads a test event: who sent it, when, and under which id. What is none is ignored: nobody needs it. */
export function readTestEvent(body: JsonObject): ReaderResult {
  const parsed = testEnvelope.safeParse(body);
  if (!parsed.success) return { outcome: 'nothing', reason: 'a test event without an id, an account or a time' };
  const { id, time, account: owner, region: from, detail } = parsed.data;
  const test = { testId: detail.testId ?? id, account: owner, sentAt: detail.sentAt ?? time };
  return { outcome: 'test', test: { ...test, ...defined({ region: from }) } };
}
