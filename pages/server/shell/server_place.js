// Where the server is: one folder above this script. Streamlit looks for it itself, below the page's own address
// first, where nothing is, and asks twice more before it connects; all of that a first page waits for.
(() => {
  const AT_ONCE = "{{at_once}}";
  window.__streamlit = { BACKEND_BASE_URL: new URL("..", document.currentScript.src).href };
  // Only this page itself may send it messages: nothing else frames it.
  if (AT_ONCE) window.__streamlit.HOST_CONFIG = { allowedOrigins: [location.origin], useExternalAuthToken: false };
})();
