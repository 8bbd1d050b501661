import { z } from 'zod';
import { printable } from './format.ts';

const part = z.looseObject({ outcome: z.string(), kind: z.string().nullish(), workflowId: z.string().nullish() });
const schema = part.extend({ reason: z.string().optional(), deliveries: z.array(part).optional() });

/**
 * The ingress's answer for operators: what became of the event and where to check.
 * @param answer the JSON body, or the text of something that is no ingress.
 */
export function answerText(httpStatus: number, answer: unknown): string {
  const parsed = schema.safeParse(answer);
  if (!parsed.success)
    return `HTTP ${httpStatus}: ${printable(typeof answer === 'string' ? answer : JSON.stringify(answer))}`;
  const { deliveries, reason, ...whole } = parsed.data;
  const lines = (deliveries ?? [whole]).map(partText);
  const first = (deliveries ?? [whole]).find((one) => typeof one.workflowId === 'string')?.workflowId;
  return [
    ...lines,
    ...(reason === undefined ? [] : [printable(reason)]),
    ...(typeof first === 'string' ? [`See it: npx steward show ${printable(first)}`] : []),
  ].join('\n');
}

function partText({ outcome, kind, workflowId }: z.infer<typeof part>): string {
  const what = typeof kind === 'string' ? ` ${printable(kind)}` : '';
  const where = typeof workflowId === 'string' ? ` -> ${printable(workflowId)}` : '';
  return `${printable(outcome)}${what}${where}`;
}
