import { connectLazily, clientOf } from '../../src/delivery/connect.ts';
import { cleanScreens } from '../../src/delivery/screen.ts';

type Start = Parameters<NonNullable<typeof cleanScreens.startWithDetails>>[0];
type SignalWithStart = Parameters<NonNullable<typeof cleanScreens.signalWithStart>>[0];

const staticSummary = 'Offer \u202eof\u200b\u001b https://evil.example\nand more';
const staticDetails = '- **a:** www.evil.example\n- `https://code.example` [x](https://evil.example)\u{e0041}';
const clean = {
  staticSummary: 'Offer of https[:]//evil.example and more',
  staticDetails: '- **a:** www[.]evil.example\n- `https://code.example` [x](https[:]//evil.example)',
};

test('whatever starts a workflow, its summary and details are clean', async () => {
  const seen: unknown[] = [];
  const input = { options: { staticSummary, staticDetails, workflowId: 'w' } };
  await cleanScreens.startWithDetails?.(input as Start, async (given) => {
    seen.push(given.options);
    return { runId: 'r' } as never;
  });
  await cleanScreens.signalWithStart?.(input as SignalWithStart, async (given) => {
    seen.push(given.options);
    return 'r';
  });
  expect(seen).toEqual([
    { ...clean, workflowId: 'w' },
    { ...clean, workflowId: 'w' },
  ]);
});

test('every client of the service does so', async () => {
  const connection = connectLazily({ connectionOptions: { address: '127.0.0.1:1' } });
  expect(clientOf(connection, 'default').options.interceptors).toMatchObject({ workflow: [cleanScreens] });
  await connection.close();
});
