// <pm-score data-src="/items/ID/score">: a score drawn, played and followed. Knows its controls; leaves the notation to
// drawing.js and time to transport.js.

import { ask } from "../app.js";
import { choice, icon, make, toggle } from "./dom.js";
import { Drawing } from "./drawing.js";
import { Transport } from "./transport.js";

const SLOWEST = 40, FASTEST = 240;
const NAMES = { right: "Right hand", left: "Left hand", band: "Band" };

class Score extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = this.open();
    this.ready.catch(() => {}); // it was told
  }

  disconnectedCallback() {
    this.transport?.pause();
    this.watch?.disconnect();
  }

  async open() {
    const told = make("p", { class: "soft", role: "status" }, "The score is on its way …");
    this.replaceChildren(told);
    try {
      this.data = await ask(this.dataset.src);
      this.build();
      await this.drawing.draw();
      this.follow();
    } catch (error) {
      this.replaceChildren(make("p", { class: "notice bad", role: "alert" }, error.message));
      throw error;
    }
    return this;
  }

  build() {
    const { data } = this, transport = this.transport = new Transport(data);
    transport.tempo = Math.max(SLOWEST, Math.min(FASTEST, Math.round(data.tempo)));
    this.paper = make("div", { class: "pm-paper", tabindex: 0, role: "group", "aria-label": "Score. Space plays and pauses, arrow keys go from bar to bar", onclick: (event) => this.pick(event) });
    this.drawing = new Drawing(this.paper, data, `Score of ${data.title}: ${data.bars} bars, ${data.meter}, two staves. Its chords stand below, bar by bar.`);
    this.status = make("p", { class: "hidden", role: "status" });
    this.replaceChildren(make("div", { class: "pm-sheet" }, this.legend(), this.paper), this.controls(), this.byBars(), this.status);
    transport.addEventListener("change", () => this.changed());
    transport.addEventListener("ended", () => this.say("The end."));
    this.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("pm-play", (event) => { if (event.target !== this) transport.pause(); });
    this.watch = new ResizeObserver(() => {
      cancelAnimationFrame(this.waiting);
      this.waiting = requestAnimationFrame(() => this.drawing.draw().then(() => { this.shade(); this.follow(); }));
    });
    this.watch.observe(this.paper);
    this.changed();
  }

  legend() {
    const { data } = this, hands = new Set(data.events.map((one) => one.hand)), kinds = new Set(data.events.map((one) => one.belongs));
    const told = [["right", "Right hand"], ["left", "Left hand"]].filter(([hand]) => hands.has(hand));
    if (kinds.has("colour")) told.push(["colour", "Colour of the chord"]);
    if (kinds.has("passing")) told.push(["passing", "Not in the chord"]);
    const note = data.is_ours ? make("li", {}, "The chords came without notes; these grips are an example.") : null;
    return make("ul", { class: "pm-legend", "aria-label": "What the notes' looks say" }, ...told.map(([name, words]) => make("li", {}, make("span", { class: `pm-dot is-${name}`, "aria-hidden": "true" }), words)), note);
  }

  controls() {
    const { transport, data } = this;
    this.playing = make("button", { type: "button", class: "main pm-begin", onclick: () => transport.toggle() });
    const stop = make("button", { type: "button", class: "pm-square", "aria-label": "Stop and go back", onclick: () => { transport.stop(); this.say("Stopped."); } }, icon("stop"));
    this.where = make("span", { class: "pm-where" });
    const slide = make("input", { type: "range", min: SLOWEST, max: FASTEST, value: transport.tempo, "aria-label": "Tempo, as a slider", oninput: () => tempo(slide.value) });
    const number = make("input", { type: "number", min: SLOWEST, max: FASTEST, value: transport.tempo, inputmode: "numeric", "aria-label": "Tempo in quarter notes a minute", onchange: () => tempo(number.value) });
    const tempo = (told) => {
      const wanted = Math.max(SLOWEST, Math.min(FASTEST, Math.round(Number(told)) || Math.round(data.tempo)));
      slide.value = number.value = wanted;
      transport.setTempo(wanted);
    };
    this.setTempo = tempo;
    const volume = make("input", { type: "range", min: 0, max: 100, value: transport.volume * 100, "aria-label": "Volume", oninput: () => transport.setVolume(volume.value / 100) });
    const parts = ["right", "left", "band"].filter((part) => part === "band" ? Object.keys(data.tracks).length : data.events.some((one) => one.hand === part));
    const more = make("button", { type: "button", class: "quiet small", "aria-expanded": "false", onclick: () => {
      const open = more.closest(".pm-player").classList.toggle("open");
      more.setAttribute("aria-expanded", String(open));
    } }, "More controls");
    return make("div", { class: "pm-player", role: "group", "aria-label": "Player" },
      make("div", { class: "row" }, this.playing, stop, this.where),
      make("div", { class: "row pm-tempo pm-extra" }, make("span", { class: "soft", "aria-hidden": "true" }, "Tempo"), slide, number),
      make("div", { class: "row pm-extra" }, ...parts.map((part) => toggle(NAMES[part], true, (on) => transport.setPart(part, on), { "data-part": part }))),
      more, make("div", { class: "row pm-hidden-extra" },
        this.loops(),
        toggle("Count-in", false, (on) => { transport.countIn = on; }),
        toggle("Metronome", false, (on) => transport.setPart("click", on)),
        make("label", { class: "pm-choice" }, make("span", {}, "Volume"), volume)));
  }

  loops() {
    const { data, transport } = this;
    const from = make("input", { type: "number", min: 1, max: data.bars, value: 1, "aria-label": "First bar", onchange: () => bars() });
    const to = make("input", { type: "number", min: 1, max: data.bars, value: Math.min(4, data.bars), "aria-label": "Last bar", onchange: () => bars() });
    const range = make("span", { class: "row pm-range", hidden: true }, from, "to", to);
    const loop = (first, last) => {
      transport.setLoop(first ? { from: (first - 1) * data.bar_beats, to: last * data.bar_beats } : null);
      this.shade();
      this.say(first ? `Bars ${first} to ${last} are repeated.` : "Nothing is repeated.");
    };
    const bars = () => {
      const inside = (told) => Math.max(1, Math.min(data.bars, Math.round(Number(told)) || 1));
      const [first, last] = [inside(from.value), inside(to.value)].sort((one, other) => one - other);
      [from.value, to.value] = [first, last];
      loop(first, last);
    };
    this.repeat = (first, last) => {
      [from.value, to.value] = [first, last];
      this.querySelector("[data-loop]").value = "bars";
      chosen("bars");
    };
    const options = [["", "Off"], ["all", "The whole"], ["bars", "Bars …"], ...data.sections.map(([name, first, count], nth) => [`s${nth}`, `Section ${name}, bars ${first}–${first + count - 1}`])];
    const chosen = (value) => {
      range.hidden = value !== "bars";
      if (value === "bars") bars();
      else if (value === "all") loop(1, data.bars);
      else if (value) { const [, first, count] = data.sections[Number(value.slice(1))]; loop(first, first + count - 1); }
      else loop(0, 0);
    };
    return make("span", { class: "row" }, choice("Loop", options, chosen, { "data-loop": true }), range);
  }

  // The bars that are repeated.
  shade() {
    const { loop } = this.transport, length = this.data.bar_beats;
    this.drawing.bars.forEach((bar, nth) => bar?.box.classList.toggle("in-loop", Boolean(loop) && nth * length >= loop.from - 1e-6 && nth * length < loop.to - 1e-6));
  }

  // The same for who does not see the notation, and a place to press for who has no mouse.
  byBars() {
    const { data } = this, list = make("ol", { class: "pm-by-bars" });
    for (let bar = 1; bar <= data.bars; bar++) {
      const chords = data.chords.filter((chord) => chord.bar === bar);
      const told = chords.flatMap((chord) => [` ${chord.symbol} `, make("span", { class: "soft" }, chord.roman)]);
      list.append(make("li", {}, make("button", { type: "button", class: "quiet small", "data-to": bar, onclick: () => this.go(bar) },
        make("span", { class: "soft" }, make("span", { class: "hidden" }, "Bar "), String(bar)), make("span", {}, ...(told.length ? told : [" –"])))));
    }
    return make("details", { class: "pm-bars" }, make("summary", {}, "Chords bar by bar"), list);
  }

  go(bar) {
    const { data, transport } = this, wanted = Math.max(1, Math.min(data.bars, bar));
    transport.seek((wanted - 1) * data.bar_beats);
    this.say(`Bar ${wanted}.`);
  }

  pick(event) {
    const under = document.elementsFromPoint(event.clientX, event.clientY), box = under.find((node) => node.classList.contains("pm-bar-box") && this.contains(node));
    const chord = this.data.chords[this.drawing.signs.findIndex((sign) => sign && under.some((node) => sign.contains(node)))];
    if (chord) { this.transport.seek(chord.start_beat - 1); this.say(`${chord.symbol}, bar ${chord.bar}.`); }
    else if (box) this.go(Number(box.dataset.bar));
  }

  key(event) {
    if (event.target.closest("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) {
      event.preventDefault();
      this.go(Math.floor(this.transport.position() / this.data.bar_beats + 1e-6) + 1 + step);
    } else if (event.key === " " && !event.target.closest("button, summary")) {
      event.preventDefault();
      this.transport.toggle();
    }
  }

  changed() {
    const { transport } = this, on = transport.playing;
    if (on !== this.was) {
      this.playing.replaceChildren(icon(on ? "pause" : "play"), on ? "Pause" : "Play");
      this.classList.toggle("plays", on);
      if (this.was !== undefined) this.say(on ? "Playing." : "Paused.");
      this.was = on;
      if (on) this.dispatchEvent(new CustomEvent("pm-play", { bubbles: true }));
    }
    cancelAnimationFrame(this.frame);
    this.follow();
  }

  follow() {
    const { transport, data, drawing } = this, at = transport.position(), calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const bar = drawing.show(at, transport.playing && !calm);
    const number = Math.min(data.bars, Math.floor(at / data.bar_beats + 1e-6) + 1);
    const chord = data.chords.findLastIndex((one) => one.start_beat - 1 <= at + 1e-6);
    const left = transport.counting;
    const words = left > 0 && transport.countIn ? `Count-in: ${Math.ceil(left * transport.tempo / 60 / data.beat)}` : `Bar ${number} of ${data.bars}${chord >= 0 ? ` · ${data.chords[chord].symbol}` : ""}`;
    if (this.where.textContent !== words) this.where.textContent = words;
    this.light(at, left > 0);
    if (number !== this.bar || chord !== this.chord || transport.playing !== this.told) this.tellPosition(number, chord, at, bar, calm);
    if (transport.playing) this.frame = requestAnimationFrame(() => this.follow());
  }

  light(at, waiting) {
    const on = new Set();
    if (this.transport.playing && !waiting) this.data.events.forEach((one, nth) => { if (one.start_beat - 1 <= at + 0.02 && at < one.start_beat - 1 + one.beats) on.add(nth); });
    for (const nth of this.lit ?? []) if (!on.has(nth)) this.drawing.mark(nth, "sounding", false);
    for (const nth of on) if (!this.lit?.has(nth)) this.drawing.mark(nth, "sounding");
    this.lit = on;
  }

  tellPosition(bar, chord, at, drawn, calm) {
    Object.assign(this, { bar, chord, told: this.transport.playing });
    const playing = this.told, { signs } = this.drawing;
    signs.forEach((node, nth) => node?.classList.toggle("sounding", playing && nth === chord));
    const around = this.closest("[data-score-scope], article, main") ?? document;
    for (const node of around.querySelectorAll(".sounding:not(.pm-paper *)")) node.classList.remove("sounding");
    if (playing) for (const node of around.querySelectorAll(`[data-chord="${chord + 1}"], #chord-${chord + 1}, [data-bar="${bar}"]:not(.pm-bar-box)`)) node.classList.add("sounding");
    for (const node of this.querySelectorAll(".pm-by-bars [aria-current]")) node.removeAttribute("aria-current");
    this.querySelector(`.pm-by-bars [data-to="${bar}"]`)?.setAttribute("aria-current", "true");
    if (playing && drawn && drawn.line !== this.line && !calm) this.intoView(drawn);
    this.line = drawn?.line;
    this.dispatchEvent(new CustomEvent("pm-position", { bubbles: true, detail: { bar, chord, beat: at + 1, playing } }));
  }

  intoView({ box }) {
    const { top, bottom } = box.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight - 120) scrollBy({ top: top - innerHeight / 3, behavior: "smooth" });
  }

  say(words) {
    this.status.textContent = words;
  }
}

customElements.define("pm-score", Score);
