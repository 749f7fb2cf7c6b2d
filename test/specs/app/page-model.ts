import type { Locator, Page } from '@playwright/test';

export class Counter {
  readonly button: Locator;
  constructor(readonly page: Page) {
    this.button = page.getByRole('button', { name: 'Count' });
  }
  async open(): Promise<void> {
    await this.page.setContent(
      '<button onclick="this.dataset.n = 1 + +(this.dataset.n ?? 0); out.textContent = this.dataset.n">Count</button><p id="out">0</p>',
    );
  }
  async count(times: number): Promise<string> {
    for (let n = 0; n < times; n++) await this.button.click();
    return (await this.page.locator('#out').textContent()) ?? '';
  }
}
