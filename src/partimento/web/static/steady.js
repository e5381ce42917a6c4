// Streams that survive a server that goes away: asked again, from the beginning, as soon as it is back. Knows how a lost
// server shows itself; leaves to the page how that is told.
//
//   for await (const { event, data } of steady("/api/v2/coach", body, { signal })) {
//     if (event === "away") tell("The server is away; waiting.");        // data: null
//     else if (event === "back") clearWhatWasShown();                    // data: null; the whole stream follows anew
//     else …                                                             // as `events` of app.js gives them
//   }
//
// A stream tells its own end: an event of `ends`, or [DONE] (data null). One that falls silent without it was cut, so it
// is asked for again. Errors that the server told (4xx, 5xx) are thrown as by `events`; `signal` ends the waiting, too.

import { events } from "./app.js";

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 4_000;
const MOST_CUTS = 3; // so often in a row a stream may break off while the server is there

export async function* steady(path, body, { signal, ends = ["done", "error"] } = {}) {
  for (let cuts = 0; ; ) {
    try {
      for await (const told of events(path, body, signal)) {
        yield told;
        if (told.data === null || ends.includes(told.event)) return;
      }
    } catch (error) {
      if (!isLoss(error)) throw error;
    }
    signal?.throwIfAborted();
    if (await alive(signal)) cuts += 1;
    else cuts = 0;
    if (cuts >= MOST_CUTS) throw new Error("The answer breaks off each time, though the server is there. Look at what `partimento serve` says.");
    yield { event: "away", data: null };
    await returned(signal);
    yield { event: "back", data: null };
  }
}

// Wait until the server answers. Throws AbortError when `signal` says so.
export async function returned(signal) {
  for (let wait = FIRST_WAIT_MS; !(await alive(signal)); wait = Math.min(wait * 1.6, LONGEST_WAIT_MS)) await pause(wait, signal);
}

// Whether the server answers now.
export async function alive(signal) {
  try {
    return (await fetch("/healthz", { cache: "no-store", signal })).ok;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    return false;
  }
}

// fetch and its streams throw TypeError for a connection that cannot be made or is lost; what a server told is an Error.
const isLoss = (error) => error instanceof TypeError;

const pause = (ms, signal) => new Promise((resolve, reject) => {
  signal?.throwIfAborted();
  const stop = () => { clearTimeout(timer); reject(signal.reason); };
  const timer = setTimeout(() => { signal?.removeEventListener("abort", stop); resolve(); }, ms);
  signal?.addEventListener("abort", stop, { once: true });
});
