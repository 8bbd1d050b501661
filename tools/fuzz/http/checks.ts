import { acceptedOutcomes, refusals, type RefusalCode } from '../../../src/ingress/answerTable.ts';
import { planted } from '../inputs/values.ts';
import type { Exchanged, RawAnswer } from './exchange.ts';

/** What an answer is counted as. */
export interface CheckedAnswer {
  /** Status, and the outcome or the error. */
  readonly name: string;
  readonly problems: readonly string[];
  /** Workflows that have the event, as it says. */
  readonly workflowIds: readonly string[];
}

type Body = Readonly<Record<string, unknown>>;

const isBody = (value: unknown): value is Body => typeof value === 'object' && value !== null && !Array.isArray(value);

function bodyOf({ body }: RawAnswer): Body | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isBody(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function workflowsOf({ workflowId, deliveries }: Body): readonly string[] {
  const parts = Array.isArray(deliveries) ? deliveries.filter(isBody).map((part) => part['workflowId']) : [];
  return [workflowId, ...parts].filter((id) => typeof id === 'string');
}

const isProbe = (body: Body): boolean => 'healthy' in body || 'ready' in body;

function isInTable(status: number, body: Body): boolean {
  if (isProbe(body)) return status === 200 || status === 503;
  if (status === 202) return Object.hasOwn(acceptedOutcomes, String(body['outcome']));
  const code = String(body['error']);
  return Object.hasOwn(refusals, code) && refusals[code as RefusalCode].status === status && code !== 'internalError';
}

/** Checks one answer against the table of answers (docs/ingress.md). */
function checkAnswer(answer: RawAnswer): CheckedAnswer {
  const { status, headers } = answer;
  if (answer.body === '') return { name: `${status}`, problems: [], workflowIds: [] };
  const body = bodyOf(answer);
  if (body === undefined) return { name: `${status}`, problems: [`${status} without a JSON body`], workflowIds: [] };
  const name = isProbe(body) ? `${status} probe` : `${status} ${String(body['outcome'] ?? body['error'])}`;
  const leaked = Object.entries(planted).filter(([, text]) => status !== 202 && answer.body.includes(text));
  return {
    name,
    problems: [
      ...(isInTable(status, body) ? [] : [`${name} is not in the table of answers`]),
      ...(status === 401 && !headers.has('www-authenticate') ? ['401 without a challenge'] : []),
      ...(status === 405 && !headers.has('allow') ? ['405 without Allow'] : []),
      ...([429, 503].includes(status) && !isProbe(body) && !headers.has('retry-after')
        ? [`${status} without Retry-After`]
        : []),
      ...leaked.map(([what]) => `${name} repeats a planted ${what}`),
    ],
    workflowIds: status === 202 && body['outcome'] !== 'ignored' ? workflowsOf(body) : [],
  };
}

/** Checks what came over a connection; `sent` is what went out, for the problem. */
export function checkExchange({ answers, isGarbled, end }: Exchanged): {
  readonly answers: readonly CheckedAnswer[];
  readonly problems: readonly string[];
} {
  const checked = answers.map(checkAnswer);
  return {
    answers: checked,
    problems: [
      ...checked.flatMap(({ problems }) => problems),
      ...(isGarbled ? ['bytes that are no answer'] : []),
      ...(end === 'late' ? ['neither an answer nor the end of the connection in time'] : []),
    ],
  };
}
