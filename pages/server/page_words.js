// Streamlit's own English words in the reader's language, and the language of the page for those who listen to it.
// Streamlit has no setting for either. Only its own parts are touched, and only texts that are a known phrase as a whole.
(() => {
  const PHRASES = "{{phrases}}"; // by language, one list each in the same order; "{}" stands for any text
  const TAGS = { zh: "zh-CN", en: "en" };
  const OURS = ".stHtml, .stPlotlyChart, [data-testid=stMarkdownContainer], [data-testid=stIconMaterial], textarea, style, script";
  const THEIRS_AFTER_ALL = "[data-testid=stTopNavSection]"; // "2 more", drawn like a text of ours
  const ATTRIBUTES = ["aria-label", "title", "placeholder"];

  const language = () => (new URLSearchParams(location.search).get("lang") === "en" ? "en" : "zh");

  const escaped = (text) => text.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  const exact = {}, open = {};
  for (const target in PHRASES) {
    exact[target] = new Map();
    open[target] = [];
    for (const phrases of Object.values(PHRASES))
      phrases.forEach((phrase, at) => {
        const into = PHRASES[target][at];
        if (phrase.includes("{}")) open[target].push([new RegExp("^" + escaped(phrase).replace("{}", "(.+)") + "$"), into]);
        else exact[target].set(phrase, into);
      });
  }

  let spoken = null;

  const said = (text) => {
    const phrase = text.trim();
    if (!phrase) return text;
    const known = exact[spoken].get(phrase);
    if (known !== undefined) return text.replace(phrase, () => known);
    const [pattern, into] = open[spoken].find(([one]) => one.test(phrase)) ?? [];
    return pattern ? into.replace("{}", () => phrase.match(pattern)[1]) : text;
  };

  const ours = (element) => element?.closest(OURS) && !element.closest(THEIRS_AFTER_ALL);

  const sayText = (node) => {
    if (ours(node.parentElement)) return;
    const words = said(node.data);
    if (words !== node.data) node.data = words;
  };

  const sayAttributes = (element) =>
    ATTRIBUTES.forEach((name) => {
      const words = element.getAttribute(name);
      if (words !== null && said(words) !== words) element.setAttribute(name, said(words));
    });

  const sayAll = (root) => {
    if (root.nodeType === Node.TEXT_NODE) sayText(root);
    if (root.nodeType !== Node.ELEMENT_NODE || ours(root)) return;
    sayAttributes(root);
    root.querySelectorAll("[aria-label], [title], [placeholder]").forEach(sayAttributes);
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) sayText(texts.currentNode);
  };

  const look = (changes) => {
    if (language() !== spoken) {
      spoken = language();
      document.documentElement.lang = TAGS[spoken];
      sayAll(document.body);
    }
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach(sayAll);
      else if (change.type === "attributes") sayAttributes(change.target);
      else sayText(change.target);
    }
  };

  look([]);
  new MutationObserver(look).observe(document.body, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES,
  });
})();
