/** The schema, as the steps that led to it. A step that was released is never changed: the next one goes behind it. */

/** `user_version` of a database is how many of these it has had. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    session TEXT NOT NULL,
    tab INTEGER,
    trace TEXT,
    method TEXT NOT NULL,
    url TEXT NOT NULL,
    type TEXT NOT NULL,
    frame TEXT,
    initiator TEXT,
    state TEXT NOT NULL,
    status INTEGER,
    statusText TEXT NOT NULL,
    mime TEXT,
    protocol TEXT,
    remote TEXT,
    answeredBy TEXT NOT NULL,
    failure TEXT,
    durationMs REAL,
    bodySize INTEGER,
    transferSize INTEGER,
    phases TEXT,
    redirectedFrom INTEGER,
    redirectedTo INTEGER,
    requestHeaders TEXT NOT NULL,
    responseHeaders TEXT NOT NULL,
    requestBody TEXT,
    responseBody TEXT,
    bodyNote TEXT
  );
  CREATE INDEX requests_session ON requests (session, id);
  CREATE INDEX requests_at ON requests (at);
  CREATE INDEX requests_pending ON requests (state) WHERE state = 'pending';
  CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    session TEXT,
    tab INTEGER,
    trace TEXT,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    level TEXT NOT NULL,
    text TEXT NOT NULL,
    url TEXT,
    line INTEGER,
    "column" INTEGER,
    detail TEXT NOT NULL,
    request INTEGER
  );
  CREATE INDEX events_session ON events (session, id);
  CREATE INDEX events_at ON events (at);
  CREATE INDEX events_request ON events (request) WHERE request IS NOT NULL;
  `,
  // `network` and `network --status 5xx` among a million rows: both are about one tab.
  `CREATE INDEX requests_tab ON requests (session, tab);
  CREATE INDEX requests_status ON requests (session, tab, status);`,
  `
  ALTER TABLE requests ADD COLUMN traceId TEXT;
  CREATE INDEX requests_trace ON requests (traceId, trace) WHERE traceId IS NOT NULL;
  `,
  `ALTER TABLE requests ADD COLUMN bodyEncoding TEXT;`,
  // A view per question. `at` is in milliseconds since the epoch; `time` is for people.
  `
  CREATE VIEW timeline AS
    SELECT at, strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch') AS time, 'network' AS source, session, tab, trace, id AS request, NULL AS event,
      method || ' ' || url || ' ' || coalesce(status, state) AS text FROM requests
    UNION ALL
    SELECT at, strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch'), source, session, tab, trace, request, id, level || ' ' || text FROM events;
  CREATE VIEW failed_requests AS
    SELECT id, strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch') AS time, session, tab, trace, method, url, type, state, status, failure, durationMs
    FROM requests WHERE state IN ('failed', 'aborted') OR status >= 400;
  CREATE VIEW slow_requests AS
    SELECT id, strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch') AS time, session, tab, method, url, type, status, durationMs, bodySize
    FROM requests WHERE durationMs IS NOT NULL ORDER BY durationMs DESC;
  CREATE VIEW hosts AS
    SELECT session, substr(rest, 1, instr(rest || '/', '/') - 1) AS host, count(*) AS requests,
      sum(state IN ('failed', 'aborted') OR coalesce(status, 0) >= 400) AS failed, sum(transferSize) AS bytes, max(durationMs) AS slowestMs
    FROM (SELECT *, substr(url, instr(url, '://') + 3) AS rest FROM requests WHERE instr(url, '://') > 0) GROUP BY session, host;
  CREATE VIEW problems AS
    SELECT id, strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch') AS time, session, tab, trace, kind, level, text, url, line, "column"
    FROM events WHERE kind = 'pageerror' OR (kind IN ('console', 'app') AND level IN ('error', 'warning', 'fatal'));
  CREATE VIEW commands AS
    SELECT id, strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch') AS time, session, tab, trace, level, text FROM events WHERE kind = 'command';
  `,
];
