import { amiCodes } from './errorCodes/ami.ts';
import { containerCodes } from './errorCodes/container.ts';
import { imageBuilderCodes } from './errorCodes/imageBuilder.ts';
import type { ErrorCodeEntry } from './errorCodes/knowledge.ts';
import { productCodes } from './errorCodes/listings.ts';
import { machineLearningCodes } from './errorCodes/machineLearning.ts';
import { offerCodes } from './errorCodes/offers.ts';
import { offerSetCodes } from './errorCodes/offerSets.ts';
import { privateMarketplaceCodes } from './errorCodes/privateMarketplace.ts';
import { reportedCodes } from './errorCodes/reported.ts';
import { resaleAuthorizationCodes } from './errorCodes/resaleAuthorizations.ts';
import { saasCodes } from './errorCodes/saas.ts';
import { solutionCodes } from './errorCodes/solutions.ts';

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
  imageBuilder: imageBuilderCodes,
  container: containerCodes,
  saas: saasCodes,
  machineLearning: machineLearningCodes,
  product: productCodes,
  offer: offerCodes,
  offerSet: offerSetCodes,
  resaleAuthorization: resaleAuthorizationCodes,
  solution: solutionCodes,
  privateMarketplace: privateMarketplaceCodes,
  reported: reportedCodes,
};

/** The part of the vendor's documentation that describes a code. */
export type ErrorFamily = keyof typeof knownErrorCodes;

/** AWS's documents print these without a letter, or with a wrong one; which spelling AWS sends is unknown. */
export const printedSpellings: Readonly<Record<string, string>> = {
  IINVALID_TYPE: 'INVALID_TYPE',
  NCOMPATIBLE_ADDON_TYPE: 'INCOMPATIBLE_ADDON_TYPE',
  DIMENSIONS_NOT_RESTICTED: 'DIMENSIONS_NOT_RESTRICTED',
};

/** Codes that AWS documents by their beginning; shown as `INVALID_HELM_*`. */
export const helmBeginning = {
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
  const meant = (Object.hasOwn(printedSpellings, code) ? printedSpellings[code] : undefined) ?? code;
  const found = Object.entries(knownErrorCodes).filter(([, codes]) => Object.hasOwn(codes, meant));
  const entry = found[0]?.[1][meant];
  if (entry !== undefined) return { ...entry, families: found.map(([family]) => family) };
  return meant.startsWith(helmBeginning.beginning) ? helmBeginning.knowledge : unknownCode;
}
