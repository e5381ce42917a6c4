// What every page does by script: says that a form is at work, keeps a second press from sending it twice, asks before
// what cannot be undone, and tells when the server is away. All of it is a nicety; forms work without.

export const csrf = () => document.querySelector('meta[name="csrf"]').content;

// Tell something to everybody, also to who only listens. kind: "good", "bad" or "".
export function say(words, kind = "") {
  const place = document.getElementById("said");
  const told = document.createElement("p");
  told.className = `notice ${kind}`;
  told.textContent = words;
  place.replaceChildren(told);
}

const failure = (told, status) =>
  Object.assign(new Error([told.error, told.cause, told.mend].filter(Boolean).join(" – ") || `The server said ${status}.`), { status });

// A request to one of our doors. Throws an Error whose message says what happened and the mend; its `status` is the reply's.
export async function ask(path, { method = "GET", body, signal } = {}) {
  const headers = { accept: "application/json", "x-csrf-token": csrf() };
  if (body !== undefined) headers["content-type"] = "application/json";
  let reply;
  try {
    reply = await fetch(path, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("The server does not answer. Start it again with `partimento serve`; nothing that was answered is lost.");
  }
  const told = await reply.json().catch(() => ({}));
  if (!reply.ok) throw failure(told, reply.status);
  return told;
}

// Server-sent events of a POST, one after another, as {event, data}; ends with the stream.
export async function* events(path, body, signal) {
  const headers = { accept: "text/event-stream", "content-type": "application/json", "x-csrf-token": csrf() };
  const reply = await fetch(path, { method: "POST", headers, signal, body: JSON.stringify(body) });
  if (!reply.ok) {
    const told = await reply.json().catch(() => ({}));
    throw failure(told, reply.status);
  }
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    held += value;
    for (let end = held.indexOf("\n\n"); end >= 0; end = held.indexOf("\n\n")) {
      const lines = held.slice(0, end).split("\n");
      held = held.slice(end + 2);
      const event = lines.find((line) => line.startsWith("event: "))?.slice(7) ?? "message";
      const data = lines.filter((line) => line.startsWith("data: ")).map((line) => line.slice(6)).join("\n");
      if (data) yield { event, data: data === "[DONE]" ? null : JSON.parse(data) };
    }
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (form.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (form.method === "post" && !form.hasAttribute("hx-post")) form.setAttribute("aria-busy", "true");
}, { capture: true });

window.addEventListener("pageshow", () => { // also when the browser shows an old page again
  for (const form of document.querySelectorAll('form[aria-busy="true"]')) form.removeAttribute("aria-busy");
});
