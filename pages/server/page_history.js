// Streamlit makes a step of the browser's history of everything that a page writes into its own address. Back then leads
// to the same page, which writes it again: several presses, and nothing seems to happen. A page is one step here, at the
// address that it last had, and Back leads to the page before, as it was left.
(() => {
  const push = history.pushState.bind(history);

  history.pushState = (state, title, address) => {
    const samePage = new URL(address ?? location.href, location.href).pathname === location.pathname;
    return samePage ? history.replaceState(state, title, address) : push(state, title, address);
  };
})();
