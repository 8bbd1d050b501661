import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { examinedConfiguration, judgeConfiguration } from '../../src/doctor/configuration.ts';

const folder = mkdtempSync(join(tmpdir(), 'steward-doctor-configuration-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the doctor finds where so many merchants have a secret each, which this environment lacks. */
function findings(merchants: number, more: object = {}) {
  const file = join(folder, `steward-${merchants}.yaml`);
  const named = Array.from({ length: merchants }, (_, index) => [
    `bp-${index}`,
    { clientId: 'client', clientSecretVariable: `SECRET_OF_${index}` },
  ]);
  writeFileSync(file, JSON.stringify({ merchants: Object.fromEntries(named), ...more }));
  return judgeConfiguration(examinedConfiguration({}, file)).filter(({ verdict }) => verdict === 'bad');
}

test('few variables without a value are named one by one', () => {
  const found = findings(2);
  expect(found.map(({ text }) => text)).toEqual([
    expect.stringContaining('SECRET_OF_0: this environment variable is not set'),
    expect.stringContaining('SECRET_OF_1: this environment variable is not set'),
  ]);
});

test('many are summed up, with the way to each, and a wrong setting beside them is not lost', () => {
  const found = findings(30, { accounts: { '111122223333': { mode: 'observer' } } });
  expect(found.map(({ text }) => text)).toEqual([
    expect.stringContaining('mode'),
    expect.stringMatching(/^30 variables that .* names have no value here: SECRET_OF_0, .* and 27 others$/),
  ]);
  expect(found.at(-1)?.commands).toEqual(['steward config check --config <file>']);
});
