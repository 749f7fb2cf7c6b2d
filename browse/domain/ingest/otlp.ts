/** Logs as OpenTelemetry exporters send them over HTTP, in JSON (OTLP 1.x, `ExportLogsServiceRequest`). Pure. All of it, or none. */
import { isObject } from '../../base/json.ts';
import { fail } from '../../protocol/errors.ts';
import { MOST } from './lines.ts';
import { levelOf } from './record.ts';
import type { AppRecord } from './record.ts';
import { traceIdOf } from '../traffic/trace.ts';

type Fields = Readonly<Record<string, unknown>>;

/** How deep a value may be nested. */
const DEPTH = 20;

/** Fails with `malformed`. */
export function recordsInOtlp(body: string): readonly AppRecord[] {
  let request: unknown;
  try {
    request = JSON.parse(body);
  } catch {
    return fail('malformed', { problem: 'the body is no JSON (OTLP is taken as http/json)' });
  }
  const records: AppRecord[] = [];
  for (const resource of listOf(objectOf(request, 'the body'), 'resourceLogs')) {
    const about = attributes(optional(resource, 'resource'), 0);
    for (const scope of listOf(resource, 'scopeLogs')) {
      const { name } = optional(scope, 'scope');
      for (const record of listOf(scope, 'logRecords')) {
        if (records.length === MOST) fail('malformed', { problem: `more than ${MOST} records in one request` });
        records.push(recordOf(record, about, name));
      }
    }
  }
  return records;
}

function recordOf(record: Fields, about: Fields, scope: unknown): AppRecord {
  const { 'service.name': service, ...resource } = about;
  const spoken = valueOf(record['body'], 0);
  const own = attributes(record, 0);
  const said = spoken ?? record['eventName'] ?? own['event.name'] ?? '';
  const nano = record['timeUnixNano'] ?? record['observedTimeUnixNano'];
  const at = typeof nano === 'string' || typeof nano === 'number' ? Math.round(Number(nano) / 1e6) : 0;
  const number = record['severityNumber'];
  return {
    at: at > 0 ? at : null,
    // 1 to 4 trace, 5 to 8 debug, 9 to 12 info, 13 to 16 warn, 17 to 24 error and fatal.
    level: typeof number === 'number' && number > 0 ? severity(number) : levelOf(record['severityText']),
    text: typeof said === 'string' ? said : JSON.stringify(said),
    trace: typeof record['traceId'] === 'string' ? traceIdOf(record['traceId']) : null,
    service: typeof service === 'string' && service !== '' ? service : typeof scope === 'string' && scope !== '' ? scope : null,
    rest: {
      ...own,
      ...(typeof record['spanId'] === 'string' && record['spanId'] !== '' ? { spanId: record['spanId'] } : {}),
      ...(Object.keys(resource).length === 0 ? {} : { resource }),
    },
  };
}

function severity(number: number): string {
  return number < 9 ? 'debug' : number < 13 ? 'info' : number < 17 ? 'warning' : 'error';
}

function objectOf(value: unknown, what: string): Fields {
  return isObject(value) ? value : fail('malformed', { problem: `${what} is not an object` });
}

function optional(fields: Fields, name: string): Fields {
  return fields[name] === undefined || fields[name] === null ? {} : objectOf(fields[name], name);
}

function listOf(fields: Fields, name: string): readonly Fields[] {
  const value = fields[name] ?? [];
  if (!Array.isArray(value)) return fail('malformed', { problem: `${name} is not a list` });
  return value.map((each) => objectOf(each, `an entry of ${name}`));
}

function attributes(fields: Fields, depth: number): Record<string, unknown> {
  return Object.fromEntries(listOf(fields, 'attributes').map(({ key, value }) => [String(key), valueOf(value, depth + 1)]));
}

/** An `AnyValue` as plain data. */
function valueOf(value: unknown, depth: number): unknown {
  if (value === undefined || value === null) return null;
  if (depth > DEPTH) return fail('malformed', { problem: `a value is nested deeper than ${DEPTH}` });
  const any = objectOf(value, 'a value');
  if (any['arrayValue'] !== undefined) {
    const { values = [] } = objectOf(any['arrayValue'], 'arrayValue');
    return Array.isArray(values) ? values.map((each) => valueOf(each, depth + 1)) : fail('malformed', { problem: 'values is not a list' });
  }
  if (any['kvlistValue'] !== undefined) {
    const { values } = objectOf(any['kvlistValue'], 'kvlistValue');
    return attributes({ attributes: values }, depth);
  }
  return any['stringValue'] ?? any['boolValue'] ?? any['intValue'] ?? any['doubleValue'] ?? any['bytesValue'] ?? null;
}
