// Watches a job: figures move as the server tells them, what was made follows every few seconds, and a lost server is
// said and waited for. Without this the page is the same, and has a link to look again.

const OFTEN = 3000;
const LARGE = 5000; // above so many items, the rest of the page is fetched at the end only
const job = () => document.getElementById("job");
const away = document.getElementById("away");
const announced = document.getElementById("announced");
let source = null;
let fetched = Date.now();
let quarter = -1;

function show(told) {
  for (const place of job().querySelectorAll("[data-told]")) place.textContent = told[place.dataset.told];
  const state = job().querySelector('[data-told="state"]');
  state.className = `chip ${told.kind}`;
  job().querySelector("#bar").value = told.settled;
}

function announce(told) { // a quarter at a time: who listens wants to know, and not to be told without end
  const now = Math.floor((4 * told.settled) / Math.max(1, told.total));
  if (now !== quarter && quarter >= 0) announced.textContent = `${told.words}, ${told.failed} failed`;
  quarter = now;
}

// The page as it is now, or the part of it with that id, in the place of the one shown.
async function renew(id) {
  fetched = Date.now();
  const reply = await fetch(location.href, { headers: { "hx-request": "true" } });
  if (!reply.ok) return;
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
  if (!old || !fresh || (id !== "job" && old.contains(document.activeElement))) return;
  const held = old.contains(document.activeElement);
  old.replaceWith(fresh);
  if (held) document.getElementById("far").focus();
}

function watch() {
  const place = job();
  document.getElementById("refresh")?.setAttribute("hidden", "");
  source = new EventSource(place.dataset.events);
  source.addEventListener("open", () => {
    if (!away.hidden) announced.textContent = "The server is back.";
    away.hidden = true;
  });
  source.addEventListener("progress", (event) => {
    const told = JSON.parse(event.data);
    show(told);
    announce(told);
    if (told.total <= LARGE && Date.now() - fetched > OFTEN && !document.hidden) renew("details").catch(() => {});
  });
  source.addEventListener("done", async (event) => {
    const told = JSON.parse(event.data);
    stop();
    await renew("job").catch(() => show(told));
    announced.textContent = `${told.state}: ${told.words}`;
  });
  source.addEventListener("again", () => {
    stop();
    watch();
  });
  source.addEventListener("trouble", (event) => {
    stop();
    tell(JSON.parse(event.data).words);
  });
  source.addEventListener("error", () => {
    if (source?.readyState === EventSource.CLOSED) tell("The server does not tell how far it is. Reload the page to look again.");
    else if (source) tell("The server is away; trying again. What was made is not lost.");
  });
}

function tell(words) {
  if (away.textContent !== words || away.hidden) away.textContent = words;
  away.hidden = false;
}

function stop() {
  source?.close();
  source = null;
}

if (job()?.dataset.live === "yes") {
  watch();
  document.addEventListener("visibilitychange", () => { // a browser has few connections to a server: leave them to who looks
    if (document.hidden) stop();
    else if (!source && job().dataset.live === "yes") watch();
  });
}

// The list of jobs, while one is at work.
async function again() {
  const list = document.querySelector("#jobs[data-again]");
  if (!list) return;
  if (!document.hidden && !list.contains(document.activeElement)) await renew("jobs").catch(() => {});
  setTimeout(again, OFTEN);
}
if (document.querySelector("#jobs[data-again]")) setTimeout(again, OFTEN);
