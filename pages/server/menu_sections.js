// Streamlit draws a section of the menu between the items of a list, as no item of it: those who listen to the page
// hear each section as one item that holds its pages.
(() => {
  const SECTION = "[data-testid=stSidebarNavItems] > div:not([role])";

  const look = () =>
    document.querySelectorAll(SECTION).forEach((section) => {
      section.setAttribute("role", "listitem");
      section.querySelectorAll("li").forEach((page) => page.setAttribute("role", "none"));
    });

  look();
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true });
})();
