#!/usr/bin/env bun
/** The only entry. Whoever is asked for is loaded, and nothing else. */
const argv = process.argv.slice(2);
if (argv[0] === '__daemon') {
  const { main } = await import('./daemon/main.ts');
  await main(argv.slice(1));
} else if (argv[0] === '__machine') {
  const { main } = await import('./processes/doctor.ts');
  await main(argv.slice(1));
} else if (argv[0] === '__store') {
  const { main } = await import('./processes/store.ts');
  await main(argv.slice(1));
} else if (argv[0] === '__config') {
  const { main } = await import('./processes/config-evaluator.ts');
  await main(argv.slice(1));
} else if (argv[0] === '__listen') {
  const { main } = await import('./processes/ingest.ts');
  await main();
} else if (argv[0] === '__script') {
  const { main } = await import('./processes/script.ts');
  await main();
} else {
  const { main } = await import('./cli/main.ts');
  await main(argv);
}
