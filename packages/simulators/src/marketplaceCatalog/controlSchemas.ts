import { z } from 'zod';
import { OPERATION_NAMES } from './operationNames.ts';
import { resourceIdSchema, tagSchema } from './validation.ts';

const accountSchema = z.string().regex(/^\d{12}$/, { error: 'an account is twelve digits' });
const timeSchema = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, {
  error: 'a time is exactly YYYY-MM-DDThh:mm:ssZ',
});
const delayMsSchema = z.int().min(0).max(2_147_483_647);
const jsonObjectSchema = z.record(z.string(), z.json());
const failureCodeSchema = z.enum(['CLIENT_ERROR', 'SERVER_FAULT']);
const errorSchema = z.strictObject({
  code: z
    .string()
    .max(72)
    .regex(/^[a-zA-Z_]+$/),
  message: z.string().min(1).max(2048),
});

/** What becomes of one change set. Without `failureCode` a failed set carries none, as real answers may. */
export const outcomeSchema = z.strictObject({
  status: z.enum(['SUCCEEDED', 'FAILED', 'CANCELLED']),
  failureCode: failureCodeSchema.optional(),
  failureDescription: z.string().max(2048).optional(),
  errors: z.array(errorSchema.extend({ changeIndex: z.int().min(0).max(19) })).default([]),
  /** From accept to outcome; the simulator's default where missing. */
  durationMs: delayMsSchema.optional(),
  /** How much of it is spent in PREPARING; half of it where missing. */
  preparingMs: delayMsSchema.optional(),
  /** Whether the changes take effect; where missing, on success only. */
  partialEffects: z.boolean().optional(),
  /** How the outcome's event travels; the event policy decides where missing. */
  event: z.enum(['sent', 'lost', 'late', 'doubled']).optional(),
  lateMs: delayMsSchema.optional(),
});

/** Outcomes for the change sets that match: one for each set accepted, the last one for all that follow. */
export const planSchema = z.strictObject({
  match: z.strictObject({
    changeSetName: z.string().optional(),
    nameContains: z.string().min(1).optional(),
    entityId: z.string().optional(),
    changeType: z.string().optional(),
    account: accountSchema.optional(),
    /** A set that runs now: it meets the one outcome, counted from this call. */
    changeSetId: resourceIdSchema.optional(),
  }),
  outcomes: z.array(outcomeSchema).min(1),
});

const putChangeSchema = z.strictObject({
  changeType: z.string(),
  entityType: z.string(),
  identifier: z.string().optional(),
  changeName: z.string().optional(),
  details: z.string().optional(),
  detailsDocument: z.json().optional(),
  errors: z.array(errorSchema).default([]),
});

/** A change set that exists already: history, or a set that runs until a plan ends it. */
export const putChangeSetSchema = z.strictObject({
  changeSetId: resourceIdSchema,
  account: accountSchema.optional(),
  name: z.string().min(1).max(100),
  status: z.enum(['PREPARING', 'APPLYING', 'SUCCEEDED', 'CANCELLED', 'FAILED']),
  failureCode: failureCodeSchema.optional(),
  failureDescription: z.string().max(2048).optional(),
  startTime: timeSchema,
  /** Now where missing, for a set that has ended. */
  endTime: timeSchema.optional(),
  intent: z.enum(['APPLY', 'VALIDATE']).default('APPLY'),
  tags: z.array(tagSchema).default([]),
  changes: z.array(putChangeSchema).min(1).max(20),
  emitEvent: z.boolean().default(false),
});

/** An entity; `summary` holds what its `<Type>Summary` shows, keyed as on the wire. */
export const putEntitySchema = z.strictObject({
  entityId: z.string().min(1).max(255),
  entityType: z.string().regex(/^[a-zA-Z]+@\d+\.\d+$/, { error: 'a type carries its version, as SaaSProduct@1.0' }),
  account: accountSchema.optional(),
  sharedWith: z.array(accountSchema).default([]),
  name: z.string().optional(),
  summary: jsonObjectSchema.default({}),
  details: z.union([z.string(), jsonObjectSchema]).default({}),
  revision: z.int().min(1).default(1),
  lastModified: timeSchema.optional(),
  tags: z.array(tagSchema).default([]),
});

const deliveryOption = z.strictObject({ DeliveryOptionId: z.string().optional() });

/** An assessment with its controls, keyed as on the wire. */
export const putAssessmentSchema = z.strictObject({
  account: accountSchema.optional(),
  AssessmentId: resourceIdSchema,
  FrameworkId: z.string().min(1).max(255).default('AMISecurity@1.0'),
  AssessmentTargetSummary: z.strictObject({ EntityId: z.string().optional(), ChangeSetId: z.string().optional() }),
  FrameworkSummary: z
    .union([
      z.strictObject({ AMISecuritySummary: deliveryOption }),
      z.strictObject({ ContainerSecuritySummary: deliveryOption }),
    ])
    .optional(),
  AssessmentResult: z.enum(['PASS', 'FAIL']),
  CreatedAt: timeSchema,
  ExpiresAt: timeSchema.optional(),
  ControlAssessments: z.array(jsonObjectSchema).default([]),
});

const aimSchema = {
  operation: z.enum([...OPERATION_NAMES, '*']),
  /** Only calls of this account; of any where missing. */
  account: accountSchema.optional(),
  times: z.int().min(1).default(1),
};
const startAimSchema = { ...aimSchema, operation: z.literal('StartChangeSet') };

/** A fault for the next calls that fit. */
export const faultSchema = z.discriminatedUnion('fault', [
  z.strictObject({ fault: z.literal('throttle'), ...aimSchema }),
  z.strictObject({
    fault: z.literal('error'),
    ...aimSchema,
    type: z.string().min(1),
    status: z.int().min(400).max(599),
    message: z.string().default(''),
  }),
  z.strictObject({
    fault: z.literal('htmlError'),
    ...aimSchema,
    status: z.int().min(400).max(599).default(503),
    carriedOut: z.boolean().default(false),
  }),
  z.strictObject({ fault: z.literal('resetBefore'), ...aimSchema }),
  z.strictObject({ fault: z.literal('resetAfter'), ...aimSchema }),
  z.strictObject({ fault: z.literal('truncated'), ...aimSchema }),
  z.strictObject({ fault: z.literal('empty'), ...aimSchema }),
  z.strictObject({ fault: z.literal('slow'), ...aimSchema, delayMs: delayMsSchema }),
  z.strictObject({ fault: z.literal('forgetToken'), ...startAimSchema }),
  z.strictObject({ fault: z.literal('invisible'), ...startAimSchema, hiddenMs: delayMsSchema }),
]);

/** How events of outcomes travel where the outcome does not say. */
export const eventPolicySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('deliver') }),
  z.strictObject({ kind: z.literal('lost'), share: z.number().min(0).max(1) }),
  z.strictObject({ kind: z.literal('late'), lateMs: delayMsSchema }),
  z.strictObject({ kind: z.literal('doubled') }),
  /** Held until `batch` of them are there, or for `withinMs`, then posted one after another in a drawn order. */
  z.strictObject({
    kind: z.literal('shuffled'),
    batch: z.int().min(2).max(100).default(5),
    withinMs: delayMsSchema.default(2000),
  }),
]);

/** How events travel. */
export type EventPolicy = z.output<typeof eventPolicySchema>;

/** Where EventBridge events are posted; null: nowhere. */
export const eventSettingsSchema = z.strictObject({
  target: z
    .strictObject({ url: z.url({ protocol: /^https?$/ }), headers: z.record(z.string(), z.string()).default({}) })
    .nullable()
    .optional(),
  policy: eventPolicySchema.optional(),
});

/** An event to post now: that of a change set that has ended, or any body. */
export const emitSchema = z.union([
  z.strictObject({ changeSetId: resourceIdSchema }),
  z.strictObject({ event: jsonObjectSchema }),
]);

/** Quotas to change; what is not named stays. */
export const quotaSchema = z.strictObject({
  enabled: z.boolean().optional(),
  perSecond: z.partialRecord(z.enum(OPERATION_NAMES), z.number().min(1)).optional(),
  openChangeSets: z.int().min(1).optional(),
});
