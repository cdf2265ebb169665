// Streamlit's own English words in the reader's language, and the language of the page for those who listen to it.
// Streamlit has no setting for either. Only its own parts are touched, and only texts that are a known phrase as a whole.
(() => {
  const PHRASES = "{{phrases}}"; // by language, one list each in the same order; "{what}" stands for any text,
  // "{number}" and "{most}" for digits, "{date}" for an English date
  const TAGS = { zh: "zh-CN", en: "en" };
  const OURS = ".stHtml, .stPlotlyChart, [data-testid=stMarkdownContainer], [data-testid=stIconMaterial], textarea, style, script";
  // "2 more", the uploader's button and a button's tooltip are drawn like texts of ours.
  const THEIRS_AFTER_ALL =
    "[data-testid=stTopNavSection], [data-testid=stFileUploaderDropzone] button, [data-testid^=stTooltip][data-testid$=Content]";
  const ATTRIBUTES = ["aria-label", "aria-valuetext", "title", "placeholder", "alt"];

  const language = () => (new URLSearchParams(location.search).get("lang") === "en" ? "en" : "zh");

  const escaped = (text) => text.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  const PARTS = { what: ".+?", other: ".+?", number: "\\d+", most: "\\d+", date: "\\w+ \\d+, \\d+" };
  const pattern = (phrase) => new RegExp("^" + escaped(phrase).replace(/\{(\w+)\}/g, (_, name) => `(?<${name}>${PARTS[name]})`) + "$");
  const exact = {}, open = {};
  for (const target in PHRASES) {
    const both = PHRASES.en.map((phrase, at) => [phrase, PHRASES[target][at]]);
    exact[target] = new Map(both.filter(([phrase]) => !phrase.includes("{")));
    const parted = both.filter(([phrase]) => phrase.includes("{")).sort(([one], [other]) => other.length - one.length);
    open[target] = parted.map(([phrase, into]) => [pattern(phrase), into]);
  }

  let spoken = null;

  const day = (english) => new Date(english).toLocaleDateString(TAGS[spoken], { dateStyle: "long" });

  const said = (text) => {
    const phrase = text.trim();
    if (spoken === "en" || !/[A-Za-z]/.test(phrase)) return text;
    const known = exact[spoken].get(phrase);
    if (known !== undefined) return text.replace(phrase, () => known);
    if (/^\d+ – [A-Z][a-z]+$/.test(phrase)) return phrase.split(" ")[0]; // a month, as a field of dates is read aloud
    for (const [one, into] of open[spoken]) {
      const found = phrase.match(one);
      if (found) return into.replace(/\{(\w+)\}/g, (_, name) => (name === "date" ? day(found.groups.date) : found.groups[name]));
    }
    // A button of a table with the table's name, and an error with what it is about.
    const [, label, what] = phrase.match(/^([^:]*): (.+)$/s) ?? [];
    if (label === "" && said(what) !== what) return `：${said(what)}`;
    return exact[spoken].has(label) ? `${exact[spoken].get(label)}：${said(what)}` : text;
  };

  // What stood there before is kept beside its place: a word of somebody's own that looks like ours is not turned back.
  const before = new WeakMap();
  const replaced = (place, name, now) => {
    const kept = before.get(place) ?? {};
    const first = kept[name]?.into === now ? kept[name].first : now;
    const into = said(first);
    if (into !== now) before.set(place, { ...kept, [name]: { first, into } });
    return into;
  };

  const ours = (element) => element?.closest(OURS) && !element.closest(THEIRS_AFTER_ALL);

  const sayText = (node) => {
    if (ours(node.parentElement)) return;
    const words = replaced(node, "data", node.data);
    if (words !== node.data) node.data = words;
  };

  const sayAttributes = (element) =>
    ATTRIBUTES.forEach((name) => {
      const words = element.getAttribute(name);
      const into = words === null ? null : replaced(element, name, words);
      if (into !== words) element.setAttribute(name, into);
    });

  const sayAll = (root) => {
    if (root.nodeType === Node.TEXT_NODE) sayText(root);
    if (root.nodeType !== Node.ELEMENT_NODE || ours(root)) return;
    sayAttributes(root);
    root.querySelectorAll(ATTRIBUTES.map((name) => `[${name}]`).join(", ")).forEach(sayAttributes);
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
