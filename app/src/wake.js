// Wakes the islands of a page in the order in which they stand, one at a time, so that whoever types or scrolls never waits for
// more than one. `script` and `wasm` are where the browser's part of the program lies.
async (script, wasm) => {
  await new Promise((idle) => ('requestIdleCallback' in window ? requestIdleCallback(idle) : setTimeout(idle)));
  const part = await import(script);
  await part.default({ module_or_path: wasm });
  part.hydrate();
  for (const island of document.querySelectorAll('leptos-island')) {
    part[island.dataset.component](island);
    await new Promise((others) => setTimeout(others));
  }
}
