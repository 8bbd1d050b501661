import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findEndpoints } from '../../src/cli/endpoints.ts';
import { findIngress } from '../../src/cli/ingressClient.ts';

const valid = {
  ingress: 'http://127.0.0.1:9001',
  temporal: '127.0.0.1:9002',
  namespace: 'default',
  ui: 'http://127.0.0.1:9003',
  credentials: {
    eventbridge: { header: 'x-steward-key', value: 'one' },
    webhook: { header: 'x-steward-key', value: 'two' },
  },
};

describe('the addresses of a running npm start', () => {
  let folder: string;
  const notes: string[] = [];
  const context = () => ({
    environment: {},
    workingDirectory: join(folder, 'elsewhere'),
    clone: folder,
    note: (line: string) => void notes.push(line),
  });
  const file = () => join(folder, '.steward', 'endpoints.json');

  beforeEach(() => {
    notes.length = 0;
    folder = mkdtempSync(join(tmpdir(), 'steward-endpoints-'));
    mkdirSync(join(folder, '.steward'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are asked for where there are none', () => {
    expect(findEndpoints(context())).toBeUndefined();
    expect(() => findIngress({}, 'eventbridge', context())).toThrow('No ingress is known');
  });

  it('are read from the current folder first', () => {
    writeFileSync(file(), JSON.stringify(valid));
    const here = join(folder, 'here');
    mkdirSync(join(here, '.steward'), { recursive: true });
    writeFileSync(join(here, '.steward', 'endpoints.json'), JSON.stringify({ ...valid, namespace: 'here' }));
    expect(findEndpoints({ ...context(), workingDirectory: here })).toMatchObject({ namespace: 'here' });
  });

  it('are read from the clone, unknown keys and all', () => {
    writeFileSync(file(), JSON.stringify({ ...valid, catalogSimulator: 'http://127.0.0.1:9004' }));
    expect(findEndpoints(context())).toMatchObject({ ...valid, file: file() });
    expect(notes).toEqual([]);
  });

  it('are read from the folder of STEWARD_HOME, and from no other where it is named', () => {
    writeFileSync(file(), JSON.stringify(valid));
    const home = join(folder, 'home');
    mkdirSync(home);
    const named = { ...context(), environment: { STEWARD_HOME: home } };
    expect(findEndpoints(named)).toBeUndefined();
    writeFileSync(join(home, 'endpoints.json'), JSON.stringify({ ...valid, namespace: 'home' }));
    expect(findEndpoints(named)).toMatchObject({ namespace: 'home', file: join(home, 'endpoints.json') });
    const relative = { ...named, environment: { STEWARD_HOME: 'home' }, workingDirectory: folder };
    expect(findEndpoints(relative)).toMatchObject({ namespace: 'home' });
  });

  it.each([
    ['not JSON', '{', 'the file'],
    ['without a credential', JSON.stringify({ ...valid, credentials: {} }), 'credentials.eventbridge.header'],
    ['with an address that is none', JSON.stringify({ ...valid, ingress: 'here' }), 'ingress'],
  ])('are ignored with a note where the file is %s', (_name, text, field) => {
    writeFileSync(file(), text);
    findEndpoints(context());
    expect(notes[0]).toContain(`${file()} is ignored: ${field}:`);
    expect(notes[0]).not.toContain('one');
  });

  it('give the ingress and the credential of the envelope, which no other ingress gets', () => {
    writeFileSync(file(), JSON.stringify(valid));
    expect(findIngress({}, 'webhook', context())).toEqual({
      url: valid.ingress,
      header: { name: 'x-steward-key', value: 'two' },
    });
    const elsewhere = 'https://events.example.com';
    expect(findIngress({ ingress: elsewhere }, 'eventbridge', context())).toEqual({ url: elsewhere });
  });

  it('are not asked where the header is no header', () => {
    expect(() => findIngress({ ingress: valid.ingress, header: 'nonsense' }, 'eventbridge', context())).toThrow(
      "--header needs the form 'name: value'",
    );
  });

  it.each(['http://events.example.com', 'http://10.0.0.7:8080', 'HTTP://localhost.example.com', 'events.example.com'])(
    'send nothing to %s, where anybody on the way could read the key',
    (ingress) => {
      const sent = (): unknown => findIngress({ ingress, header: 'x-key: hunter2' }, 'eventbridge', context());
      expect(sent).toThrow('https://');
      expect(sent).not.toThrow('hunter2');
    },
  );

  it.each(['https://events.example.com', 'http://127.0.0.1:8080', 'http://[::1]:8080', 'http://localhost'])(
    'send to %s',
    (ingress) => expect(findIngress({ ingress }, 'eventbridge', context())).toEqual({ url: ingress }),
  );

  it('send in clear where that is meant', () => {
    const ingress = 'http://ingress.internal:8080';
    expect(findIngress({ ingress, plainHttp: true }, 'eventbridge', context())).toEqual({ url: ingress });
  });

  it('leave the header to a file that is named', () => {
    const key = join(folder, 'key.txt');
    writeFileSync(key, 'X-Steward-Key: from a file\n');
    expect(findIngress({ ingress: valid.ingress, header: `@${key}` }, 'eventbridge', context()).header).toEqual({
      name: 'X-Steward-Key',
      value: 'from a file',
    });
  });
});
