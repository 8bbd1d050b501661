import { z } from 'zod';
import { address, isPrivateOnItsWay, variableName } from './fields.ts';

const expectedUrl = 'an address that begins with https:// (http:// on this machine alone), as headersVariable is given';

/** Where traces go. Off unless an address is named. */
const tracesSchema = z
  .strictObject({
    /** OTLP over HTTP, with its path. */
    url: address({ carries: 'spans: ids of events and workflows, types of activities', isPrivate: false }),
    /** `name=value`, several with commas, as OTEL_EXPORTER_OTLP_HEADERS has them. */
    headersVariable: variableName.exactOptional(),
    /** The share of events that are traced. */
    ratio: z.number('a number from 0 to 1').min(0, 'a number from 0 to 1').max(1, 'a number from 0 to 1').default(1),
  })
  .superRefine(({ url, headersVariable }, context) => {
    if (headersVariable === undefined || isPrivateOnItsWay(url)) return;
    context.addIssue({ code: 'custom', path: ['url'], message: expectedUrl });
  });

/** What a process says of its own work beside logs and metrics. */
export const telemetrySchema = z.strictObject({ traces: tracesSchema.exactOptional() });

/** As the file has it. */
export type FileTelemetry = z.output<typeof telemetrySchema>;
