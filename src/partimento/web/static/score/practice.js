// <pm-practice data-src="/items/ID/score" data-item="ID">: an exercise played along, judged as it goes, graded in the
// end. Knows its controls and the take; leaves the score to <pm-score>, verdicts to judge.js, the grade to the server.

import { csrf } from "../app.js";
import { choice, icon, make, toggle } from "./dom.js";
import { expected, judge, judging, missed, standing } from "./judge.js";
import { Keys, nameOf } from "./keys.js";
import { connect } from "./midi.js";
import "./score.js";

const KEPT = "pm-latency", CLICKS = 8;
const GRACE = 0.15; // seconds that a message may take from the keyboard to here
const VERDICTS = { right: "Right", early: "Early", late: "Late", wrong: "Wrong" };

class Practice extends HTMLElement {
  async connectedCallback() {
    if (this.built) return;
    this.built = true;
    this.score = document.querySelector(`pm-score[data-src="${this.dataset.src}"]`) ?? this.appendChild(make("pm-score", { "data-src": this.dataset.src }));
    try { await this.score.ready; } catch { return; } // the score itself says what is wrong
    const { data } = this.score;
    if (!data.asked) {
      this.append(make("p", { class: "notice" }, "Nothing is asked for here that could be graded."));
      return;
    }
    this.tones = data.asked.tones;
    this.events = this.tones.map((tone) => data.events.findIndex((one) => one.midi === tone.midi && one.hand === tone.hand && Math.abs(one.start_beat - tone.start_beat) < 0.05));
    this.held = new Map(); // key → its note in the take, and its voice
    this.sustained = new Set();
    this.latency = Number(localStorage.getItem(KEPT)) || 0;
    this.takes = [];
    this.build();
  }

  disconnectedCallback() {
    if (this.state) this.finish(false);
  }

  build() {
    const keys = this.tones.map((tone) => tone.midi), hands = new Set(this.tones.map((tone) => tone.hand));
    this.keys = new Keys(Math.min(...keys) - 2, Math.max(...keys) + 2, (...press) => this.press(...press), (...release) => this.release(...release));
    this.addEventListener("keydown", (event) => this.letter(event));
    this.addEventListener("keyup", (event) => this.keys.letter(event));
    this.devices = make("p", { class: "soft", role: "status" }, "No keyboard is connected; the keys below play too.");
    this.connect = make("button", { type: "button", onclick: () => this.plug() }, "Connect a MIDI keyboard");
    this.begin = make("button", { type: "button", class: "main", onclick: () => this.state ? this.finish() : this.start() });
    this.live = make("p", { class: "pm-verdict", "data-kind": "" }, "Press Start; after the count-in, play what is lit.");
    this.tally = make("dl", { class: "pm-tally" });
    this.status = make("p", { class: "hidden", role: "status" });
    this.result = make("div", { class: "pm-result", role: "region", "aria-label": "The last take, graded", tabindex: -1, hidden: true });
    this.list = make("ol", { class: "pm-takes" });
    this.history = make("div", { hidden: true }, make("h3", {}, "Takes of this visit"), this.list);
    this.hand = choice("Hands", [["both", "Both hands"], ["right", "Right hand"], ["left", "Left hand"]], () => this.light());
    this.hand.hidden = hands.size < 2;
    this.click = toggle("Metronome", true, () => {});
    this.along = toggle("Hear it too", false, () => {});
    const offset = this.offset = make("input", { type: "number", min: -300, max: 300, step: 5, value: this.latency, onchange: () => this.setLatency(Number(offset.value) || 0) });
    this.append(make("div", { class: "pm-practice card" },
      make("div", { class: "row" }, this.begin, this.hand, this.click, this.along),
      this.live, this.tally, this.keys.node,
      make("div", { class: "row" }, this.connect, this.devices),
      make("details", {}, make("summary", {}, "What you play sounds or counts too late?"), make("div", { class: "row" },
        make("label", { class: "pm-choice" }, make("span", {}, "Allow for (ms)"), offset),
        this.tap = make("button", { type: "button", class: "small", onclick: () => this.calibrate() }, "Measure it: play any key on each click"))),
      this.status), this.result, this.history);
    this.shown();
    this.light();
    this.keys.center();
    this.score.transport.addEventListener("change", () => { if (!this.state) { this.shown(); this.light(); } });
  }

  get wanted() {
    return this.hand.querySelector("select").value;
  }

  async plug() {
    try {
      await connect((told, stamp) => this.midi(told, stamp), (names) => {
        this.devices.textContent = names.length ? `Connected: ${names.join(", ")}` : "Allowed, but no keyboard is there. Plug it in or switch it on; it will be found.";
        this.connect.hidden = names.length > 0;
      });
    } catch (error) {
      this.devices.textContent = error.message;
    }
  }

  midi(told, stamp) {
    if (told.kind === "on") this.press(told.midi, told.velocity, stamp);
    else if (told.kind === "off") this.release(told.midi, stamp);
    else if (told.kind === "pedal") this.pedal(told.down, stamp);
    else for (const key of [...this.held.keys()]) this.letGo(key, stamp);
  }

  letter(event) {
    if (event.target.closest("input, select, textarea")) return;
    this.keys.letter(event);
  }

  // Seconds on the audio clock at which something happened that an event tells of.
  clock(stamp) {
    const { context } = this.score.transport;
    return context.currentTime - Math.max(0, performance.now() - stamp) / 1000 - (context.outputLatency || 0) - this.latency / 1000;
  }

  async press(midi, velocity, stamp) {
    if (this.held.has(midi)) this.letGo(midi, stamp);
    const { transport } = this.score;
    const note = { midi, velocity, start: null };
    const held = { note };
    this.held.set(midi, held);
    this.keys.mark(midi, "down", true);
    if (!transport.sound) await transport.wake();
    held.voice = transport.sound.press(midi, velocity);
    if (!this.held.has(midi)) held.voice.off();
    const time = this.clock(stamp);
    this.tapped?.push(time);
    if (!this.state) return;
    const at = time - this.zero;
    if (at < this.begins - this.state.near) return; // while it was counted in
    note.start = at;
    this.take.push(note);
    this.hear(midi, at);
  }

  hear(midi, at) {
    const verdict = judge(this.state, midi, at), asked = verdict.tone === null ? null : this.tones[verdict.tone];
    this.keys.mark(midi, verdict.kind, true);
    setTimeout(() => this.keys.mark(midi, verdict.kind, false), 350);
    let words = `${VERDICTS[verdict.kind]}: ${nameOf(midi)}`;
    if (verdict.kind === "wrong" && asked) words += ` – ${nameOf(asked.midi)} was due`;
    if (verdict.kind === "early" || verdict.kind === "late") words += `, ${Math.abs(verdict.off)} ms`;
    this.tell(words, verdict.kind);
    if (verdict.kind !== "wrong" && verdict.tone !== null) this.mark(verdict.tone, `note-${verdict.kind}`);
    this.light();
  }

  mark(tone, name) {
    if (this.events[tone] >= 0) this.score.drawing.mark(this.events[tone], name);
  }

  release(midi, stamp) {
    if (!this.held.has(midi)) return;
    if (this.down) this.sustained.add(midi);
    else this.letGo(midi, stamp);
    this.keys.mark(midi, "down", false);
  }

  pedal(down, stamp) {
    this.down = down;
    if (!down) for (const midi of [...this.sustained]) this.letGo(midi, stamp);
  }

  letGo(midi, stamp) {
    const held = this.held.get(midi);
    if (!held) return;
    this.held.delete(midi);
    this.sustained.delete(midi);
    this.keys.mark(midi, "down", false);
    held.voice?.off();
    if (held.note.start !== null && this.zero !== undefined) held.note.duration = Math.max(0.02, this.clock(stamp) - this.zero - held.note.start);
  }

  async start() {
    const { transport, data, drawing } = this.score;
    transport.pause();
    await transport.wake();
    this.before = { parts: { ...transport.parts }, countIn: transport.countIn, loop: transport.loop };
    const hears = this.along.getAttribute("aria-pressed") === "true";
    for (const part of ["right", "left"]) transport.setPart(part, hears || (this.wanted !== "both" && this.wanted !== part));
    transport.setPart("click", this.click.getAttribute("aria-pressed") === "true");
    Object.assign(transport, { countIn: true, loop: null });
    const within = this.within = this.before.loop; // what is repeated there is practised here
    transport.seek(within?.from ?? 0);
    drawing.unmark();
    this.take = [];
    this.tempo = transport.tempo;
    const state = judging(data.asked, this.tempo, this.wanted, within);
    await transport.play({ free: true });
    this.begins = transport.anchors[0].at * 60 / this.tempo;
    this.zero = transport.anchors[0].time - this.begins;
    this.state = state;
    this.result.hidden = true;
    this.tell("Listen to the count-in …", "");
    this.status.textContent = "Counting in.";
    this.shown();
    this.light();
    this.go();
  }

  go() {
    if (!this.state) return;
    const { transport, data } = this.score;
    if (!transport.playing || transport.tempo !== this.tempo) return void this.finish(); // paused, or another tempo
    const at = transport.context.currentTime - this.zero - this.latency / 1000, end = (this.within?.to ?? data.bars * data.bar_beats) * 60 / this.tempo;
    const gone = missed(this.state, at - GRACE);
    for (const tone of gone) this.mark(tone, "note-missed");
    if (gone.length) this.light();
    if (at > end + 0.3 && (at > end + data.bar_beats * 60 / this.tempo || !this.held.size)) return void this.finish();
    this.timer = setTimeout(() => this.go(), 60);
  }

  async finish(asks = true) {
    const { transport } = this.score, { state, take } = this;
    clearTimeout(this.timer);
    for (const midi of [...this.held.keys()]) this.letGo(midi, performance.now());
    this.state = null;
    transport.stop();
    for (const [part, on] of Object.entries(this.before.parts)) transport.setPart(part, on);
    Object.assign(transport, { countIn: this.before.countIn, loop: this.before.loop });
    for (const tone of missed(state, Infinity)) this.mark(tone, "note-missed");
    this.shown();
    this.light();
    if (!asks) return;
    if (take.length) await this.grade(take);
    else this.tell("Nothing was played, so nothing is graded.", "");
  }

  async grade(take) {
    const round = (number) => Math.round(number * 1e4) / 1e4;
    const notes = take.map((note) => ({ midi: note.midi, velocity: note.velocity, start: round(note.start), duration: round(note.duration ?? 0.1) }));
    this.tell("Graded in a moment …", "");
    try {
      const body = new URLSearchParams({ take: JSON.stringify(notes), tempo: String(this.tempo), hand: this.wanted });
      const bars = this.barsOf(this.within);
      if (bars) { body.set("first", bars[0]); body.set("last", bars[1]); }
      const reply = await fetch(`/items/${this.dataset.item}/grade`, { method: "POST", body, headers: { "x-csrf-token": csrf(), "hx-request": "true" } });
      const graded = new DOMParser().parseFromString(await reply.text(), "text/html").querySelector(reply.ok ? "#graded" : "main");
      this.result.replaceChildren(document.importNode(graded, true));
      this.result.hidden = false;
      for (const one of this.result.querySelectorAll("[data-first]")) one.append(" ", make("button", { type: "button", class: "small", onclick: () => this.obey(one.dataset) }, "Practise this"));
      if (!reply.ok) throw new Error("The take could not be graded.");
      const score = graded.dataset.score;
      this.takes.push(score);
      this.list.append(make("li", {}, `${score} of 100 at ${this.tempo}${bars ? `, bars ${bars.join("–")}` : ""}${this.wanted === "both" ? "" : `, ${this.wanted} hand`}`));
      this.history.hidden = false;
      this.tell(`${score} of 100.`, "");
      this.status.textContent = `Take ${this.takes.length}: ${score} of 100. What was found stands below.`;
    } catch (error) {
      this.tell(error instanceof TypeError ? "The server does not answer, so the take was not graded. Start it again and play once more." : error.message, "wrong");
    }
  }

  barsOf(within) {
    const length = this.score.data.bar_beats;
    return within ? [Math.round(within.from / length) + 1, Math.round(within.to / length)] : null;
  }

  // Sets up what the grader advised.
  obey({ first, last, tempo, hand }) {
    if (tempo) this.score.setTempo(tempo);
    if (!this.hand.hidden) this.hand.querySelector("select").value = hand;
    this.score.repeat(Number(first), Number(last));
    this.score.drawing.unmark();
    this.light();
    this.begin.focus();
    this.tell(`Bars ${first} to ${last} are set up${tempo ? `, at ${this.score.transport.tempo}` : ""}. Press Start.`, "");
  }

  // What is due next, on the keys and in the score; how many of each verdict there are.
  light() {
    const state = this.state ?? judging(this.score.data.asked, 60, this.wanted, this.score.transport.loop), told = standing(state);
    for (const tone of this.lit ?? []) if (this.events[tone] >= 0) this.score.drawing.mark(this.events[tone], "expected", false);
    this.keys.clear("expected");
    this.lit = expected(state);
    for (const tone of this.lit) {
      this.mark(tone, "expected");
      this.keys.mark(this.tones[tone].midi, "expected", true);
    }
    if (!this.state && this.tally.children.length) return;
    const rows = [["Right", told.right], ["Early", told.early], ["Late", told.late], ["Wrong", told.wrong], ["Missed", told.missed]];
    this.tally.replaceChildren(...rows.map(([name, count]) => make("div", { "data-kind": name.toLowerCase() }, make("dt", {}, name), make("dd", {}, String(count)))));
  }

  tell(words, kind) {
    this.live.textContent = words;
    this.live.dataset.kind = kind;
  }

  shown() {
    const bars = this.barsOf(this.score.transport.loop);
    this.begin.replaceChildren(icon(this.state ? "stop" : "record"), this.state ? "Stop and grade" : bars ? `Start bars ${bars.join("–")}` : "Start");
    this.begin.classList.toggle("main", !this.state);
    this.connect.disabled = this.tap.disabled = Boolean(this.state);
  }

  setLatency(ms) {
    this.latency = Math.max(-300, Math.min(300, Math.round(ms)));
    this.offset.value = this.latency;
    localStorage.setItem(KEPT, this.latency);
  }

  // Eight clicks to play along with; the middle of the distances is what is allowed for from then on.
  async calibrate() {
    const { transport } = this.score, pace = 0.6;
    transport.pause();
    await transport.wake();
    this.setLatency(0);
    this.tapped = [];
    this.tap.disabled = true;
    transport.sound.setPart("click", true);
    const first = transport.context.currentTime + 0.8;
    for (let nth = 0; nth < CLICKS; nth++) transport.sound.strike({ player: "click", at: first + nth * pace, held: 0.05, midi: nth % 4 ? 0 : 1 });
    await new Promise((done) => setTimeout(done, (0.8 + CLICKS * pace) * 1000));
    const offs = this.tapped.map((time) => time - first - Math.round((time - first) / pace) * pace).sort((one, other) => one - other);
    this.tapped = null;
    this.tap.disabled = false;
    transport.sound.setPart("click", transport.parts.click);
    if (offs.length < 4) this.tell("Too few keys were played to measure it: play one on every click.", "");
    else { this.setLatency(offs[Math.floor(offs.length / 2)] * 1000); this.tell(`Measured: ${this.latency} ms are allowed for.`, ""); }
  }
}

customElements.define("pm-practice", Practice);
