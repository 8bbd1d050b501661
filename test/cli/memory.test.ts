import { missingMemorySettings } from '../../bin/memory.mjs';

const all = {
  flags: ['--max-old-space-size=256', '--max-semi-space-size=4'],
  variables: { MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: '131072' },
};

test('a service gets limits of memory where nobody has set any', () => {
  expect(missingMemorySettings({ NODE_OPTIONS: '--enable-source-maps' }, ['--import=x'])).toEqual(all);
});

test('an ingress gets a larger young generation', () => {
  const flags = ['--max-old-space-size=256', '--max-semi-space-size=16'];
  expect(missingMemorySettings({}, [], 'ingress')).toEqual({ ...all, flags });
  expect(missingMemorySettings({}, [], 'run')).toEqual(all);
});

test.each([
  ['--max-old-space-size=512', ['--max-semi-space-size=4']],
  ['--max_old_space_size=512', ['--max-semi-space-size=4']],
  ['--max-heap-size=512', ['--max-semi-space-size=4']],
  ['--max-semi-space-size=16', ['--max-old-space-size=256']],
  ['--max-semi-space-size=16 --max-old-space-size=512', []],
])('what an operator has set stays: %s', (words, flags) => {
  expect(missingMemorySettings({ NODE_OPTIONS: words }, [])).toEqual({ ...all, flags });
  expect(missingMemorySettings({}, words.split(' '))).toEqual({ ...all, flags });
});

test('so does what the allocator goes by, nothing included', () => {
  expect(missingMemorySettings({ MALLOC_ARENA_MAX: '' }, []).variables).toEqual({ MALLOC_TRIM_THRESHOLD_: '131072' });
  expect(missingMemorySettings({ MALLOC_TRIM_THRESHOLD_: '0', MALLOC_ARENA_MAX: '1' }, []).variables).toEqual({});
});
