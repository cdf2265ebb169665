// Light or dark as chosen in the menu of the app, which Streamlit keeps for each address that it was loaded at.
(() => {
  try {
    const chosen = { '"Light"': "light", '"Dark"': "dark" }[localStorage.getItem(`stActiveTheme-${location.pathname}-v2`)];
    if (chosen) document.documentElement.dataset.theme = chosen;
  } catch { /* a browser that keeps nothing: what it prefers counts */ }
})();
