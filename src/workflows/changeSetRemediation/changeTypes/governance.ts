import { creates, done, entries, values } from './contents.ts';
import type { KnowledgeByChangeType } from './knowledge.ts';

const overtaken = 'the decision itself: products may have been allowed or denied since';

const experience: KnowledgeByChangeType = {
  CreateExperience: {
    classes: ['policy', 'create'],
    contents: creates,
    partialEffects: 'an experience with that name; until it has a policy it allows everything',
  },
  CreateProcurementPolicy: {
    classes: ['policy', 'create'],
    contents: creates,
    partialEffects:
      'the experience has a procurement policy; an empty one allows nothing; a repeat is refused with ENTITY_ALREADY_EXISTS',
  },
  CreateBrandingSettings: {
    classes: ['policy', 'create'],
    contents: creates,
    partialEffects: 'the experience has branding settings; a repeat is refused with ENTITY_ALREADY_EXISTS',
    goesStale: 'the address of the logo, which is fetched while the change runs',
  },
  UpdateExperience: {
    classes: ['policy'],
    contents: values,
    partialEffects: 'the experience is enabled or disabled as asked; disabling the last one lifts every limit',
    goesStale: overtaken,
  },
  RestrictExperience: { classes: ['policy'], contents: done, partialEffects: 'the experience is archived' },
  ReviveExperience: {
    classes: ['policy'],
    contents: done,
    partialEffects: 'the experience is active again',
    goesStale: overtaken,
  },
  UpdateProcurementPolicy: {
    classes: ['policy', 'set'],
    contents: values,
    partialEffects: 'the policy shows the setting of user requests that was given',
    goesStale: overtaken,
  },
  UpdateBrandingSettings: {
    classes: ['policy', 'set'],
    contents: values,
    partialEffects: 'the branding is the one given',
    goesStale: 'the address of the logo, which is fetched while the change runs',
  },
  AllowProductProcurement: {
    classes: ['policy'],
    contents: entries(),
    partialEffects: 'the products are on the allow list; a repeat could reopen what was closed since',
    goesStale: overtaken,
  },
  DenyProductProcurement: {
    classes: ['policy'],
    contents: entries(),
    partialEffects: 'the products are on the deny list; a repeat could close what was opened since',
    goesStale: overtaken,
  },
  AssociateAudience: {
    classes: ['policy'],
    contents: entries(),
    partialEffects: 'the audience holds the principals, beside its earlier ones',
    goesStale: 'accounts and units that moved since',
  },
  DisassociateAudience: {
    classes: ['policy'],
    contents: entries(),
    partialEffects: 'the audience no longer holds the principals',
    goesStale: 'accounts and units that moved since',
  },
};

/**
 * Change types of private marketplaces (AWS Marketplace Catalog API guide, page on private marketplaces). Audiences,
 * policies and branding are changed through the entity type Experience as well.
 */
export const governanceTypes: Readonly<Record<string, KnowledgeByChangeType>> = { Experience: experience };
