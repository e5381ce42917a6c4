// The talk with the coach by script: replies appear as they come, can be stopped, and outlive a lost server, an ended
// session and a reload. Without it the same form is answered with a whole page.

import { csrf } from "./app.js";
import { steady } from "./steady.js";
import { words } from "./words.js";

const room = document.getElementById("coach");
const form = document.getElementById("ask");
const field = document.getElementById("message");
const list = document.getElementById("turns");
const greeting = document.getElementById("greeting");
const heard = document.getElementById("heard");
const trouble = document.getElementById("trouble");
const [stop, send, anew] = ["stop", "send", "anew"].map((id) => document.getElementById(id));
const hint = document.getElementById("message-hint");
const longest = Number(field.dataset.longest);
const kept = `coach ${room.dataset.user} ${room.dataset.learner}`;
const MOST_KEPT = 60;
const SENTENCE = /^[\s\S]*?(?:[.!?…:](?=\s)|[。！？]|\n)/;

let turns = []; // {role, text, receipt, state}: what was said, as it is kept
let waiting = ""; // the message that is being answered
let under = null; // the AbortController of the reply that comes

// ---- what stands in the page ----------------------------------------------------------------------------------------

function shown(turn) {
  const item = document.getElementById(`turn-of-${turn.role}`).content.firstElementChild.cloneNode(true);
  list.append(item);
  drawn(item, turn);
  list.hidden = false;
  greeting.hidden = true;
  return item;
}

function drawn(item, turn) {
  const place = item.querySelector(".words");
  if (turn.role === "user") place.textContent = turn.text;
  else words(place, turn.text);
  if (turn.role === "user") return;
  if (turn.receipt) item.querySelector(".receipt").replaceChildren(...paper(turn.receipt));
  const tools = [];
  if (turn.state === "stopped") tools.push(told("span", "Stopped.", "state"), button("Ask again", () => againFrom(item)));
  if (turn.text && navigator.clipboard) tools.push(copying(turn));
  item.querySelector(".tools").replaceChildren(...tools);
}

function copying(turn) {
  const made = button("Copy", async () => {
    await navigator.clipboard.writeText(turn.text);
    made.textContent = "Copied";
    heard.append(told("p", "Copied."));
  });
  return made;
}

// A receipt is kept as the server told it, or as the page held it (a text and where it leads).
function paper(receipt) {
  if (receipt.words) return [receipt.words, ...link(receipt.place)];
  const cost = Number(receipt.cost_usd);
  const time = receipt.latency_ms < 1000 ? `${Math.round(receipt.latency_ms)} ms` : `${(receipt.latency_ms / 1000).toFixed(1)} s`;
  const dollars = !cost ? "$0" : cost < 0.0001 ? "under $0.0001" : `$${cost.toFixed(cost < 0.1 ? 4 : 2)}`;
  const said = [receipt.model === "rules" ? "by the rules" : receipt.model, dollars, time];
  if (receipt.cached) said.push("from memory");
  if (receipt.claims?.corrected) said.push(`${receipt.claims.corrected} put right`);
  return [said.join(" · "), ...link(receipt.memory_id && `/items/${receipt.memory_id}`)];
}

function link(place) {
  if (!place) return [];
  const made = told("a", "as made");
  made.href = place;
  return [" · ", made];
}

function told(name, text, kind = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = kind;
  return made;
}

function button(text, pressed) {
  const made = told("button", text, "quiet small");
  made.type = "button";
  made.addEventListener("click", pressed);
  return made;
}

function save() {
  const about = Object.fromEntries(["level", "genre", "goals"].map((name) => [name, form.elements[name]?.value ?? ""]));
  try {
    sessionStorage.setItem(kept, JSON.stringify({ turns: turns.slice(-MOST_KEPT), typed: field.value || waiting, about }));
  } catch { /* no room: the talk lasts as long as the page */ }
}

function restore() {
  const old = JSON.parse(sessionStorage.getItem(kept) ?? "{}");
  const here = [...list.children].map((item) => ({
    role: item.dataset.role, text: item.querySelector(".words").dataset.text ?? item.querySelector(".words").textContent, receipt: paperOf(item),
  }));
  turns = here.length ? here : old.turns ?? [];
  list.replaceChildren();
  for (const turn of turns) shown(turn);
  if (!field.value) field.value = old.typed ?? "";
  for (const [name, value] of Object.entries(old.about ?? {})) if (form.elements[name] && !form.elements[name].value) form.elements[name].value = value;
  anew.hidden = !turns.length;
  counted();
}

function paperOf(item) {
  const place = item.querySelector(".receipt");
  const text = place?.textContent.trim().replace(/ · as made$/, "");
  return text ? { words: text, place: place.querySelector("a")?.getAttribute("href") } : undefined;
}

function counted() {
  const over = [...field.value].length > longest;
  const most = longest.toLocaleString("en");
  const length = [...field.value].length.toLocaleString("en");
  hint.textContent = field.value.length > longest * 0.7 ? `${length} of ${most} characters${over ? ": too long" : ""}` : "Enter sends, Shift and Enter begins a line.";
  hint.classList.toggle("over", over);
}

// ---- asking ---------------------------------------------------------------------------------------------------------

function body(message) {
  const about = { skill_level: Number(form.elements.level?.value) || null, genre: form.elements.genre?.value ?? "", goals: (form.elements.goals?.value ?? "").split("\n").map((goal) => goal.trim()).filter(Boolean) };
  const history = turns.filter((turn) => turn.text).slice(-24).map(({ role, text }) => ({ role, text: text.slice(0, longest) }));
  const learner = room.dataset.learner;
  return { message, history, learner, user_context: learner ? {} : about };
}

async function ask(message) {
  if (under || !message.trim()) return;
  const asked = body(message);
  const reply = { role: "assistant", text: "" };
  const question = shown({ role: "user", text: message });
  const item = shown(reply);
  begun(message, item);
  try {
    await read(asked, item, reply);
    turns.push({ role: "user", text: message }, reply);
    waiting = "";
  } catch (error) {
    if (error.name === "AbortError") {
      turns.push({ role: "user", text: message }, Object.assign(reply, { state: "stopped" }));
      waiting = "";
    } else {
      question.remove();
      item.remove();
      await failed(error, message);
    }
  } finally {
    ended(item, reply);
  }
}

async function read(asked, item, reply) {
  let frame = 0;
  let unheard = "";
  const draw = () => { frame = 0; followed(item, () => words(item.querySelector(".words"), reply.text)); };
  const begin = () => { reply.text = unheard = ""; heard.replaceChildren(); draw(); };
  begin();
  for await (const { event, data } of steady("/api/v2/coach", asked, { signal: under.signal })) {
    if (event === "away") state(item, "The server is away. The answer goes on as soon as it is back.");
    else if (event === "back") { begin(); state(item, "The server is back: asked again."); }
    else if (event === "attempted" && data.attempt?.outcome !== "served") begin();
    else if (event === "delta") {
      reply.text += data.text;
      frame ||= requestAnimationFrame(draw);
      unheard = spoken(unheard + data.text);
    } else if (event === "error") throw new Error([data.error, data.cause, data.mend].filter(Boolean).join(" – "));
    else if (event === "done") {
      Object.assign(reply, { text: data.value, receipt: data.receipt });
      spoken(`${unheard}\n`);
    }
  }
  cancelAnimationFrame(frame);
}

// The page goes on with the words for who reads their end, and stays for who looked elsewhere.
function followed(item, draw) {
  const below = () => item.getBoundingClientRect().bottom - Math.min(form.getBoundingClientRect().top, innerHeight) + 16;
  const reads = below() < 60;
  draw();
  if (reads && below() > 0) scrollBy(0, below());
}

// What is whole is said, sentence by sentence; the rest waits.
function spoken(text) {
  for (let found = SENTENCE.exec(text); found; found = SENTENCE.exec(text)) {
    if (found[0].trim()) heard.append(told("p", found[0].trim()));
    text = text.slice(found[0].length);
  }
  return text;
}

function state(item, text) {
  item.querySelector(".tools").replaceChildren(told("span", text, "state"));
  heard.append(told("p", text));
}

function begun(message, item) {
  under = new AbortController();
  waiting = message;
  field.value = "";
  trouble.replaceChildren();
  item.setAttribute("aria-busy", "true");
  send.hidden = true;
  stop.hidden = false;
  if (document.activeElement !== field) stop.focus();
  item.scrollIntoView({ block: "nearest" });
  counted();
  save();
}

function ended(item, reply) {
  under = null;
  item.removeAttribute("aria-busy");
  if (item.isConnected) drawn(item, reply);
  const focused = document.activeElement === stop || document.activeElement === document.body;
  stop.hidden = true;
  send.hidden = false;
  anew.hidden = !turns.length;
  list.hidden = !list.children.length;
  greeting.hidden = !list.hidden;
  if (focused) field.focus();
  counted();
  save();
}

async function failed(error, message) {
  waiting = "";
  if (!field.value) field.value = message;
  const notice = told("div", "", "notice bad");
  notice.setAttribute("role", "alert");
  const row = told("div", "", "row");
  if (await signedOut()) {
    notice.append(told("p", "Your session has ended. What you wrote stays here: sign in, and send it again."));
    const way = told("a", "Sign in", "button");
    way.href = `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
    row.append(way);
  } else {
    notice.append(told("p", error.message));
    row.append(button("Try again", () => form.requestSubmit()));
  }
  notice.append(row);
  trouble.replaceChildren(notice);
}

async function signedOut() {
  try {
    return (await fetch("/api/v2/status", { headers: { "x-csrf-token": csrf() } })).status === 401;
  } catch {
    return false;
  }
}

function againFrom(item) {
  const at = [...list.children].indexOf(item);
  const message = turns[at - 1]?.text ?? "";
  turns.splice(at - 1, 2);
  item.previousElementSibling?.remove();
  item.remove();
  ask(message);
}

// ---- what is pressed ------------------------------------------------------------------------------------------------

form.addEventListener("submit", (event) => {
  event.preventDefault();
  form.removeAttribute("aria-busy");
  ask(field.value);
});
document.getElementById("suggestions").addEventListener("submit", (event) => {
  event.preventDefault();
  event.target.removeAttribute("aria-busy");
  ask(event.submitter.value);
});
field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});
field.addEventListener("input", () => { counted(); save(); });
form.addEventListener("change", save);
for (const name of ["level", "genre", "goals"]) form.elements[name]?.addEventListener("change", save);
stop.addEventListener("click", () => under?.abort());
anew.addEventListener("click", () => {
  turns = [];
  list.replaceChildren();
  heard.replaceChildren();
  list.hidden = anew.hidden = true;
  greeting.hidden = false;
  save();
  field.focus();
});

restore();
