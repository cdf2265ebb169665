// A link to a place on the same page opens the folded box that the place lies in, and shows the box from its head.
(() => {
  const FOLDED = "[data-testid=stExpanderDetails][inert]";

  const unfold = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const box = target?.closest(FOLDED)?.closest("details");
    if (!box) return;
    box.querySelector("summary").click();
    box.scrollIntoView();
  };

  addEventListener("hashchange", unfold);
  // Pressed once more, a link changes no address.
  addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    if (link?.hash === location.hash) unfold();
  });
})();
