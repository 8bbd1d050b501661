import { isBetween, problemOf, textProblem, wrong, type Fields } from '../shared/input.ts';
import { submitPermitsPolicy } from './policyValues.ts';
import { dayMs } from '../shared/durations.ts';

/** 1 to 64 characters, `!` to `~` (API model). */
const tokenPattern = /^[!-~]{1,64}$/;

/** How many used permits a request names at most. */
export const mostUsed = 50;

function tokenProblem({ token }: Fields): string | undefined {
  return textProblem('token', token, tokenPattern, 'a token of 1 to 64 characters');
}

function numberProblem(fields: Fields, name: string, least: number, most: number): string | undefined {
  const value = fields[name];
  return isBetween(value, least, most) ? undefined : wrong(name, `a number from ${least} to ${most}`, value);
}

function usedProblem({ used = [] }: Fields): string | undefined {
  if (!Array.isArray(used) || used.length > mostUsed) {
    return wrong('used', `a list of at most ${mostUsed} permits`, used);
  }
  const problems = used.map((one: unknown) =>
    problemOf(one, (fields) => tokenProblem(fields) ?? numberProblem(fields, 'grant', 1, Number.MAX_SAFE_INTEGER)),
  );
  return problems.find((problem) => problem !== undefined);
}

/** What is wrong with a request for a permit, which anybody may have typed. */
export function requestProblem(asked: unknown): string | undefined {
  return problemOf(asked, (fields) => {
    const { authority } = fields;
    return (
      tokenProblem(fields) ??
      (authority === 'policy' || authority === 'operator'
        ? undefined
        : wrong('authority', '"policy" or "operator"', authority)) ??
      numberProblem(fields, 'dailyCap', 0, 1_000_000) ??
      numberProblem(fields, 'startsPerSecond', 0.001, 1_000_000) ??
      numberProblem(fields, 'usedWithinMs', 0, dayMs) ??
      numberProblem(fields, 'settleMs', 0, dayMs) ??
      (fields['policy'] === undefined ? undefined : submitPermitsPolicy.problem(fields['policy'], 'policy')) ??
      usedProblem(fields)
    );
  });
}

/** What is wrong with the return of a permit. */
export function returnProblem(given: unknown): string | undefined {
  return problemOf(given, (fields) => {
    const { fate } = fields;
    return (
      tokenProblem(fields) ??
      numberProblem(fields, 'grant', 1, Number.MAX_SAFE_INTEGER) ??
      numberProblem(fields, 'settleMs', 0, dayMs) ??
      (fate === 'unsent' || fate === 'unknown' ? undefined : wrong('fate', '"unsent" or "unknown"', fate))
    );
  });
}
