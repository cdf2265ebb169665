// Words for a page that has lost its server. Streamlit connects again by itself, within four seconds of the server's
// return, and what is typed stays in the page; but it says so in English alone, and asks for no new run.
(() => {
  const WORDS = "{{words}}";
  const GRACE_MS = 700; // a page that is called back at once says nothing
  const ASK_MS = 3000, REFUSED_AFTER = 4; // Streamlit's own connection is back long before
  let lost = false, timer = 0, asking = 0, notice = null;

  const state = () => document.querySelector('[data-testid="stApp"]')?.dataset.testConnectionState;

  const language = () => {
    const asked = new URLSearchParams(location.search).get("lang") || navigator.language.slice(0, 2);
    return asked.toLowerCase() === "en" ? "en" : "zh";
  };

  const show = (words) => {
    if (!notice) {
      notice = document.createElement("div");
      notice.id = "kpi-connection";
      notice.setAttribute("role", "status");
      document.body.append(notice);
    }
    notice.textContent = words;
    document.body.classList.add("kpi-lost");
  };

  const hide = () => {
    document.body.classList.remove("kpi-lost");
    if (notice) notice.textContent = "";
  };

  // The server's new session knows nothing of this page before a run: without one it would miss the next click.
  // Streamlit's own key for a run sends everything the page's fields hold.
  const askForRun = () =>
    ["keydown", "keyup"].forEach((kind) =>
      document.dispatchEvent(new KeyboardEvent(kind, { key: "r", code: "KeyR", keyCode: 82, which: 82, bubbles: true })));

  // A server that answers and takes this page back no more: its reader's sign-in has ended. Its address says so.
  const reloadIfRefused = () => {
    let answers = 0;
    asking = setInterval(async () => {
      const there = await fetch(new URL("livez", window.__streamlit.BACKEND_BASE_URL)).then((a) => a.ok, () => false);
      answers = there ? answers + 1 : 0;
      if (lost && answers >= REFUSED_AFTER) location.reload();
    }, ASK_MS);
  };

  const look = () => {
    const connected = state() === "CONNECTED";
    if (connected && lost) {
      lost = false;
      clearTimeout(timer);
      clearInterval(asking);
      hide();
      askForRun();
    } else if (!connected && known && !lost) {
      lost = true;
      timer = setTimeout(() => show(WORDS[language()]), GRACE_MS);
      reloadIfRefused();
    }
    known ||= connected;
  };

  let known = false; // has been connected: the first connection has nothing to announce
  new MutationObserver(look).observe(document.documentElement, {
    subtree: true, childList: true, attributeFilter: ["data-test-connection-state"],
  });
})();
