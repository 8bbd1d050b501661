import { amiCodes, containerCodes, imageBuilderCodes } from './errorCodes/software.ts';
import { offerCodes, productCodes } from './errorCodes/selling.ts';
import type { ErrorCodeEntry } from './errorCodes/knowledge.ts';

export type { SameInput } from './errorCodes/knowledge.ts';

/** What is known of one error code of a change. */
export interface ErrorCodeKnowledge extends ErrorCodeEntry {
  /** Where AWS documents it; empty for a code that is not known here. */
  readonly families: readonly string[];
}

/**
 * Every known code by family, in the order of the families. The set is open: AWS adds codes without notice. A code in
 * two families means the same in both.
 */
export const knownErrorCodes = {
  ami: amiCodes,
  container: containerCodes,
  imageBuilder: imageBuilderCodes,
  offer: offerCodes,
  product: productCodes,
};

/** The part of the vendor's documentation that describes a code. */
export type ErrorFamily = keyof typeof knownErrorCodes;

/** Codes that AWS documents by their beginning; shown as `INVALID_HELM_*`. */
export const helmCodes = {
  beginning: 'INVALID_HELM_',
  knowledge: {
    families: ['container'],
    sentence: 'AWS refused the Helm chart.',
    nextStep: 'Read which part AWS’s message names, fix and push the chart, then amend or retry.',
    sameInput: 'unknown',
    spreading: false,
  },
} as const satisfies { beginning: string; knowledge: ErrorCodeKnowledge };

const unknownCode: ErrorCodeKnowledge = {
  families: [],
  sentence: 'This code is not known here.',
  nextStep: 'Read AWS’s message, then decide whether to amend, retry or abandon.',
  sameInput: 'unknown',
  spreading: false,
};

/**
 * What an error code means and what to do about it, in sentences of our own. Letter case counts, as in AWS's codes.
 * @returns a general answer for a code that is not known, never undefined.
 */
export function explain(code: string): ErrorCodeKnowledge {
  const found = Object.entries(knownErrorCodes).filter(([, codes]) => Object.hasOwn(codes, code));
  const entry = found[0]?.[1][code];
  if (entry !== undefined) return { ...entry, families: found.map(([family]) => family) };
  return code.startsWith(helmCodes.beginning) ? helmCodes.knowledge : unknownCode;
}
