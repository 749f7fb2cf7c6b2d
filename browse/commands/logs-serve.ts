/** Taking the logs of the project's own applications: its pages, its servers, whatever speaks OpenTelemetry. */
import { originProblem } from '../domain/ingest/origins.ts';
import { fail } from '../protocol/errors.ts';
import { command } from './context.ts';

const serve = command({
  name: 'logs serve',
  family: 'network',
  summary: "take logs of the project's own applications on a port of this machine, until --stop",
  effect: 'write',
  scope: 'daemon',
  prints: 'data',
  operands: {},
  flags: {
    origin: { type: 'string', repeatable: true, value: 'URL', summary: "a web page's origin that may post, beside those of this machine" },
    stop: { type: 'boolean', summary: 'take no more' },
  },
  examples: ['browse logs serve', 'browse logs serve --origin https://dev.example.com', 'browse logs serve --stop'],
  notes: [
    'POST JSON lines ({"level":"info","message":"...","trace":"..."}) or a list of them to the address it prints, by sendBeacon too;',
    'or give it to an OpenTelemetry exporter as its endpoint for http/json. The address holds a key of the project: keep it to yourself.',
    'While logs come the daemon does not end by itself; after a restart it listens again.',
    'With a traceparent, browse logs --trace ID shows page, console and servers in one order.',
    'Port and origins for all projects: config.json in the state folder, {"logs": {"port": 7717, "origins": [...]}}; then browse refresh logs.',
  ],
  async run(context, { origin, stop }) {
    const session = context.sessions.status().name;
    if (stop) {
      if (origin.length > 0) fail('usage', { problem: 'logs serve takes --origin or --stop, not both', hint: 'browse help logs serve' });
      return { session, stopped: await context.logServer.stop(session) };
    }
    for (const each of origin) {
      const problem = originProblem(each);
      if (problem !== null)
        fail('usage', { problem: `--origin ${JSON.stringify(each)} cannot be used: ${problem}`, hint: 'browse help logs serve' });
    }
    return context.logServer.serve(session, origin);
  },
  text(result) {
    if ('stopped' in result)
      return result.stopped ? `Logs of ${result.session} are not taken any more` : `Logs of ${result.session} were not taken`;
    const { session, address, url, origins } = result;
    return [
      `Listening on ${address} for logs of ${session}`,
      `JSON lines, sendBeacon: ${url}`,
      `OpenTelemetry: OTEL_EXPORTER_OTLP_ENDPOINT=${url} OTEL_EXPORTER_OTLP_PROTOCOL=http/json`,
      `Pages of: ${origins.join(', ')}`,
    ].join('\n');
  },
});

export const logServeCommands = [serve];
