/** A word that was meant as a text and would be taken for the name of an element: told at once, for no page will ever have one. Pure. */
import { shellQuote } from '../base/words.ts';
import type { Input } from '../protocol/args.ts';
import type { Facts } from '../protocol/command.ts';
import { fail } from '../protocol/errors.ts';

/** Every element of HTML, with the obsolete ones that browsers still know, of SVG and of MathML, in small letters. */
const ELEMENTS = new Set(
  (
    'a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink blockquote body br button canvas caption ' +
    'center cite code col colgroup command content data datalist dd del details dfn dialog dir div dl dt element em embed fencedframe fieldset ' +
    'figcaption figure font footer form frame frameset geolocation head header hgroup hr html i iframe image img input ins isindex kbd keygen label ' +
    'legend li link listing main map mark marquee menu menuitem meta meter model multicol nav nextid nobr noembed noframes noscript object ol ' +
    'optgroup option output p param picture plaintext portal pre progress q rb rbc rp rt rtc ruby s samp script search section select ' +
    'selectedcontent selectlist shadow slot small source spacer span strike strong style sub summary sup table tbody td template textarea tfoot th ' +
    'thead time title tr track tt u ul var video wbr xmp ' +
    'animate animatemotion animatetransform circle clippath defs desc discard ellipse feblend fecolormatrix fecomponenttransfer fecomposite ' +
    'feconvolvematrix fediffuselighting fedisplacementmap fedistantlight fedropshadow feflood fefunca fefuncb fefuncg fefuncr fegaussianblur ' +
    'feimage femerge femergenode femorphology feoffset fepointlight fespecularlighting fespotlight fetile feturbulence filter foreignobject g ' +
    'glyph hatch hatchpath hkern line lineargradient marker mask mesh meshgradient metadata mpath path pattern polygon polyline radialgradient ' +
    'rect set stop svg switch symbol text textpath tref tspan unknown use view vkern ' +
    'annotation maction maligngroup malignmark math menclose merror mfenced mfrac mglyph mi mlabeledtr mlongdiv mmultiscripts mn mo mover ' +
    'mpadded mphantom mprescripts mroot mrow ms mscarries mscarry msgroup msline mspace msqrt msrow mstack mstyle msub msubsup msup mtable mtd ' +
    'mtext mtr munder munderover none semantics'
  ).split(' '),
);

/** Letters and blanks alone, of which a word is no element. `ul li` is a selector, `Sign in` is none. */
export function isPlainText(selector: string): boolean {
  return (
    /^\s*\p{L}[\p{L}\p{M} ]*$/u.test(selector) &&
    selector
      .trim()
      .split(/ +/)
      .some((word) => !ELEMENTS.has(word.toLowerCase()))
  );
}

/** Fails with `usage` where an operand or a flag that takes a selector has a word that is none; says what was probably meant. */
export function refusePlainText({ name, operands, flags }: Pick<Facts, 'name' | 'operands' | 'flags'>, input: Input): void {
  const keys = Object.keys(operands);
  for (const [key, { label }] of Object.entries(operands)) {
    const given = input[key];
    // A label in brackets: one word alone is that of the next operand.
    const next = keys[keys.indexOf(key) + 1];
    if (label.startsWith('[') && (next === undefined || input[next] === undefined)) continue;
    if (!/\bSEL\b|^(FROM|TO)$/.test(label) || typeof given !== 'string' || !isPlainText(given)) continue;
    fail('usage', { problem: `${JSON.stringify(given)} is no element`, hint: meant(name, keys, input, key, given) });
  }
  for (const [key, { value }] of Object.entries(flags)) {
    const given = input[key];
    if (value === 'SEL' && typeof given === 'string' && isPlainText(given))
      fail('usage', { problem: `${JSON.stringify(given)} is no element`, hint: `browse find ${shellQuote(given)}` });
  }
}

/** The same command with the word as a text; a field is not found by a text, so the page is looked at. */
function meant(name: string, keys: readonly string[], input: Input, at: string, given: string): string {
  if (name === 'wait') return `browse wait --text ${shellQuote(given)}`;
  if (name === 'frame') return `browse frame --name ${shellQuote(given)}`;
  if (['fill', 'type', 'select', 'upload', 'value'].includes(name)) return `browse find ${shellQuote(given)}`;
  const words = keys.flatMap((key) => {
    const value = key === at ? `text=${given.trim()}` : input[key];
    return typeof value === 'string' ? [shellQuote(value)] : Array.isArray(value) ? value.map((each) => shellQuote(String(each))) : [];
  });
  return ['browse', name, ...words].join(' ');
}
