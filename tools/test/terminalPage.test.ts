import { createColors } from 'picocolors';
import { terminalPage } from '../pictures/terminalPage.ts';

const colors = createColors(true);

test('colours and weight become styles, no escape sequence is left', () => {
  const page = terminalPage([`${colors.yellow(colors.bold('One needs you'))} now`, colors.green('done')]);
  expect(page).toContain('<span style="color:#f2cc60;font-weight:bold">One needs you</span>');
  expect(page).toContain('<span style=""> now</span>');
  expect(page).toContain('<span style="color:#7ee787">done</span>');
  expect(page).not.toContain('\u001b');
});

test('text stays text', () => {
  expect(terminalPage(['a <b> & c'])).toContain('a &lt;b&gt; &amp; c');
});
