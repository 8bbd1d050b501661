import { userInfo } from 'node:os';
import { Command } from 'commander';
import { actorOption } from '../../src/cli/actor.ts';

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
