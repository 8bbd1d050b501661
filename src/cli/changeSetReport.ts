import { z } from 'zod';
import type { ChangeSetReport } from '../workflows/changeSetRemediation/reportShape.ts';
import { outcomeText, untilTexts } from '../workflows/changeSetRemediation/reportTexts.ts';
import { printable, terminalWidth, wrapped } from './format.ts';

const texts = z.array(z.string());

/** The report of a change set, as a status gives it; of another version it may be another, and is not shown. */
export const reportSchema = z.object({
  account: z.string(),
  changeSetId: z.string(),
  attempt: z.number(),
  name: z.string().exactOptional(),
  link: z.string(),
  status: z.string().exactOptional(),
  intent: z.string().exactOptional(),
  failureCode: z.string().exactOptional(),
  failureDescription: z.string().exactOptional(),
  endedAt: z.string().exactOptional(),
  shownByAwsUntil: z.string().exactOptional(),
  codes: texts,
  changes: z.array(
    z.object({
      index: z.number(),
      changeType: z.string(),
      entityType: z.string(),
      entityId: z.string().exactOptional(),
      title: z.string().exactOptional(),
      errors: z.array(
        z.object({
          code: z.string(),
          meaning: z.string(),
          words: z.string().exactOptional(),
          whatToDo: z.string(),
          sameInput: z.enum(['endsTheSame', 'canPass', 'unknown']),
        }),
      ),
      moreErrors: z.number().exactOptional(),
      outOfDate: texts,
    }),
  ),
  outOfDate: texts,
  question: z
    .object({
      why: z.string(),
      row: z.number().exactOptional(),
      openUntil: z.string(),
      wouldHaveSubmitted: z
        .object({ attempt: z.number(), at: z.string(), row: z.number().exactOptional() })
        .exactOptional(),
      submittedAgainAt: z.string().exactOptional(),
      cannotRepeat: z.string().exactOptional(),
    })
    .exactOptional(),
  nextStep: z.object({ sentence: z.string(), commands: texts }),
}) satisfies z.ZodType<ChangeSetReport>;

/** Beside what is to be done; where the same input fails again, the next step says so. */
const afterwards = {
  endsTheSame: '',
  canPass: ' The same input can pass, once that is right.',
  unknown: ' Whether the same input can pass later depends on AWS’s words.',
} as const;

const width = terminalWidth;

const inner = (text: string): string[] => wrapped(printable(text), width, '    ');

function changeLines({
  index,
  changeType,
  entityType,
  entityId,
  title,
  ...change
}: ChangeSetReport['changes'][number]): string[] {
  const what = title === undefined ? '' : ` “${title}”`;
  return [
    ...wrapped(printable(`${index}  ${changeType} on ${entityType}${what} ${entityId ?? '(new)'}`), width, '', '   '),
    ...change.errors.flatMap(({ code, meaning, words, whatToDo, sameInput }) => [
      ...wrapped(printable(`${code}: ${meaning}`), width, '  ', '    '),
      ...(words === undefined ? [] : inner(`AWS: “${words}”`)),
      ...inner(`What to do: ${whatToDo}${afterwards[sameInput]}`),
    ]),
    ...(change.moreErrors === undefined ? [] : [`  and ${change.moreErrors} more errors`]),
    ...change.outOfDate.flatMap((text) => inner(`Out of date: ${text}`)),
  ];
}

/** The report in words, 80 columns wide but for addresses: what AWS said, change by change, until when, and where to read on. */
export function reportLines(report: ChangeSetReport, nowMs: number): readonly string[] {
  const { changeSetId, name, changes, failureDescription, outOfDate, link } = report;
  const called = name === undefined ? '' : ` “${name}”`;
  return [
    ...wrapped(printable(`${changeSetId}${called}: ${outcomeText(report)}`), width),
    ...(failureDescription === undefined ? [] : wrapped(printable(`AWS: “${failureDescription}”`), width)),
    ...changes.flatMap(changeLines),
    ...outOfDate.flatMap((text) => wrapped(printable(`Out of date: ${text}`), width)),
    ...untilTexts(report, nowMs).flatMap((text) => wrapped(text, width)),
    printable(link),
  ];
}

/** Why an operator is asked, and what fits. */
export function reportedStep({ question, nextStep: { sentence } }: ChangeSetReport): readonly string[] {
  return [question?.why, sentence, question?.cannotRepeat].flatMap((text) =>
    text === undefined ? [] : wrapped(printable(text), width),
  );
}
