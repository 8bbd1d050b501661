import { carriedOr } from '../shared/carried.ts';
import { readDigest } from './carried.ts';
import { workflowInfo } from '@temporalio/workflow';
import { onSignal, runCase, type Carried } from '../shared/case.ts';
import { dayMs, secondMs } from '../shared/durations.ts';
import { isBetween, isObject, refuseInput, requireTexts, wrong } from '../shared/input.ts';
import {
  longestTitle,
  noticeDigestContract,
  noticeGroupedSignal,
  type DigestStatus,
  type NoticeDigestInput,
  type NoticeToGroup,
} from './contract.ts';
import { digestDetails, digestStatus } from './details.ts';
import { newDigest, stateName } from './state.ts';
import { digestSubject } from './subject.ts';
import { next, refusal } from './transitions/next.ts';
import { sleepUntil } from '../shared/timers.ts';

const exampleInput = { version: 1, channel: 'team', account: '123456789012', matter: 'change-set', everyMs: 900_000 };
const longestId = 1_000;
const kinds: readonly unknown[] = ['opening', 'reminder', 'acknowledgement', 'resolution', 'report'];
const severities: readonly unknown[] = ['information', 'warning', 'critical'];

/** Reads a signal's payload, which anybody may have typed; undefined where it is no notice. */
export function readGrouped(value: unknown): NoticeToGroup | undefined {
  if (!isObject(value)) return undefined;
  const { id, kind, severity, title, everyMs } = value as Partial<NoticeToGroup>;
  const isRight = typeof id === 'string' && id !== '' && id.length <= longestId && typeof title === 'string';
  if (!isRight || kind === undefined || !kinds.includes(kind)) return undefined;
  if (severity === undefined || !severities.includes(severity)) return undefined;
  const period = everyMs !== undefined && isBetween(everyMs, secondMs, dayMs) ? { everyMs } : {};
  return { id, kind, severity, title: title.slice(0, longestTitle.observed), ...period };
}

/**
 * Gathers the notices of a flood, which would each be a message through one channel, and sends one digest in their place at
 * the end of each period. It ends after a period without any.
 * @returns how many it has reported.
 */
export async function noticeDigest(input: NoticeDigestInput & Carried): Promise<DigestStatus> {
  requireTexts(input, ['channel', 'account', 'matter'], exampleInput);
  const { channel, account, matter } = input;
  const { everyMs } = input;
  if (!isBetween(everyMs, secondMs, dayMs)) {
    refuseInput(wrong('everyMs', `milliseconds, ${secondMs} to ${dayMs} (a day)`, everyMs), exampleInput);
  }
  const { workflowId, firstExecutionRunId: runId } = workflowInfo();
  return runCase({
    contract: noticeDigestContract,
    input,
    state: carriedOr(input, readDigest, () =>
      newDigest({ workflowId, subject: { channel, account, matter }, everyMs }, Date.now()),
    ),
    // The identities of the digests of one flood differ from those of the next.
    policy: { runId },
    next,
    status: digestStatus,
    statusDescription: 'What was grouped, and when the next digest comes',
    details: digestDetails,
    attributes: (digest) => ({
      state: stateName(digest),
      account,
      attention: false,
      subject: digestSubject(digest.subject, stateName(digest)),
    }),
    signals: [
      onSignal(noticeGroupedSignal, 'A notice to be grouped; sent by the activity that would send it', (given) => {
        const notice = readGrouped(given);
        return notice && { type: 'grouped', notice };
      }),
    ],
    commands: { message: (given) => ({ type: 'command', given }), refusal },
    cancelled: () => ({ type: 'cancelled' }),
    work: async ({ untilMs }, { apply }) => {
      await sleepUntil(untilMs, 'time until the next digest');
      apply({ type: 'elapsed' });
    },
  });
}
