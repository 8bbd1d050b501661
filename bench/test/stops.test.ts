import { createStops } from '../stops.ts';

test('everything is stopped once, the newest first, what was stopped earlier not again', async () => {
  const stops = createStops();
  const stopped: string[] = [];
  const part = (name: string) => stops.add(() => Promise.resolve(void stopped.push(name)));
  part('server');
  const stopIngress = part('ingress');
  part('worker');
  await stopIngress();
  await stops.all();
  await stops.all();
  expect(stopped).toEqual(['ingress', 'worker', 'server']);
});

test('a part that cannot be stopped keeps no other from it', async () => {
  const stops = createStops();
  const stopped: string[] = [];
  stops.add(() => Promise.resolve(void stopped.push('server')));
  stops.add(() => Promise.reject(new Error('stuck')));
  await expect(stops.all()).rejects.toThrow('1 parts could not be stopped');
  expect(stopped).toEqual(['server']);
});

test('a part that was still starting when everything was stopped is stopped as soon as it is there', async () => {
  const stops = createStops();
  await stops.all();
  const stopped: string[] = [];
  stops.add(() => Promise.resolve(void stopped.push('server')));
  expect(stopped).toEqual(['server']);
});
