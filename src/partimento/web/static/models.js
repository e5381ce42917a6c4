// The page of models, live: how far fetching, loading and measuring are, and the whole list anew when a model changes its
// state. Without it the page is read again by its link.

import { say } from "./app.js";

const live = document.getElementById("live");
document.getElementById("again").hidden = true;

let away = false, reading = null, ended = null;

const source = new EventSource("/models/events");
source.addEventListener("message", async (event) => {
  const told = JSON.parse(event.data);
  if (away) { away = false; live.classList.remove("away"); say("The server is back.", "good"); }
  const now = new Map(told.ended.map((one) => [one.id, one]));
  if (ended) for (const [id, one] of now) if (!ended.has(id) && one.words) say(one.words, one.stage === "failed" ? "bad" : "good");
  ended = now;
  if (told.mark !== live.dataset.mark) await read();
  for (const bar of told.bars) show(bar);
});
source.addEventListener("error", async () => {
  if (away || (await fetch("/healthz", { cache: "no-store" }).then((reply) => reply.ok, () => false))) return; // a stream ends by itself, too
  away = true;
  live.classList.add("away");
  say("The server is away. This page goes on when it is back; what was fetched is kept.", "bad");
});
window.addEventListener("pagehide", () => source.close());

// How far one thing is, where the page already shows it.
function show({ id, words, fraction }) {
  const row = document.querySelector(`[data-work="${CSS.escape(id)}"]`);
  const bars = [row?.querySelector("progress"), document.querySelector(`[data-bar="${CSS.escape(id)}"]`)];
  const place = row?.querySelector("[data-words]");
  if (place && place.textContent !== words) place.textContent = words;
  for (const bar of bars) if (bar) fraction === null ? bar.removeAttribute("value") : (bar.value = fraction);
}

// The list as it is now, with the focus where it was.
function read() {
  reading ??= anew().finally(() => { reading = null; });
  return reading;
}

async function anew() {
  const reply = await fetch("/models", { headers: { "hx-request": "true" } }).catch(() => null);
  if (!reply?.ok) return;
  const fresh = new DOMParser().parseFromString(await reply.text(), "text/html").getElementById("live");
  if (!fresh) return;
  const held = live.contains(document.activeElement) ? document.activeElement.closest("form") : null;
  const wanted = [held?.dataset.focus, held?.dataset.other].filter(Boolean);
  live.replaceChildren(...fresh.childNodes);
  live.dataset.mark = fresh.dataset.mark;
  if (!held) return;
  const found = wanted.map((name) => live.querySelector(`form[data-focus="${CSS.escape(name)}"] button`)).find(Boolean);
  (found ?? document.getElementById("main")).focus({ preventScroll: true });
}
