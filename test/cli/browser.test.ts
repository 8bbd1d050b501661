import { openerOf } from '../../src/cli/browser.ts';

const desktop = { DISPLAY: ':0', PATH: 'bin:/usr/local/bin:/usr/bin' };
const isThere = (file: string): boolean => file.endsWith('bin/xdg-open') && !file.includes('local');

test('an opener is one that the system has, and never one of the folder where the command runs', () => {
  expect(openerOf('linux', desktop, isThere)).toEqual({ file: '/usr/bin/xdg-open', args: [] });
  expect(openerOf('linux', { ...desktop, PATH: 'bin' }, isThere)).toBeUndefined();
  expect(openerOf('linux', { PATH: '/usr/bin' }, isThere)).toBeUndefined();
  expect(openerOf('linux', { WAYLAND_DISPLAY: 'wayland-0', PATH: '/usr/bin' }, isThere)?.file).toBe(
    '/usr/bin/xdg-open',
  );
  expect(openerOf('linux', desktop, () => false)).toBeUndefined();
  expect(openerOf('darwin', {})?.file).toBe('/usr/bin/open');
  // Not by cmd.exe, for which an & in an address begins another command.
  expect(openerOf('win32', {})).toEqual({ file: 'rundll32.exe', args: ['url.dll,FileProtocolHandler'] });
});
