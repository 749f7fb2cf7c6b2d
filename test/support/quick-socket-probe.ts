/** Asks a server at a socket as a command does, and prints what came of it: see `ports/quick-socket.test.ts`. */
import { begin } from '../../browse/adapters/http/client.ts';
import { dial } from '../../browse/adapters/node/fast-path/quick-socket.ts';

const [path = '', patience = '100', size = '10'] = process.argv.slice(2);
const leave = new AbortController();
process.on('SIGINT', () => leave.abort());
const dialled: boolean[] = [];
const outcome = { at: 'once' as 'once' | 'last', answer: '', failure: '' };
try {
  const call = { endpoint: { kind: 'unix', path }, token: 't', method: 'POST', path: '/x', body: 'x'.repeat(Number(size)) } as const;
  const begun = begin(call, (to) => {
    const socket = dial(to, Number(patience));
    dialled.push(socket !== null);
    return socket;
  });
  if (begun.answer === null) outcome.at = 'last';
  const { status, body } = begun.answer ?? (await begun.finish(leave.signal));
  outcome.answer = `${status} ${body}`;
} catch (error) {
  outcome.failure = (error as { kind?: string }).kind ?? String(error);
}
console.log(JSON.stringify({ ...outcome, dialled }));
