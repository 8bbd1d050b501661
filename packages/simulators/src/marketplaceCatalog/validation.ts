import { z } from 'zod';
import type { ValidationField } from './errors.ts';
import { validationError } from './errors.ts';
import { defined } from '../defined.ts';

/** The schemas that several operations share. Patterns that real values break are not enforced. */
export const catalogSchema = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-zA-Z]+$/)
  .refine((catalog) => catalog === 'AWSMarketplace', { error: 'the only catalog is AWSMarketplace' });

/** An id of a change set or an assessment. */
export const resourceIdSchema = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[\w-]+$/);

/** What a listing gave to go on with. */
export const nextTokenSchema = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[\w+=.:@\-/]+$/);

/** A tag as a request carries it. */
export const tagSchema = z.object({
  Key: z
    .string()
    .min(1)
    .max(128)
    .regex(/^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$/u),
  Value: z
    .string()
    .max(256)
    .regex(/^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$/u),
});

/** A tag, keyed as on the wire. */
export type Tag = z.output<typeof tagSchema>;

/** One entry of FilterList. */
export const filterSchema = z.object({
  Name: z.string().min(1).max(255),
  ValueList: z.array(z.string().min(1).max(255)).min(1).max(10),
});

/** The order of a listing, largest or latest first unless asked otherwise. */
export const sortOrderSchema = z.enum(['ASCENDING', 'DESCENDING']).default('DESCENDING');

/**
 * Checks a request against its schema. Members that are null count as absent, as the service's protocol has it. Throws a
 * ValidationException that lists every field at fault.
 */
export function checkedInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(withoutNulls(input));
  if (result.success) return result.data;
  throw validationError(result.error.issues.map((issue) => fieldAtFault(issue, input)));
}

/** A path as the service writes it: `ChangeSet[0].Entity.Type`. */
export function fieldPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}${text === '' ? '' : '.'}${String(part)}`),
    '',
  );
}

function fieldAtFault(issue: z.core.$ZodIssue, input: unknown): ValidationField {
  const field = fieldPath(issue.path);
  const change = changeAt(issue.path, input);
  return {
    Reason: 'FieldValidationFailed',
    ...(field === '' ? {} : { Field: field }),
    ...change,
    Message: `${field === '' ? 'request' : field}: ${issue.message}`,
  };
}

const namedChangeSchema = z.object({
  ChangeType: z.string().optional().catch(undefined),
  Entity: z
    .object({ Type: z.string().optional().catch(undefined), Identifier: z.string().optional().catch(undefined) })
    .catch({}),
});

function changeAt(path: readonly PropertyKey[], input: unknown): Partial<ValidationField> {
  const index = path[0] === 'ChangeSet' ? path[1] : undefined;
  const changes = z.object({ ChangeSet: z.array(z.unknown()) }).safeParse(input);
  if (typeof index !== 'number' || !changes.success) return {};
  const change = namedChangeSchema.safeParse(changes.data.ChangeSet[index]);
  if (!change.success) return {};
  const { ChangeType, Entity } = change.data;
  return {
    ...defined({ ChangeType, EntityType: Entity.Type, EntityId: Entity.Identifier }),
  };
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([key, member]) => [key, withoutNulls(member)]),
  );
}
