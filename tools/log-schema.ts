/** docs/log.md: the schema of the log database, read from what its migrations made, with a sentence for each column and view. Runs under Bun. */
import { Database } from 'bun:sqlite';
import { MIGRATIONS } from '../browse/adapters/sqlite/migrations.ts';

/** Views, by the question that each answers. */
const VIEWS: Readonly<Record<string, string>> = {
  timeline: 'What happened, in what order? Requests and events beside each other.',
  failed_requests: 'What did not work on the network?',
  slow_requests: 'What took longest? The slowest first.',
  hosts: 'Who was asked, how often, and for how many bytes?',
  problems: 'What did pages and applications complain about?',
  commands: 'What was done, and after which trace did it happen?',
};

const COLUMNS: Readonly<Record<string, string>> = {
  'id': 'its number, as `#12` in answers',
  'at': 'milliseconds since the epoch',
  'time': 'the same as ISO text',
  'session': 'the session',
  'tab': 'number of the tab; NULL for a worker, and for what is of no tab',
  'trace': 'the command after which it happened; of an application, the trace that it named',
  'traceId': 'trace id in its `traceparent` header',
  'method': 'GET, POST ...',
  'url': 'address, with secrets as `****`',
  'type': 'document, xhr, fetch, script, stylesheet, image, font, websocket ...',
  'frame': 'address of the frame that asked',
  'initiator': 'JSON: what made the page ask, and where that stands',
  'state': 'pending, done, redirected, failed, aborted',
  'status': 'HTTP status',
  'statusText': 'HTTP status in words',
  'mime': 'content type',
  'protocol': 'http/1.1, h2, h3 ...',
  'remote': 'address of the server',
  'answeredBy': 'network, cache, service-worker ...',
  'failure': 'why it failed',
  'durationMs': 'milliseconds until it ended',
  'bodySize': 'bytes of the body as the page got it',
  'transferSize': 'bytes of all that went over the wire',
  'phases': 'JSON: milliseconds of DNS, connection, TLS, request and response',
  'redirectedFrom': 'number of the request that led here',
  'redirectedTo': 'number of the request that this led to',
  'requestHeaders': 'JSON: pairs of name and value',
  'responseHeaders': 'JSON: pairs of name and value',
  'requestBody': 'body that was sent',
  'responseBody': 'body of the answer',
  'bodyEncoding': 'base64 where the body is no text',
  'bodyNote': 'why no body is kept',
  'source': 'network, console, app, daemon, command',
  'kind': 'console, pageerror, dialog, download, frame (of a WebSocket), app, command, notice, internal',
  'level': 'debug, log, info, warning, error; sent and received for frames of a WebSocket',
  'text': 'what was said',
  'line': 'line in the source, from 1',
  'column': 'column in the source, from 1',
  'detail': 'JSON: arguments, a stack',
  'request': 'number of the request that it belongs to',
  'event': 'number of the event',
  'host': 'host and port',
  'requests': 'how many',
  'failed': 'how many failed',
  'bytes': 'bytes over the wire',
  'slowestMs': 'milliseconds of the slowest',
};

const words = (known: Readonly<Record<string, string>>, name: string): string => {
  const found = known[name];
  if (found === undefined) throw new Error(`tools/log-schema.ts says nothing of ${name}`);
  return found;
};

/** Fails where a column or a view has no words. */
export function logMarkdown(): string {
  const database = new Database(':memory:');
  for (const step of MIGRATIONS) database.run(step);
  const all = database
    .query("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%' ORDER BY type, rowid")
    .all() as {
    readonly name: string;
    readonly type: string;
  }[];
  const columns = (name: string): readonly { readonly name: string; readonly type: string }[] =>
    database.query(`SELECT name, type FROM pragma_table_info('${name}')`).all() as { name: string; type: string }[];
  const parts = [
    '# The log database',
    '',
    'Made by `npm run gen` from the migrations of the database; do not edit. `browse logs sql "SELECT ..."` asks it. It is only read.',
    'Secrets were taken out before anything was written.',
    '',
  ];
  for (const { name, type } of all) {
    const rows = columns(name);
    if (type === 'view') parts.push(`## View ${name}`, '', words(VIEWS, name), '', rows.map((row) => `\`${row.name}\``).join(', '), '');
    else
      parts.push(
        `## Table ${name}`,
        '',
        '| column | type | meaning |',
        '|---|---|---|',
        ...rows.map((row) => `| \`${row.name}\` | ${row.type} | ${words(COLUMNS, row.name)} |`),
        '',
      );
    if (type === 'view') for (const row of rows) words(COLUMNS, row.name);
  }
  parts.push(
    '## Examples',
    '',
    '```sh',
    'browse logs sql "SELECT time, text FROM timeline ORDER BY at DESC LIMIT 20"',
    'browse logs sql "SELECT * FROM failed_requests LIMIT 20"',
    'browse logs sql "SELECT host, requests, bytes FROM hosts ORDER BY requests DESC"',
    'browse logs sql "SELECT time, text FROM problems"',
    '```',
    '',
  );
  return parts.join('\n');
}
