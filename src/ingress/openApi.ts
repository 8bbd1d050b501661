import { z } from 'zod';
import type { Envelope } from '../events/parse.ts';
import { agreementCreated } from '../events/schemas/agreements.ts';
import {
  buyabilityEnvelope,
  buyabilityWebhook,
  inventoryEnvelope,
  inventoryWebhook,
} from '../events/schemas/buyWithPrime.ts';
import { marketplaceEvent } from '../events/schemas/marketplace.ts';
import { acceptedOutcomes, refusalRow, refusals, type RefusalCode } from './answerTable.ts';
import { eventPaths } from './paths.ts';

type Json = Readonly<Record<string, unknown>>;

/** What is read of an event, by the name of its schema. */
const eventSchemas = {
  marketplaceEvent,
  agreementCreated,
  buyabilityEnvelope,
  inventoryEnvelope,
  buyabilityWebhook,
  inventoryWebhook,
} as const satisfies Readonly<Record<string, z.ZodType>>;

const eventsOf: Readonly<Record<Envelope, ReadonlyArray<keyof typeof eventSchemas>>> = {
  eventbridge: ['marketplaceEvent', 'agreementCreated', 'buyabilityEnvelope', 'inventoryEnvelope'],
  webhook: ['buyabilityWebhook', 'inventoryWebhook'],
};

/** Where a schema checks by code, JSON Schema can only say in words what is expected, as the schema's error does. */
function sayExpected({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: Json }): void {
  const { def } = zodSchema._zod;
  if (def.type !== 'custom') return;
  const expected: unknown = def.error?.({ code: 'custom', input: undefined, path: [] });
  if (typeof expected === 'string') Object.assign(jsonSchema, { description: expected });
}

function schemaOf(schema: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: sayExpected,
  });
  return rest;
}

const reference = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: Json): Json => ({ 'application/json': { schema } });
const textOrNull: Json = { type: ['string', 'null'] };
const text: Json = { type: 'string' };

const part: Json = {
  type: 'object',
  required: ['outcome', 'kind', 'eventId', 'workflowId'],
  properties: { outcome: text, kind: text, eventId: text, workflowId: text },
};

const accepted: Json = {
  type: 'object',
  required: ['outcome', 'kind'],
  properties: {
    outcome: { enum: Object.keys(acceptedOutcomes) },
    kind: { ...textOrNull, description: 'Of the event, or source and detail-type where it is ignored.' },
    eventId: { ...textOrNull, description: 'The same for every delivery of the event, and in logs and notices.' },
    workflowId: { ...textOrNull, description: 'The workflow that has the event.' },
    reason: text,
    deliveries: {
      type: 'array',
      items: part,
      description: 'In place of `eventId` and `workflowId`, where it has several.',
    },
  },
};

/** An error of the table: several share a status. */
function refusalSchema(codes: readonly RefusalCode[]): Json {
  return {
    type: 'object',
    required: ['error', 'message'],
    properties: { error: { enum: codes }, message: text, outcome: text, reason: text },
  };
}

const headerOf: Partial<Record<number, string>> = { 401: 'WWW-Authenticate', 405: 'Allow' };

function headersOf(status: number, codes: readonly RefusalCode[]): Json {
  const waits = codes.some((code) => refusalRow(code).retryAfterSeconds !== undefined);
  const names = [headerOf[status] ?? [], waits ? 'Retry-After' : []].flat();
  if (names.length === 0) return {};
  return { headers: Object.fromEntries(names.map((name) => [name, { schema: text }])) };
}

/** Every error of the table that an address can answer with, by status. */
function refusalsOf(codes: readonly RefusalCode[]): Json {
  const statuses = new Set(codes.map((code) => refusalRow(code).status));
  return Object.fromEntries(
    [...statuses]
      .toSorted((one, other) => one - other)
      .map((status) => {
        const ofStatus = codes.filter((code) => refusalRow(code).status === status);
        const description = ofStatus.map((code) => `\`${code}\`: ${refusalRow(code).when}`).join('; ');
        return [status, { description, ...headersOf(status, ofStatus), content: json(refusalSchema(ofStatus)) }];
      }),
  );
}

const allCodes = Object.keys(refusals) as RefusalCode[];
/** What concerns the event or its sender. */
const ofEventsOnly: ReadonlySet<RefusalCode> = new Set([
  'unauthorized',
  'bodyTooLarge',
  'unsupportedMediaType',
  'unsupportedEncoding',
  'overloaded',
  'tooManyFailures',
  'keysUnavailable',
  'unavailable',
]);
const generalCodes = allCodes.filter((code) => !ofEventsOnly.has(code));

function eventOperation(envelope: Envelope): Json {
  const known = eventsOf[envelope].map(reference);
  const outcomes = Object.entries(acceptedOutcomes).map(([outcome, meaning]) => `\`${outcome}\`: ${meaning}`);
  return {
    operationId: `take${envelope === 'eventbridge' ? 'EventBridge' : 'Webhook'}Event`,
    summary: `Takes an event in the envelope \`${envelope}\`.`,
    security: [{ credential: [] }, { basic: [] }, { bearer: [] }],
    requestBody: {
      // An empty body is kept in the quarantine, too.
      required: false,
      content: json({
        description: 'What is read. Anything else is taken as well: it is ignored, or kept in the quarantine.',
        anyOf: [...known, {}],
      }),
    },
    responses: {
      202: {
        description: `The event is stored, or needs no storing. ${outcomes.join('; ')}.`,
        content: json(accepted),
      },
      ...refusalsOf(allCodes),
    },
  };
}

function getOperation(operationId: string, summary: string, schema: Json, others: Json = {}): Json {
  return {
    operationId,
    summary,
    responses: { 200: { description: summary, content: json(schema) }, ...refusalsOf(generalCodes), ...others },
  };
}

const queue: Json = {
  type: 'object',
  required: ['name', 'state', 'held'],
  properties: {
    name: text,
    state: { enum: ['starting', 'receiving', 'waiting', 'failing'] },
    held: { type: 'integer' },
    error: text,
  },
};
const readiness: Json = {
  type: 'object',
  required: ['ready'],
  properties: {
    ready: { type: 'boolean' },
    reason: text,
    commands: { type: 'array', items: text },
    queues: { type: 'array', items: queue },
  },
};

const info = {
  version: '1',
  title: 'Ingress of marketplace-steward',
  description: 'Takes events of AWS Marketplace and Buy with Prime over HTTP. docs/ingress.md explains it.',
  license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
};

/**
 * What the ingress takes and answers, as OpenAPI 3.1: made of the table of answers and of the schemas by which events are
 * read, so that it says what the code does.
 */
export function openApiDocument(): Json {
  const events = (Object.keys(eventPaths) as Envelope[]).map((envelope) => [
    eventPaths[envelope],
    { post: eventOperation(envelope) },
  ]);
  const unready = { 503: { description: 'Events would be refused now.', content: json(readiness) } };
  return {
    openapi: '3.1.1',
    info,
    paths: {
      ...(Object.fromEntries(events) as Json),
      '/healthz': {
        get: getOperation('checkHealth', 'The process runs.', {
          type: 'object',
          required: ['healthy'],
          properties: { healthy: { const: true } },
        }),
      },
      '/readyz': { get: getOperation('checkReadiness', 'Events would be taken now.', readiness, unready) },
      '/openapi.json': { get: getOperation('describe', 'This document.', { type: 'object' }) },
    },
    components: {
      schemas: Object.fromEntries(Object.entries(eventSchemas).map(([name, schema]) => [name, schemaOf(schema)])),
      securitySchemes: {
        credential: {
          type: 'apiKey',
          in: 'header',
          name: 'x-steward-key',
          description: 'The header that the configuration names (kind `header`).',
        },
        basic: { type: 'http', scheme: 'basic' },
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      },
    },
  };
}
