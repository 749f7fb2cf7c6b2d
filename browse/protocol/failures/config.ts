/** Failures of configuration: files, trust, the command that mints credentials. */
import { row } from './exit-status.ts';

/** Exit statuses 1 and 2. */
export const CONFIG_FAILURES = {
  'config-broken': row<{ reason: string }>({
    exit: 2,
    http: 400,
    retryable: false,
    message: ({ reason }) => `The configuration cannot be used: ${reason}`,
    hint: () => 'browse help config',
  }),
  'config-none': row<{ folder: string }>({
    exit: 2,
    http: 400,
    retryable: false,
    message: ({ folder }) => `No configuration file of a project is around ${folder}`,
    hint: () => 'browse config',
  }),
  'auth-unset': row<{ key: 'refreshAuth' | 'storageState' }>({
    exit: 2,
    http: 400,
    retryable: false,
    message: ({ key }) => `No ${key} is configured, or its project is not trusted`,
    hint: () => 'browse config',
  }),
  'auth-failed': row<{ reason: string }>({
    exit: 1,
    http: 422,
    retryable: true,
    message: ({ reason }) => `The command of refreshAuth minted nothing: ${reason}`,
    hint: () => 'browse help refresh-auth',
  }),
} as const;
