import { refused, type KnowledgeByCode } from './knowledge.ts';

/** Codes that sellers report from AWS's answers, and that no document of AWS that could be read describes. */
export const reportedCodes: KnowledgeByCode = {
  MISSING_LOGO_URL: refused(
    'The listing has no logo; sellers report this code, AWS documents no more.',
    'Give LogoUrl by UpdateInformation: amend, or submit it as a new change set and retry.',
    'unknown',
  ),
  DUPLICATE_AMI_ID: refused(
    'Another version uses this AMI; sellers report this code, AWS documents no more.',
    'Check the product’s versions first: an earlier attempt may have taken effect; then resolve. Else copy the AMI, and amend its id.',
    'unknown',
  ),
};
