// The Studio, with scripts: the form is sent as a stream, and what happens is told as it happens: who is asked, whose
// draft failed which check, what stands of the draft, and then the piece. It can be stopped, and outlives a lost server.
// Without scripts the same form is sent and answered in one piece.

import { say } from "./app.js";
import { steady } from "./steady.js";

const form = document.getElementById("ask");
const panel = document.getElementById("progress");
const title = document.getElementById("progress-title");
const list = document.getElementById("events");
const draft = document.getElementById("draft");
const stop = document.getElementById("cancel");
let running = null;

// ---- the form ----

function suitUses() {
  const genre = form.elements.genre.value;
  for (const group of form.elements.application.querySelectorAll("optgroup")) {
    const fits = group.dataset.genre === genre;
    group.hidden = group.disabled = !fits;
    if (!fits) for (const option of group.children) option.selected = false;
  }
}
form.elements.genre.addEventListener("change", suitUses);
suitUses();

function filled() {
  const data = new FormData(form);
  const told = (name) => String(data.get(name) ?? "").trim();
  const inputs = { genre: told("genre"), description: told("description") };
  for (const name of ["key", "level", "application", "meter"]) if (told(name)) inputs[name] = told(name);
  for (const name of ["tempo", "bars"]) if (told(name)) inputs[name] = numeral(name, told(name).replace(",", "."));
  const tracks = data.getAll("tracks");
  if (tracks.length) inputs.tracks = tracks.join(",");
  const body = { inputs, stream: true, cache: data.get("anew") ? "skip" : "use" };
  if (told("model")) body.model = told("model");
  if (told("seed")) body.seed = numeral("seed", told("seed"));
  return body;
}

function numeral(name, told) {
  const digits = name === "tempo" ? /^\d{1,4}(\.\d+)?$/ : /^-?\d{1,15}$/;
  if (!digits.test(told)) throw new Error(`${name} is no number – “${told.slice(0, 40)}” stands there – write digits only`);
  return Number(told);
}

// ---- what happens ----

function tell(words, kind = "") {
  for (const line of list.querySelectorAll(".now")) line.classList.remove("now");
  const line = document.createElement("li");
  line.className = kind;
  line.textContent = words;
  list.append(line);
}

const named = (model) => (model === "rules" ? "the rules" : model);
const subject = (model) => (model === "rules" ? "The rules" : model);

function asking(route) {
  const next = route.shift();
  if (next) tell(`Asking ${named(next.model)}${next.reason ? `: ${next.reason}` : ""}.`, "now");
}

function outline(value) {
  const bars = Array.isArray(value?.bars) ? value.bars : [];
  draft.replaceChildren(...bars.map((bar) => {
    const cell = document.createElement("span");
    cell.textContent = Array.isArray(bar) ? bar.join(" ") : String(bar);
    return cell;
  }));
}

function attempted({ model, outcome, reason }, route) {
  draft.replaceChildren();
  if (outcome === "served") tell(`${subject(model)} wrote it, and every chord holds.`, "good");
  else if (outcome === "flawed") tell(`The draft of ${named(model)} did not pass: ${reason}`, "bad");
  else if (outcome === "failed") tell(`${subject(model)} could not answer: ${reason}`, "bad");
  else tell(`${subject(model)} was passed over: ${reason}`);
  while (route.length && route[0].model === model) route.shift();
  if (outcome !== "served") asking(route);
}

async function compose(body, signal) {
  let route = [];
  for await (const { event, data } of steady("/api/v2/tasks/arrangement", body, { signal })) {
    if (event === "away") tell("The server is away. Waiting for it; nothing that was answered is lost.", "bad");
    else if (event === "back") {
      list.replaceChildren();
      draft.replaceChildren();
      tell("The server is back; asked again.", "good");
    } else if (event === "started") {
      route = [...data.candidates];
      tell(`Complexity ${data.complexity} of 10; ${route.length} ${route.length === 1 ? "candidate" : "candidates"}.`);
      asking(route);
    } else if (event === "attempted") attempted(data.attempt, route);
    else if (event === "partial") outline(data.value);
    else if (event === "error") throw new Error([data.error, data.cause, data.mend].filter(Boolean).join(" – "));
    else if (event === "done") return data;
  }
  throw new Error("The answer broke off. Compose again.");
}

function done() {
  running = null;
  form.querySelector("button.main").disabled = false;
  form.removeAttribute("aria-busy");
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  document.querySelector("#ask .notice")?.remove();
  document.getElementById("said").replaceChildren();
  list.replaceChildren();
  draft.replaceChildren();
  try {
    const body = filled();
    running = new AbortController();
    panel.hidden = false;
    form.querySelector("button.main").disabled = true;
    title.textContent = "Composing";
    title.focus();
    const { receipt } = await compose(body, running.signal);
    title.textContent = "Done";
    tell(receipt.cached ? "It was remembered. Opening it." : "Opening it.", "good");
    location.assign(`/items/${receipt.memory_id}`);
  } catch (error) {
    const stopped = error.name === "AbortError";
    panel.hidden = !stopped && !list.children.length;
    title.textContent = stopped ? "Stopped" : "Not composed";
    if (stopped) tell("Stopped. Nothing you typed is lost.");
    else say(error.message, "bad");
    form.elements.description.focus();
    done();
  }
});

stop.addEventListener("click", () => running?.abort());
window.addEventListener("pageshow", (event) => {
  if (event.persisted) panel.hidden = true;
  done();
});
