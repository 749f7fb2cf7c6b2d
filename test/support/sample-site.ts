/** What the fake pages of the pipeline's tests show. */
import type { FakeSite } from './fake-engine.ts';

export const SITE: FakeSite = {
  'https://shop.test/': {
    title: 'Shop',
    elements: () => [
      { role: 'button', name: 'Keep', selectors: ['#keep', '.both'] },
      {
        role: 'button',
        name: 'Delete',
        selectors: ['#delete', '.both'],
        onClick: (page) => void (page.elements[2] as { name: string }).name,
      },
      { role: 'textbox', name: 'Name', selectors: ['#name'] },
      { role: 'textbox', name: 'Password', selectors: ['#password'], secret: true },
      { role: 'paragraph', name: 'Some text', selectors: ['p'] },
      { role: 'button', name: 'Ask', selectors: ['#ask'], onClick: async (page) => void (await page.ask('confirm', 'Sure?\u202e"')) },
      {
        role: 'button',
        name: 'Pop',
        selectors: ['#pop'],
        onClick: async (page) => void (await page.session.popup(page, 'https://pop.test/')),
      },
    ],
  },
  'https://pop.test/': { title: 'Popup' },
  'https://missing.test/': { title: 'Not found', status: 404 },
  'http://localhost:3000': { title: 'Local' },
  'https://shop.test': { title: 'Bare' },
};
