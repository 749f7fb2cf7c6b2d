/* Mounts the list of Svelte. */
import { flushSync, mount } from 'svelte';
import List from './list.svelte';

mount(List, { target: document.getElementById('root') });
flushSync();
