// The code that draws pictures is large, and Streamlit asks for it when the first picture has come. It is made ready
// while the server works out the page instead: once the page is connected the browser has nothing else to do.
(() => {
  const CODE = "{{code}}";
  const connected = () => document.querySelector('[data-testid="stApp"]')?.dataset.testConnectionState === "CONNECTED";

  const waiting = new MutationObserver(() => {
    if (!connected()) return;
    waiting.disconnect();
    import(CODE).catch(() => {}); // Streamlit asks again, and says what is wrong
  });
  waiting.observe(document.documentElement, {
    subtree: true, childList: true, attributeFilter: ["data-test-connection-state"],
  });
})();
