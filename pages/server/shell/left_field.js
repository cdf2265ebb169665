// A field tells the server what was typed once it is left. A tap on a link leaves the field and asks for another page in
// one moment, and of the two the server would answer the first alone: the reader stays, and the field is drawn empty. The
// page is asked for a moment after the words.
(() => {
  const MOMENT = 150;
  let typed, left = -Infinity;

  addEventListener("input", (event) => { typed = event.target; }, true);
  addEventListener("focusout", (event) => {
    if (event.target !== typed) return;
    typed = undefined;
    left = event.timeStamp;
  }, true);
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    const elsewhere = link?.target === "_blank" || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
    if (!link || elsewhere || event.timeStamp - left > MOMENT) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { href } = link;
    // What was typed may have drawn the link anew.
    const again = () => (link.isConnected ? link : [...document.links].find((one) => one.href === href))?.click();
    left = -Infinity;
    setTimeout(again, MOMENT);
  }, true);
})();
