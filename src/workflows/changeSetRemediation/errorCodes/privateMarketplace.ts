import { refused, type KnowledgeByCode } from './knowledge.ts';

/** Private marketplaces; an operator decides about every change of theirs. */
export const privateMarketplaceCodes: KnowledgeByCode = {
  INVALID_URL: refused(
    'AWS could not fetch the logo from its address.',
    'Check that the address can be reached and is not signed for a time that has passed; amend it, or retry.',
    'unknown',
  ),
  INVALID_IMAGE: refused(
    'The logo is no PNG or SVG, or bigger than 500 kB.',
    'Replace the logo, then amend its address or retry.',
    'unknown',
  ),
  ENTITY_NOT_FOUND: refused(
    'The private marketplace has no procurement policy or branding settings to change.',
    'Create them by CreateProcurementPolicy or CreateBrandingSettings first, then retry.',
    'canPass',
  ),
  ENTITY_ALREADY_EXISTS: refused(
    'The private marketplace has its one policy or branding already, or the account has another private marketplace.',
    'Check it first: an earlier attempt may have taken effect; then resolve. An account of another one: disassociate it there, then retry.',
    'unknown',
  ),
  CALLER_NOT_AUTHORIZED: refused(
    'The caller may not do this, or an account lies in another organization.',
    'Let the role do it, then retry; or amend the accounts.',
    'canPass',
  ),
  ENTITY_IN_USE: refused(
    'Another change of the same account’s association runs.',
    'Wait until that one has ended, check what it changed, then retry.',
    'canPass',
  ),
};
