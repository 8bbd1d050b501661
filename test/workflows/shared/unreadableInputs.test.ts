import { ApplicationFailure } from '@temporalio/common';
import * as workflows from '../../../src/workflows/index.ts';

const marker = { undecodable: 'binary/encrypted', keyId: '2026-05' };
// The one that stands for unknown types reads no input.
const { default: _unknownType, ...known } = workflows;
const runs = Object.entries(known) as ReadonlyArray<readonly [string, (input: object) => Promise<unknown>]>;

test.each(runs)('%s lets its task wait for the key of its input, and does not fail the run', async (_name, run) => {
  const thrown: unknown = await run(marker).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(Error);
  expect(thrown).not.toBeInstanceOf(ApplicationFailure);
  expect(String(thrown)).toContain('its payload is encrypted with key 2026-05, which the worker does not have');
});

const given = { account: '123456789012', catalog: 'AWSMarketplace', heading: { by: 'account', account: '1' } };

test.each(runs)('%s lets its task wait for a worker that knows the version of its input', async (_name, run) => {
  for (const input of [{ version: 2 }, { ...given, version: 0 }, { ...given, version: 2, carried: { version: 1 } }]) {
    const thrown: unknown = await run(input).catch((error: unknown) => error);
    expect(thrown).not.toBeInstanceOf(ApplicationFailure);
    expect(String(thrown)).toBe(
      `Unreadable: The input has version ${input.version}, but this worker reads 1. ` +
        'Let a worker of the version that wrote it serve the workflow.',
    );
  }
});

test.each(runs)('%s refuses what is no version, with the field named', async (_name, run) => {
  for (const version of ['1', null, {}, true]) {
    const thrown: unknown = await run({ ...given, version }).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ApplicationFailure);
    expect(String(thrown)).toContain('"version" must be 1, or be left out');
  }
});
