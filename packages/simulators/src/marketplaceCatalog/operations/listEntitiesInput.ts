import { z } from 'zod';
import { catalogSchema, checkedInput, filterSchema, nextTokenSchema, sortOrderSchema } from '../validation.ts';
import type { FilterForm } from './entityTypes.ts';
import { ENTITY_TYPE_TRAITS, LISTED_ENTITY_TYPES } from './entityTypes.ts';

const valueSchema = z.string().min(1).max(255);
const dateSchema = valueSchema.refine((value) => !Number.isNaN(Date.parse(value)), { error: 'not an ISO 8601 time' });
const memberFilterSchema = z
  .object({
    ValueList: z.array(valueSchema).min(1).max(10).optional(),
    WildCardValue: valueSchema.optional(),
    DateRange: z
      .object({ AfterValue: dateSchema.optional(), BeforeValue: dateSchema.optional() })
      .refine((range) => range.AfterValue !== undefined || range.BeforeValue !== undefined, {
        error: 'needs AfterValue, BeforeValue or both',
      })
      .optional(),
  })
  .refine((filter) => formsOf(filter).length > 0, { error: 'needs ValueList, WildCardValue or DateRange' });

/** What one member of an entity has to meet. */
export type MemberFilter = z.output<typeof memberFilterSchema>;

const typeFiltersSchema = z.record(z.string(), memberFilterSchema);
const typeSortSchema = z.object({ SortBy: z.string().min(1).max(255).optional(), SortOrder: sortOrderSchema });

const listEntitiesSchema = z
  .object({
    Catalog: catalogSchema,
    EntityType: z
      .string()
      .min(1)
      .max(255)
      .refine((type) => LISTED_ENTITY_TYPES.includes(type), { error: `not one of ${LISTED_ENTITY_TYPES.join(', ')}` }),
    FilterList: z
      .array(filterSchema.extend({ Name: z.literal('EntityId') }))
      .min(1)
      .max(8)
      .default([]),
    Sort: typeSortSchema.optional(),
    NextToken: nextTokenSchema.optional(),
    MaxResults: z.int().min(1).max(50).default(20),
    OwnershipType: z.enum(['SELF', 'SHARED']).default('SELF'),
    EntityTypeFilters: z.record(z.string(), typeFiltersSchema).optional(),
    EntityTypeSort: z.record(z.string(), typeSortSchema).optional(),
  })
  .check(({ value, issues }) => {
    for (const { path, message } of problemsWith(value)) issues.push({ code: 'custom', input: value, path, message });
  });

/** A checked request of ListEntities. */
export type ListEntitiesInput = z.output<typeof listEntitiesSchema>;

/** Checks a request of ListEntities, its two unions against the type that is asked for. Throws a ValidationException. */
export function checkedListEntities(input: unknown): ListEntitiesInput {
  return checkedInput(listEntitiesSchema, input);
}

interface Problem {
  readonly path: string[];
  readonly message: string;
}

function problemsWith(request: ListEntitiesInput): Problem[] {
  return [
    ...unionProblems('EntityTypeFilters', `${request.EntityType}Filters`, request.EntityTypeFilters),
    ...unionProblems('EntityTypeSort', `${request.EntityType}Sort`, request.EntityTypeSort),
    ...filterProblems(request),
    ...sortProblems(request),
  ];
}

function unionProblems(name: string, wanted: string, union: Readonly<Record<string, unknown>> | undefined): Problem[] {
  const members = union === undefined ? [wanted] : Object.keys(union);
  if (members.length === 1 && members[0] === wanted) return [];
  return [{ path: [name], message: `needs exactly one member, ${wanted}` }];
}

function filterProblems({ EntityType, EntityTypeFilters }: ListEntitiesInput): Problem[] {
  const key = `${EntityType}Filters`;
  const filters = Object.entries(EntityTypeFilters?.[key] ?? {});
  const known = ENTITY_TYPE_TRAITS[EntityType]?.filters ?? {};
  const wildcards = filters.filter(([, filter]) => filter.WildCardValue !== undefined).length;
  const path = ['EntityTypeFilters', key];
  return [
    ...(filters.length > 8 ? [{ path, message: 'at most 8 filters in one call' }] : []),
    ...(wildcards > 1 ? [{ path, message: 'at most one wildcard filter in one call' }] : []),
    ...filters.flatMap(([member, filter]) => {
      const forms = known[member];
      if (forms === undefined) return [{ path: [...path, member], message: `not a filter of ${EntityType}` }];
      const refused = formsOf(filter).filter((form) => !forms.includes(form));
      return refused.map((form) => ({ path: [...path, member, form], message: `takes ${forms.join(' or ')} only` }));
    }),
  ];
}

function sortProblems({ EntityType, EntityTypeSort, Sort }: ListEntitiesInput): Problem[] {
  const known = ENTITY_TYPE_TRAITS[EntityType]?.sortBy ?? ['EntityId', 'LastModifiedDate'];
  const asked = [
    { path: ['EntityTypeSort', `${EntityType}Sort`, 'SortBy'], by: EntityTypeSort?.[`${EntityType}Sort`]?.SortBy },
    { path: ['Sort', 'SortBy'], by: Sort?.SortBy },
  ];
  return asked.flatMap(({ path, by }) =>
    by === undefined || known.includes(by) ? [] : [{ path, message: `not one of ${known.join(', ')}` }],
  );
}

function formsOf(filter: Readonly<Partial<Record<FilterForm, unknown>>>): FilterForm[] {
  const forms: FilterForm[] = ['ValueList', 'WildCardValue', 'DateRange'];
  return forms.filter((form) => filter[form] !== undefined);
}
