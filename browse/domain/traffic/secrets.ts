/** Which names stand for secrets, in headers, queries, forms and JSON alike. Pure. */

const PARTS = [
  'password',
  'passwd',
  'passphrase',
  'passcode',
  'pwd',
  'secret',
  'token',
  'apikey',
  'accesskey',
  'privatekey',
  'signingkey',
  'credential',
  'authorization',
  'sessionid',
  'sessid',
  'csrf',
  'xsrf',
  'jwt',
  'cardnumber',
  'onetimecode',
];
const WHOLE = new Set(['pass', 'pw', 'auth', 'otp', 'pin', 'cvv', 'cvc', 'sid', 'bearer', 'sig', 'signature', 'cookie', 'setcookie']);

/** Says of a name whether its value is a secret. */
export type SecretNames = (name: string) => boolean;

/** With additions of the user's, matched as whole names. */
export function secretNames(additions: readonly string[]): SecretNames {
  // What has no letter is no name: not that of nothing, nor `_`.
  const own = new Set(additions.map(plain).filter((word) => word !== ''));
  const known = new Map<string, boolean>();
  return (name) => {
    const seen = known.get(name);
    if (seen !== undefined) return seen;
    const word = plain(name);
    // `max_tokens` counts them.
    const secret = own.has(word) || WHOLE.has(word) || (!word.endsWith('tokens') && PARTS.some((part) => word.includes(part)));
    if (known.size < 5_000 && name.length < 200) known.set(name, secret);
    return secret;
  };
}

/** `X-Api-Key`, `api_key` and `apiKey` are one name; so is `user[password]` its last part's. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
