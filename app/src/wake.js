// Wakes the islands of a page in the order in which they stand, one at a time, so that whoever types or scrolls never waits for
// more than one. `script` and `wasm` are where the browser's part of the program lies.
async (script, wasm) => {
  // Browsers call nobody idle in a page that is drawn ahead, and once it is shown they have it to draw.
  const calm = document.prerendering ? setTimeout : (window.requestIdleCallback ?? setTimeout);
  await new Promise((turn) => calm(turn));
  const part = await import(script);
  await part.default({ module_or_path: wasm });
  part.hydrate();
  for (const island of document.querySelectorAll('leptos-island')) {
    part[island.dataset.component](island);
    await new Promise((others) => setTimeout(others));
  }
  performance.mark('awake');
}
