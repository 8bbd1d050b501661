import fc from 'fast-check';
import { choiceOf } from '../../src/cli/choice.ts';

const names = ['awaitingDecision', 'awaitingOutcome', 'open', 'NOT_BUYABLE'];
const choice = choiceOf('states', names);

it.each([
  ['awaitngDecision', 'awaitingDecision'],
  ['AWAITINGOUTCOME', 'awaitingOutcome'],
  ['awaiting', 'awaitingDecision'],
  ['opne', 'open'],
  ['not-buyable', 'NOT_BUYABLE'],
])('%s: asks whether %s is meant', (typed, meant) => {
  expect(() => choice(typed)).toThrow(`Did you mean ${meant}? All states: ${names.join(', ')}.`);
});

it('takes each name as it is, and nothing else; a word that is near none gets the whole list', () => {
  for (const name of names) expect(choice(name)).toBe(name);
  expect(() => choice('')).toThrow(/^All states: /);
  expect(() => choice('x'.repeat(1_000_000))).toThrow(/^All states: /);
  fc.assert(
    fc.property(
      fc.string().filter((word) => !names.includes(word)),
      (word) => expect(() => choice(word)).toThrow('All states: '),
    ),
  );
});
