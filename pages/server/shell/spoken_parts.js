// What those who listen to the page would hear wrong of Streamlit's own parts. A section of the menu stands between the
// items of a list, as no item of it: each is one item here that holds its pages. A passing message is a dialog without a
// name: its words are its name. A link that leads nowhere yet is dimmed, which nobody hears. The button that unfolds the
// menu comes after the menu, and goes when it is pressed, as does the one that folds it: whoever pressed it by keyboard is
// taken to the other of the two. Whoever opens the search is in its field, not at the button that closes it.
(() => {
  const SECTION = "[data-testid=stSidebarNavItems] > div:not([role])";
  const MESSAGE = "[data-testid=stToast]:not([aria-label])";

  const LINK = "[data-testid=stPageLink-NavLink]";
  const FOLD = "[data-testid=stSidebarCollapseButton] button";
  const UNFOLD = "[data-testid=stExpandSidebarButton]";
  let awaited; // the other button, as long as it is not there

  addEventListener("click", ({ detail, target }) => {
    const pressed = [FOLD, UNFOLD].find((one) => target.closest?.(one));
    if (pressed && detail === 0) awaited = pressed === FOLD ? UNFOLD : FOLD; // 0: no press of a mouse or finger
    else awaited = undefined;
  }, true);

  const SEARCH = ".st-key-searched input:not([data-begun])";
  const UNTIL_OPEN = 150; // milliseconds: a dialog takes the focus itself as it opens

  const look = () => {
    document.querySelectorAll(SEARCH).forEach((field) => {
      field.dataset.begun = "";
      setTimeout(() => field.focus(), UNTIL_OPEN);
    });
    const other = awaited && document.querySelector(awaited);
    other?.focus();
    if (other && document.activeElement === other) awaited = undefined;
    document.querySelectorAll(LINK).forEach((link) => {
      if (link.hasAttribute("disabled")) link.setAttribute("aria-disabled", "true");
      else link.removeAttribute("aria-disabled");
    });
    document.querySelectorAll(SECTION).forEach((section) => {
      section.setAttribute("role", "listitem");
      section.querySelectorAll("li").forEach((page) => page.setAttribute("role", "none"));
    });
    document.querySelectorAll(MESSAGE).forEach((message) => {
      message.removeAttribute("aria-labelledby"); // of an element that is not there
      message.setAttribute("aria-label", message.innerText);
    });
  };

  look();
  new MutationObserver(look).observe(document.body, {
    subtree: true, childList: true, attributes: true, attributeFilter: ["disabled", "data-collapsed"],
  });
})();
