import { z } from 'zod';
import type { ValidationField } from '../errors.ts';
import { validationError } from '../errors.ts';
import { referredName } from '../effects.ts';
import { isJson } from '../losslessJson.ts';
import { entityIdIn, isReference } from '../store.ts';
import { catalogSchema, checkedInput, tagSchema } from '../validation.ts';
import { defined } from '../../defined.ts';

const tagListSchema = z.array(tagSchema).min(1).max(200);

const changeSchema = z
  .object({
    ChangeType: z
      .string()
      .min(1)
      .max(255)
      .regex(/^[A-Z][\w]*$/),
    Entity: z.object({ Type: z.string().min(1).max(255), Identifier: z.string().min(1).max(255).optional() }),
    EntityTags: tagListSchema.default([]),
    Details: z
      .string()
      .min(2)
      .max(16_384)
      .regex(/^\s*\{[\s\S]*\}\s*$/, { error: 'must be a JSON object as text' })
      .optional(),
    DetailsDocument: z.unknown().optional(),
    ChangeName: z.string().min(1).max(72).optional(),
  })
  .refine((change) => change.Details === undefined || change.DetailsDocument === undefined, {
    error: 'use either Details or DetailsDocument, not both',
    path: ['DetailsDocument'],
  });

const startChangeSetSchema = z.object({
  Catalog: catalogSchema,
  ChangeSet: z.array(changeSchema).min(1).max(20),
  ChangeSetName: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[\w \t\n\v\f\r+=.:@-]+$/)
    .optional(),
  ClientRequestToken: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[!-~]+$/)
    .optional(),
  ChangeSetTags: tagListSchema.default([]),
  Intent: z.enum(['APPLY', 'VALIDATE']).default('APPLY'),
});

/** A checked request of StartChangeSet. */
export type StartChangeSetInput = z.output<typeof startChangeSetSchema>;
/** A checked change of one. */
export type ChangeInput = StartChangeSetInput['ChangeSet'][number];

/** Checks a request of StartChangeSet: each field, then the changes against each other. Throws a ValidationException. */
export function checkedStartChangeSet(input: unknown): StartChangeSetInput {
  const request = checkedInput(startChangeSetSchema, input);
  const fields = [...unparsable(request), ...danglingReferences(request), ...repeatedChanges(request)];
  if (fields.length > 0) throw validationError(fields);
  return request;
}

/** The members of a field list entry that name a change. */
export function changeAtFault(
  change: ChangeInput,
  index: number,
  member: string,
): Pick<ValidationField, 'Field' | 'ChangeType' | 'EntityType' | 'EntityId'> {
  return {
    Field: `ChangeSet[${index}].${member}`,
    ChangeType: change.ChangeType,
    EntityType: change.Entity.Type,
    ...defined({ EntityId: change.Entity.Identifier }),
  };
}

function unparsable(request: StartChangeSetInput): ValidationField[] {
  return request.ChangeSet.flatMap((change, index) =>
    change.Details === undefined || isJson(change.Details)
      ? []
      : [
          {
            Reason: 'CannotParse',
            ...changeAtFault(change, index, 'Details'),
            Message: `ChangeSet[${index}].Details: not valid JSON`,
          },
        ],
  );
}

function danglingReferences(request: StartChangeSetInput): ValidationField[] {
  const names = new Set(request.ChangeSet.map((change) => change.ChangeName));
  return request.ChangeSet.flatMap((change, index) => {
    const identifier = change.Entity.Identifier;
    if (identifier === undefined || !isReference(identifier) || names.has(referredName(identifier))) return [];
    const message = `ChangeSet[${index}].Entity.Identifier: no change of this set has the name '${referredName(identifier)}'`;
    return [
      { Reason: 'FieldValidationFailed', ...changeAtFault(change, index, 'Entity.Identifier'), Message: message },
    ];
  });
}

function repeatedChanges(request: StartChangeSetInput): ValidationField[] {
  const seen = new Set<string>();
  return request.ChangeSet.flatMap((change, index) => {
    const identifier = change.Entity.Identifier;
    if (identifier === undefined) return [];
    const key = `${change.ChangeType} ${entityIdIn(identifier)}`;
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    const message = `ChangeSet[${index}].ChangeType: ${change.ChangeType} appears more than once for entity '${entityIdIn(identifier)}'`;
    return [{ Reason: 'FieldValidationFailed', ...changeAtFault(change, index, 'ChangeType'), Message: message }];
  });
}
