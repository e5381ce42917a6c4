// Reviewing with scripts: single keys, the next item without a new page, and read ahead. Every button is a plain form and
// every way a plain link; all that is done here is to press them, and to take the part of the answer that changes.

const KEPT = "partimento.review.keys";
const AHEAD = new Map(); // what comes next, read while one reads this: path → the page's text
const LETTERS = { v: "verify", x: "reject", e: "edit", j: "next", k: "previous", u: "undo", z: "undo", t: "tags" };

const keysOn = () => localStorage.getItem(KEPT) !== "off";
const part = () => document.getElementById("review");
let here = location.href;

function dress() {
  document.documentElement.classList.toggle("with-keys", keysOn());
  const opens = document.getElementById("keys-open");
  if (opens) opens.hidden = false;
  const on = document.getElementById("keys-on");
  if (on) on.checked = keysOn();
  ahead();
}

async function ahead() {
  const next = document.querySelector('#review a[rel="next"]');
  if (!next || AHEAD.has(next.href)) return;
  AHEAD.clear();
  try {
    const reply = await fetch(next.href, { headers: { "hx-request": "true" } });
    if (reply.ok) AHEAD.set(next.href, await reply.text());
  } catch { /* the server is away: the press of the key will tell */ }
}

// Styles and scripts that the new item's view needs and this page has not.
function furnish(doc) {
  for (const style of doc.querySelectorAll('link[rel="stylesheet"]')) {
    if (![...document.querySelectorAll('link[rel="stylesheet"]')].some((one) => one.href === style.href)) document.head.append(style.cloneNode());
  }
  for (const script of doc.querySelectorAll('script[type="module"][src]')) {
    if ([...document.scripts].some((one) => one.src === script.src)) continue;
    const own = document.createElement("script");
    own.type = "module";
    own.src = script.src;
    document.head.append(own);
  }
}

function show(text, url, pushed) {
  const doc = new DOMParser().parseFromString(text, "text/html");
  const fresh = doc.getElementById("review");
  if (!fresh) return false;
  furnish(doc);
  for (const script of fresh.querySelectorAll("script")) script.remove();
  document.title = doc.title;
  if (pushed && url !== location.href) history.pushState({ review: true }, "", url);
  here = location.href;
  part().replaceWith(document.importNode(fresh, true));
  for (const name of ["said", "toast"]) {
    const told = doc.getElementById(name);
    document.getElementById(name).replaceChildren(...(told ? [...told.children].map((one) => document.importNode(one, true)) : []));
  }
  window.htmx?.process(part());
  (document.querySelector("#refused + .split form#edit textarea") ?? document.getElementById("title"))?.focus({ preventScroll: true });
  document.getElementById(doc.getElementById("refused") ? "refused" : "review").scrollIntoView({ block: "nearest" });
  if (!doc.getElementById("refused")) window.scrollTo({ top: 0 });
  dress();
  return true;
}

async function go(url, { pushed = true } = {}) {
  const read = AHEAD.get(url);
  AHEAD.delete(url);
  if (read && show(read, url, pushed)) return;
  const reply = await fetch(url, { headers: { "hx-request": "true" } });
  if (!show(await reply.text(), reply.url, pushed)) location.assign(url);
}

const actionOf = (form, button) => (button?.hasAttribute("formaction") ? button.formAction : form.action);

async function send(form, button) {
  const body = new URLSearchParams(new FormData(form));
  if (button?.name) body.set(button.name, button.value);
  const action = actionOf(form, button);
  form.setAttribute("aria-busy", "true");
  AHEAD.clear();
  try {
    const reply = await fetch(action, { method: "POST", body, headers: { "hx-request": "true" } });
    if (!show(await reply.text(), reply.url, reply.redirected)) await told(reply);
  } catch {
    await told(null);
  } finally {
    form.removeAttribute("aria-busy");
  }
}

async function told(reply) {
  const words = reply?.status === 401
    ? "You are signed out. Open this page in another tab, sign in, and press again: what you typed is still here."
    : "The server does not answer, so nothing was changed. Start it again with `partimento serve`, and press again: what you typed is still here.";
  const note = document.createElement("p");
  note.className = "notice bad";
  note.textContent = words;
  document.getElementById("said").replaceChildren(note);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || !form.closest("#review, #toast") || !new URL(actionOf(form, event.submitter)).pathname.startsWith("/review/")) return;
  event.preventDefault();
  send(form, event.submitter);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#review a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button || link.hasAttribute("hx-get")) return;
  if (new URL(link.href).pathname !== "/review") return;
  event.preventDefault();
  go(link.href).catch(() => location.assign(link.href));
});

window.addEventListener("popstate", () => go(location.href, { pushed: false }).catch(() => location.reload()));

// Views of pieces note in the address which chord is open; here it names the item.
document.addEventListener("htmx:after:swap", () => Promise.resolve().then(() => history.replaceState(history.state, "", here)));

const typing = (place) => place.closest?.('input:not([type="checkbox"], [type="radio"], [type="range"]), textarea, select, [contenteditable], pm-score, pm-practice');

function press(name) {
  if (name === "tags") {
    document.getElementById("f-tags")?.focus();
    return true;
  }
  const found = name === "undo"
    ? document.querySelector('#toast [data-key="undo"] button') ?? document.querySelector('[data-key="undo-here"]')
    : document.querySelector(`[data-key="${name}"]`);
  found?.click();
  return Boolean(found);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape" && event.target.closest?.("#decide, #edit") && typing(event.target)) event.target.blur();
  if (typing(event.target) || !keysOn()) return;
  if (event.key === "?") {
    document.getElementById("keys").showModal();
    event.preventDefault();
    return;
  }
  const name = /^[1-5]$/.test(event.key) ? `rate-${event.key}` : LETTERS[event.key.toLowerCase()];
  if (name && !event.repeat && press(name)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("#keys-open")) document.getElementById("keys").showModal();
  if (event.target.closest?.("#keys-close")) document.getElementById("keys").close();
});

document.addEventListener("change", (event) => {
  if (event.target.id !== "keys-on") return;
  localStorage.setItem(KEPT, event.target.checked ? "on" : "off");
  dress();
});

dress();
