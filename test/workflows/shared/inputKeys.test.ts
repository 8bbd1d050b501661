import { ApplicationFailure } from '@temporalio/common';
import * as workflows from '../../../src/workflows/index.ts';

const marker = { undecodable: 'binary/encrypted', keyId: '2026-05' };
const runs = Object.entries(workflows) as ReadonlyArray<readonly [string, (input: object) => Promise<unknown>]>;

test.each(runs)('%s lets its task wait for the key of its input, and does not fail the run', async (_name, run) => {
  const thrown: unknown = await run(marker).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(Error);
  expect(thrown).not.toBeInstanceOf(ApplicationFailure);
  expect(String(thrown)).toContain('its payload is encrypted with key 2026-05, which the worker does not have');
});
