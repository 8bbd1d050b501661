import { Ajv2020 } from 'ajv/dist/2020.js';
import { refusals } from '../../src/ingress/answerTable.ts';
import { eventPaths, methodsOf } from '../../src/ingress/paths.ts';
import { fixture } from '@marketplace-steward/testing/sampleEvents';
import { description, isDescribed, validatorOf } from './described.ts';
import { eventRequest, request, startWorld } from './socketWorld.ts';

const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);
const statusesOf = (path: string) => Object.keys(Object.values(description.paths[path] ?? {})[0]?.responses ?? {});

test('it has every address with the methods that it takes, and no other', () => {
  expect(operations.map(({ path, method }) => `${method} ${path}`)).toEqual([
    'post /v1/events/eventbridge',
    'post /v1/events/webhook',
    'get /healthz',
    'get /readyz',
    'get /openapi.json',
  ]);
  for (const { path, method } of operations) expect(methodsOf(path)).toContain(method.toUpperCase());
});

test('addresses of events have every status of the table of answers, with every error of it', () => {
  const statuses = [...new Set(Object.values(refusals).map(({ status }) => String(status)))];
  for (const path of Object.values(eventPaths))
    expect(new Set(statusesOf(path))).toEqual(new Set(['202', ...statuses]));
  for (const [error, { status, message }] of Object.entries(refusals)) {
    expect([error, isDescribed(status, { error, message })]).toEqual([error, true]);
  }
  expect(isDescribed(401, { error: 'notFound', message: '' })).toBe(false);
  expect(isDescribed(418, { error: 'teapot', message: '' })).toBe(false);
});

test('every schema is one of JSON Schema 2020-12, and every reference leads somewhere', () => {
  const ajv = new Ajv2020({ strict: false });
  const schemas = operations.flatMap(({ operation: { requestBody, responses } }) =>
    [...Object.values(responses), ...(requestBody === undefined ? [] : [requestBody])].flatMap(({ content }) =>
      Object.values(content).map(({ schema }) => schema),
    ),
  );
  for (const schema of [...schemas, ...Object.values(description.components.schemas)]) {
    expect(ajv.validateSchema(schema)).toBe(true);
    expect(() => validatorOf(schema)).not.toThrow();
  }
});

test('what it has, it has as OpenAPI 3.1 wants it: ids once, a description and a body for each answer', () => {
  expect(description.openapi).toBe('3.1.1');
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { operation } of operations) {
    for (const [status, answer] of Object.entries(operation.responses)) {
      expect(status).toMatch(/^[1-5]\d\d$/);
      expect(answer).toMatchObject({ description: expect.stringMatching(/\w/), content: { 'application/json': {} } });
    }
  }
});

test.each([
  ['marketplaceEvent', 'changeSetFailed'],
  ['marketplaceEvent', 'offerReleased.isv'],
  ['marketplaceEvent', 'offerSetReleased'],
  ['marketplaceEvent', 'securityReportCreated'],
  ['agreementCreated', 'agreementCreated.proposer'],
  ['buyabilityEnvelope', 'buyabilityChanged.eventBridge'],
  ['buyabilityEnvelope', 'buyabilityChanged.eventBridgeDeprecated'],
  ['buyabilityWebhook', 'buyabilityChanged.webhook'],
] as const)('%s describes the vendor’s own %s, and does not without its fields', (name, sample) => {
  const validate = validatorOf(description.components.schemas[name] ?? {});
  const event = JSON.parse(fixture(sample).toString()) as Record<string, unknown>;
  expect([validate(event), validate.errors]).toEqual([true, null]);
  expect(validate({})).toBe(false);
});

test('it is served to anybody, as the document that the tests read; other methods are refused', async () => {
  const world = await startWorld();
  try {
    const answer = await fetch(`${world.ingress.url}/openapi.json`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    expect(await answer.json()).toEqual(description);
    const [refused] = await world.exchange(request('POST /openapi.json HTTP/1.1'));
    expect([refused?.status, refused?.headers['allow']]).toEqual([405, 'GET, HEAD']);
    expect(await world.exchange(eventRequest())).toMatchObject([{ status: 503, body: { error: 'unavailable' } }]);
  } finally {
    await world.close();
  }
});
