import { userInfo } from 'node:os';
import { Command } from 'commander';
import { actorOption, refuseSecretTexts } from '../../src/cli/actor.ts';

function actorOf(...words: string[]): unknown {
  return new Command()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .addOption(actorOption())
    .parse(words, { from: 'user' })
    .opts()['actor'];
}

const left = process.env['STEWARD_ACTOR'];
afterEach(() => {
  if (left === undefined) delete process.env['STEWARD_ACTOR'];
  else process.env['STEWARD_ACTOR'] = left;
});

it('is what is given, else STEWARD_ACTOR, else the user of the system', () => {
  delete process.env['STEWARD_ACTOR'];
  expect(actorOf()).toBe(userInfo().username);
  process.env['STEWARD_ACTOR'] = 'Ada';
  expect(actorOf()).toBe('Ada');
  expect(actorOf('--actor', 'Bea')).toBe('Bea');
});

it.each(['', ' ', '<your-name>'])('refuses %j, wherever it stands', (name) => {
  expect(() => actorOf('--actor', name)).toThrow('is invalid');
  process.env['STEWARD_ACTOR'] = name;
  expect(() => actorOf()).toThrow("from env 'STEWARD_ACTOR' is invalid");
});

it('refuses a secret in the note of a schedule or a pause, and shows nothing of it', () => {
  const refused = (): void => refuseSecretTexts({ actor: 'Ada', reason: 'password: hunter2' });
  expect(refused).toThrow('"reason" holds a secret');
  expect(refused).not.toThrow('hunter2');
  expect(() => refuseSecretTexts({ actor: 'Ada', reason: 'the quota is used up' })).not.toThrow();
});
