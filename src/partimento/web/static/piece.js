// A piece, with scripts: an opened panel takes the focus, Escape closes it and goes back to where it was opened, and
// puts away a hint that is in the way. Panels themselves are links that htmx swaps in; without scripts they are pages.

let opener = "";

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#sheet a[hx-get]");
  if (link) opener = link.dataset.close ?? (link.closest(".panel") ? opener : link.id);
});

document.addEventListener("htmx:after:swap", () => {
  const query = document.getElementById("sheet")?.dataset.query;
  if (query === undefined) return;
  history.replaceState(null, "", location.pathname + (query && `?${query}`));
  const title = document.getElementById("panel-title");
  if (title) {
    title.focus({ preventScroll: true });
    title.closest(".panel").scrollIntoView({ block: "nearest" });
  } else {
    document.getElementById(opener)?.focus();
    document.getElementById("sheet").classList.add("unfocused"); // what was read in the panel need not be told again
  }
});

document.addEventListener("keydown", (event) => {
  const sheet = document.getElementById("sheet");
  if (event.key !== "Escape" || !sheet) return;
  const close = sheet.querySelector(".panel [data-close]");
  if (close && close.closest(".panel").contains(document.activeElement)) close.click();
  else sheet.classList.add("unhovered", "unfocused");
});

// A hint shows under the mouse, or at the focus of who uses keys: never at both places, so that none lies in the way.
document.addEventListener("focusin", (event) => event.target.closest?.(".chord")?.closest("#sheet").classList.remove("unfocused"));
document.addEventListener("pointerover", (event) => {
  const sheet = event.target.closest?.("#sheet");
  sheet?.classList.add("unfocused");
  if (event.target.closest?.(".chord")) sheet?.classList.remove("unhovered");
});
