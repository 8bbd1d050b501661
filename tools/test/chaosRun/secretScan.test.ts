import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { searchSecrets } from '../../chaos/run/secretScan.ts';

const secret = 'q7Jx0example0secret0of0a0run';
const payloadOf = (text: string) => ({ data: new Uint8Array(Buffer.from(JSON.stringify({ text }))) });

test('finds a secret in the payloads of a history, in names and in a list’s columns', () => {
  const search = searchSecrets({ key: secret });
  search.inValue('w-1', { events: [{ input: { payloads: [payloadOf(`a ${secret} b`)] } }] });
  search.inValue('w-2', [{ searchAttributes: { [secret]: true } }]);
  search.inValue('w-3', { events: [{ input: { payloads: [payloadOf('nothing')] } }] });
  expect(search.result()).toMatchObject({
    count: 2,
    histories: 3,
    found: [
      { secret: 'key', where: 'w-1' },
      { secret: 'key', where: 'w-2' },
    ],
  });
});

test('finds what looks like a signed address, and leaves alone one whose signature was taken out', () => {
  const search = searchSecrets({});
  search.inValue('w-1', payloadOf('https://b.s3.amazonaws.com/k?a=1&X-Amz-Signature=0f3c'));
  search.inValue('w-2', payloadOf('https://b.s3.amazonaws.com/k'));
  expect(search.result().found).toEqual([{ secret: 'signedAddress', where: 'w-1' }]);
});

test('finds a secret in logs and records, and names the line; what only the sender keeps is its own', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'steward-chaos-'));
  for (const name of ['logs', 'home']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'notices.jsonl'), `{"a":1}\n{"b":"${secret}"}\n`);
  writeFileSync(join(folder, 'sent.jsonl'), `{"b":"${secret}"}\n`);
  writeFileSync(join(folder, 'logs', 'worker-1.log'), `one\ntwo\nthree ${secret}\n`);
  const search = searchSecrets({ key: secret });
  await search.inFolder(folder);
  rmSync(folder, { recursive: true });
  expect(search.result().found.map(({ where }) => where)).toEqual(['notices.jsonl:2', 'logs/worker-1.log:3']);
});
