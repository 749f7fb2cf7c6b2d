/* jQuery UI's plugins want the global. */
import jQuery from 'jquery';
globalThis.jQuery = globalThis.$ = jQuery;
export default jQuery;
