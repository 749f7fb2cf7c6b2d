/* jQuery UI looks for jQuery in the global scope. */
import $ from 'jquery';

globalThis.jQuery = globalThis.$ = $;
