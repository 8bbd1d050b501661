import type { ErrorFamily } from '../errorCodes.ts';

/** Where the codes of one family were read. */
export interface ErrorSource {
  /** The titles of AWS's pages, or what else the codes come from. */
  readonly documents: readonly string[];
  /** The day on which they were read, ISO 8601. */
  readonly readOn: string;
}

/** Pages of the AWS Marketplace developer guide, in copies of the day they were read; AWS changes them without notice. */
const guide = (...documents: readonly string[]): ErrorSource => ({ documents, readOn: '2026-11-29' });

/** The source of every family. */
export const errorSources: Readonly<Record<ErrorFamily, ErrorSource>> = {
  ami: guide('Work with AMI-based products'),
  imageBuilder: guide('Work with EC2 Image Builder component products'),
  container: guide('Work with container-based products'),
  saas: guide('Work with SaaS products'),
  machineLearning: guide(
    'Work with machine learning products: add a new version, update version information, restrict a version',
  ),
  product: guide('Work with seller products'),
  offer: guide('Work with private offers', 'Work with channel partner private offers'),
  offerSet: guide('Work with offer sets'),
  resaleAuthorization: guide('Work with resale authorizations'),
  solution: guide('Work with solutions'),
  privateMarketplace: guide('Work with the private marketplace'),
  reported: guide('reports of sellers in public repositories; no document of AWS’s that could be read'),
};
