import { mount } from 'svelte';
import Mail from './mail.svelte';
import { root, when } from './_start.js';

mount(Mail, { target: root });
when('#app');
