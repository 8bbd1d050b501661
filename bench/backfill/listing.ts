import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { serviceTime } from '@marketplace-steward/simulators/marketplaceCatalog/times';

/** A ListChangeSets that answers at once, however many there are: the simulator sorts all of them for every page. */
export interface LongListing {
  readonly url: string;
  /** When the first of them started, ISO 8601. */
  readonly from: string;
  close(): Promise<void>;
}

const pageSize = 20;
const minuteMs = 60_000;

interface Filter {
  readonly Name?: unknown;
  readonly ValueList?: readonly unknown[];
}

/** The first row of a page: where its token says, or the first that started after the filter's time. */
function firstRow(body: { FilterList?: readonly Filter[]; NextToken?: unknown }, beganMs: number): number {
  if (body.NextToken !== undefined) return Number(body.NextToken);
  const after = body.FilterList?.find(({ Name }) => Name === 'AfterStartTime')?.ValueList?.[0];
  const afterMs = typeof after === 'string' ? Date.parse(after) : 0;
  return Math.max(0, Math.floor((afterMs - beganMs) / minuteMs) + 1);
}

async function page(request: IncomingMessage, count: number, beganMs: number): Promise<object> {
  const first = firstRow(JSON.parse(await text(request)), beganMs);
  const last = Math.min(count, first + pageSize);
  const rows = Array.from({ length: Math.max(0, last - first) }, (_, offset) => ({
    ChangeSetId: `bench-${first + offset}`,
    ChangeSetName: `Change set ${first + offset}`,
    Status: 'SUCCEEDED',
    StartTime: serviceTime(beganMs + (first + offset) * minuteMs),
    EndTime: serviceTime(beganMs + (first + offset + 1) * minuteMs),
  }));
  return { ChangeSetSummaryList: rows, ...(last < count ? { NextToken: String(last) } : {}) };
}

/** Starts it on loopback: so many change sets that succeeded, a minute apart, until now. */
export async function startLongListing(count: number): Promise<LongListing> {
  const beganMs = Math.floor(Date.now() / 1_000) * 1_000 - (count + 1) * minuteMs;
  const server = createServer((request, response) => {
    void page(request, count, beganMs).then((answer) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    from: serviceTime(beganMs),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
