// Streamlit makes a step of the browser's history of everything that a page writes into its own address. Back then leads
// to the same page, which writes it again: several presses, and nothing seems to happen. A page is one step here, at the
// address that it last had, and Back leads to the page before, as it was left.
(() => {
  const push = history.pushState.bind(history);
  let written; // into the address since the last click or key: the latest, and what stood there before the first
  for (const act of ["pointerdown", "keydown", "popstate"]) addEventListener(act, () => (written = undefined), true);

  history.pushState = (state, title, address) => {
    const next = new URL(address ?? location.href, location.href);
    if (next.pathname === location.pathname) {
      written = { ...(written ?? { before: location.href, state: history.state }), search: next.search };
      return history.replaceState(state, title, address);
    }
    // On the way to another page its values may come before its path: they are not those of the page that is left.
    if (written?.search === next.search) history.replaceState(written.state, title, written.before);
    return push(state, title, address);
  };
})();
