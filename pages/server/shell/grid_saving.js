// What was typed into a table that is saved by a button is saved, too, when its reader goes anywhere else: the button is
// pressed for them. As long as they type there nothing is sent, for a page drawn meanwhile would cost them keys.
// What was entered into a form beside the table goes along with whatever is pressed on this page. Only the way to another
// page takes nothing along: the same button is pressed first.
(() => {
  const CODE = "{{code}}";
  const BUTTON = ".st-key-save-grid button", TYPED_IN = "[data-testid=stDataFrame], #portal";
  const FORM = "[class*=st-key-entries-]";
  const MOVES = /^(Arrow|Page|Tab$|Home$|End$|Shift$|Control$|Alt$|Meta$|Escape$)/;

  let unsaved = false, entered = false;

  const button = () => [...document.querySelectorAll(BUTTON)].find((one) => one.checkVisibility());
  const inside = (target) => target instanceof Element && target.closest(TYPED_IN) !== null;

  const mark = (now) => {
    unsaved = now;
    document.body.toggleAttribute("data-unsaved", now);
  };

  const typed = (event) => {
    if (inside(event.target) && button()) mark(true);
  };

  // Forms of other pages are called alike: what is entered there is saved there.
  const fill = (event) => { entered ||= event.target.closest?.(FORM) != null && document.querySelector(BUTTON) !== null; };

  const save = () => {
    // Where there is no room for the table its button is not seen, and is pressed all the same.
    const pressed = (unsaved && button()) || (entered && document.querySelector(BUTTON));
    mark(false);
    entered = false;
    if (!pressed) return;
    // A field tells the page what it holds once it is left, and a moment later.
    if (document.activeElement?.closest(FORM)) document.activeElement.blur();
    queueMicrotask(() => pressed.click());
  };

  const leaves = (event) => {
    const own = event.target instanceof Element && event.target.closest(BUTTON) !== null;
    const toPage = entered && event.target.closest?.("a[href]") != null;
    return toPage || (unsaved && !own && !inside(event.target));
  };

  // Streamlit asks for the code that edits a cell when the first one is typed into, and the figures typed until it has come
  // are lost. It is made ready when the pointer or the keyboard comes to the table.
  const ready = (event) => event.target.closest?.("[data-testid=stDataFrame]") && import(CODE).catch(() => {});

  for (const kind of ["pointerover", "focusin"]) addEventListener(kind, ready, true);

  // A cell is closed by Enter or Tab a moment after the key, and takes what is typed until then for its own: on a busy
  // machine the first figure of the next cell, or all of it. Here that moment is none.
  const closeAtOnce = () => {
    const later = window.setTimeout;
    window.setTimeout = (run, wait, ...given) => (wait === 0 && typeof run === "function" ? void run(...given) : later(run, wait, ...given));
    later(() => { window.setTimeout = later; }, 0);
  };

  addEventListener("keydown", (event) => /^(Enter|Tab)$/.test(event.key) && event.target.closest?.("#portal") && closeAtOnce(), true);
  addEventListener("keydown", (event) => MOVES.test(event.key) || event.ctrlKey || event.metaKey || typed(event), true);
  for (const kind of ["input", "paste", "cut"]) addEventListener(kind, typed, true);
  for (const kind of ["pointerdown", "keydown", "input"]) addEventListener(kind, fill, true);
  // The cell that is left is closed by the pointer or the focus that leaves it, and has told the page so a moment later.
  const leave = (event) => leaves(event) && setTimeout(save, 0);
  addEventListener("pointerdown", (event) => (event.target.closest?.("#portal") ? typed(event) : leave(event)), true);
  addEventListener("focusin", leave, true);
  addEventListener("click", (event) => event.target.closest?.(BUTTON) && mark(false), true);
  // Told of both at once the server would stay on this page: the way back is gone a moment after what was typed. By then
  // the page that was saved may have written its own address before the one gone to, as the next step of the history.
  addEventListener("popstate", (event) => {
    if (!unsaved && !entered) return;
    event.stopImmediatePropagation();
    save();
    const { pathname } = location, { state } = event;
    const goOn = () => (location.pathname === pathname ? dispatchEvent(new PopStateEvent("popstate", { state })) : history.back());
    setTimeout(goOn, 150);
  }, true);
  addEventListener("pagehide", save, true);
  document.addEventListener("visibilitychange", () => document.hidden && save());
})();
