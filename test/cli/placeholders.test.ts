import { placeholderIn, type PlaceholderOf } from '../../src/cli/placeholders.ts';

const all: readonly PlaceholderOf[] = ['id', 'actor', 'reason'];

test.each([
  '<ID>',
  '<your-name>',
  '<why>',
  ' <any words> ',
  'CHANGE_SET_ID',
  'ID',
  'NAME',
  'YOUR NAME',
  'YOUR-REASON',
  'WORKFLOW_ID',
  '...',
  '…',
  '???',
  'your-name',
  'your_id',
  'Your Name',
  'my reason',
  'your change set',
  '{id}',
  '[reason]',
  '$USER',
  '${ID}',
  '%USERNAME%',
  '-',
  'XXX',
])('%j is refused, whatever it is given for', (text) => {
  for (const what of all) expect(placeholderIn(text, what)).toBeDefined();
});

test.each([
  'change-set:<id>',
  'security:ACCOUNT',
  'quarantine:...',
  'backfill-items:<name>',
  'account:your-account',
  'a<b>c',
])('the id %j is one in part', (id) => {
  expect(placeholderIn(id, 'id')).toBeDefined();
});

test.each([
  'ann',
  'Ann Example',
  'root',
  'ops-bot[1]',
  'the image is in place now',
  'your role was rebuilt',
  'my fault',
  'AMI_REPLACED',
  'DONE',
  'see <https://example.com/x> and <y>',
  'see: <the ticket>, item 3',
  'NAME of the product was wrong',
  'O’Neill',
  'why not',
])('%j says something', (text) => {
  for (const what of ['actor', 'reason'] as const) expect(placeholderIn(text, what)).toBeUndefined();
});

test.each([
  '76yesvf8y165pa4f98td2crtg',
  'security:111122223333',
  'quarantine:3fa2b1',
  'unknown-kind:aws.x',
  'by-hand-1',
  'account:1:ServiceFault',
])('the id %j is one', (id) => {
  expect(placeholderIn(id, 'id')).toBeUndefined();
});
