/** Which variables of the caller go where. Names only; nobody else's secrets travel. Pure. */

import { AGENT_VARIABLES } from './agents.ts';
import { TEST_BUILD } from './build.ts';
import { commandWord, WHOLE_ENVIRONMENT } from './globals.ts';

type Variables = Readonly<Record<string, string | undefined>>;

const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'];
/** A Selenium Grid, as other clients of it read them. */
const GRID = ['SELENIUM_REMOTE_URL', 'SELENIUM_REMOTE_HEADERS', 'SELENIUM_REMOTE_CAPABILITIES'];
const DISPLAYS = ['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY'];

/** What a command may see, besides every `BROWSE_*`. */
export const COMMAND_NAMES: readonly string[] = [
  'NO_COLOR',
  'FORCE_COLOR',
  'COLUMNS',
  'HOME',
  'TMPDIR',
  ...AGENT_VARIABLES,
  ...DISPLAYS,
  ...PROXIES,
  ...GRID,
];

/** What the daemon lives in: where it is, how text is spelled, its browser's screen and proxies. No `BUN_*`, `LD_*`, and of `NODE_*` only whom to trust. */
const DAEMON_NAMES: readonly string[] = [
  'HOME',
  'USER',
  'LOGNAME',
  'PATH',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  'TMPDIR',
  'TEMP',
  'TMP',
  'XDG_RUNTIME_DIR',
  'XDG_STATE_HOME',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'DBUS_SESSION_BUS_ADDRESS',
  'SystemRoot',
  'LOCALAPPDATA',
  'APPDATA',
  'USERPROFILE',
  'PROGRAMFILES',
  'PROGRAMFILES(X86)',
  'PLAYWRIGHT_BROWSERS_PATH',
  'SSL_CERT_FILE',
  'NODE_EXTRA_CA_CERTS',
  'FONTCONFIG_FILE',
  'FONTCONFIG_PATH',
  'BROWSE_HOME',
  'BROWSE_CLOSE_DEADLINE',
  'BROWSE_IDLE',
  'BROWSE_CHROMIUM',
  'BROWSE_REDACT',
  ...(TEST_BUILD ? ['BROWSE_TEST_CLOCK'] : []),
  ...DISPLAYS,
  ...PROXIES,
];

/**
 * The runtime's own variables have no effect on us: before it starts, the fast client writes a dot for the last letter of their prefix
 * (`BUN.JSC_useJIT`). They are the caller's all the same, and programs of the caller's get them.
 */
export const RUNTIME_PREFIX = 'BUN_';
const HIDDEN = 'BUN.';

/** A variable's name as the caller has it. */
export const callersName = (name: string): string => (name.startsWith(HIDDEN) ? RUNTIME_PREFIX + name.slice(HIDDEN.length) : name);

/** Gives a script of the caller's in this process the variables that were kept from the runtime. */
export function unhideVariables(env: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith(HIDDEN)) continue;
    delete env[name];
    env[callersName(name)] = value;
  }
}

/** The named variables that a command takes along, or all. `--secret-env NAME` adds one more. */
export function commandVariables(env: Variables, argv: readonly string[]): Record<string, string> {
  const chosen: Record<string, string> = {};
  if (WHOLE_ENVIRONMENT.includes(commandWord(argv) ?? '')) {
    for (const [name, value] of Object.entries(env)) if (value !== undefined) chosen[callersName(name)] = value;
    return chosen;
  }
  for (const name of COMMAND_NAMES) {
    const value = env[name];
    if (value !== undefined) chosen[name] = value;
  }
  for (const name in env) {
    const value = env[name];
    if (name.startsWith('BROWSE_') && value !== undefined) chosen[name] = value;
  }
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] as string;
    const name = word === '--secret-env' ? argv[at + 1] : word.startsWith('--secret-env=') ? word.slice('--secret-env='.length) : undefined;
    const value = name === undefined ? undefined : env[name];
    if (name !== undefined && value !== undefined) chosen[name] = value;
  }
  return chosen;
}

/** The environment a daemon starts with. */
export const daemonVariables = (env: Variables): Record<string, string> => variablesNamed(env, DAEMON_NAMES);

/** Where a window could be shown. */
export const displayVariables = (env: Variables): Record<string, string> => variablesNamed(env, DISPLAYS);

/** Those of these names that are set. */
export function variablesNamed(env: Variables, names: readonly string[]): Record<string, string> {
  const chosen: Record<string, string> = {};
  for (const name of names) {
    const value = env[name];
    if (value !== undefined) chosen[name] = value;
  }
  return chosen;
}
