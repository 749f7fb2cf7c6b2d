/** Commands as JSON schema: what `POST /v1/NAME` takes. `browse help --json` prints it; the client loads it lazily. */
import type { Flag, Operand } from '../protocol/args.ts';
import type { Facts } from '../protocol/command.ts';

type Json = { readonly [key: string]: unknown };

function operandSchema({ summary, type, choices, variadic }: Operand): Json {
  const one = type === 'integer' ? { type: 'integer', minimum: 0 } : { type: 'string', ...(choices ? { enum: choices } : {}) };
  return { ...(variadic ? { type: 'array', items: one } : one), description: summary };
}

function flagSchema({ summary, type, choices, repeatable, least }: Flag): Json {
  const one =
    type === 'boolean'
      ? { type: 'boolean' }
      : type === 'integer'
        ? { type: 'integer', minimum: least ?? 0 }
        : type === 'milliseconds'
          ? { type: 'number', minimum: 0 }
          : { type: 'string', ...(choices ? { enum: choices } : {}) };
  return { ...(repeatable ? { type: 'array', items: one } : one), description: summary };
}

/** The input of one command. */
function inputSchema({ operands, flags }: Facts): Json {
  const properties = {
    ...Object.fromEntries(Object.entries(operands).map(([key, operand]) => [key, operandSchema(operand)])),
    ...Object.fromEntries(Object.entries(flags).map(([key, flag]) => [key, flagSchema(flag)])),
  };
  const required = Object.entries(operands)
    .filter(([, { optional }]) => !optional)
    .map(([key]) => key);
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}), additionalProperties: false };
}

/** What there is to know of some commands, by name. Those with scope `client` have no route: the program itself carries them out. */
export function commandsSchema(commands: readonly Facts[]): Json {
  const entries = commands.map((command) => [
    command.name,
    {
      description: command.summary,
      effect: command.effect,
      ...(command.writesWith === undefined ? {} : { writesWith: command.writesWith }),
      scope: command.scope,
      input: inputSchema(command),
    },
  ]);
  return Object.fromEntries(entries) as Json;
}
