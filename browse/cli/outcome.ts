/** What a command that the client runs itself is given, and what it comes to. Types only. */
import type { ExitStatus } from '../protocol/errors.ts';

export type LocalOutcome = { readonly exit: ExitStatus; readonly stdout: string; readonly stderr: string };

export type LocalOptions = { readonly interrupt: AbortSignal; readonly say: (line: string) => void };
