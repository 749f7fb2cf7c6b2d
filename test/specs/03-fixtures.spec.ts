import { test, expect } from './fixtures/counter';

test('a fixture of the project', async ({ counter, start }) => expect(await counter.count(start)).toBe('2'));
test.describe('with an option', () => {
  test.use({ start: 3 });
  test('is another', async ({ counter, start, worker }) => {
    expect(worker).toMatch(/^worker \d$/);
    expect(await counter.count(start)).toBe('3');
  });
});
