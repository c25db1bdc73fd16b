// A browser leaves a transition out when a window is resized, a machine is slow or somebody clicks on. It then rejects promises that
// nobody has asked for, and tells the console of errors, though the next page is there.
for (const moment of ['pageswap', 'pagereveal']) {
  addEventListener(moment, ({ viewTransition: transition }) => {
    for (const promise of [transition?.updateCallbackDone, transition?.ready, transition?.finished]) promise?.catch(() => {});
  });
}
