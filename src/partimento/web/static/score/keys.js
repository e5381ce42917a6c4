// A piano of buttons, for fingers, mouse and the computer's keys; it shows what is played and what is due.

import { make } from "./dom.js";

const NAMES = ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"];
const BLACK = [1, 3, 6, 8, 10];
const LETTERS = "awsedftgyhujkolp";

export const nameOf = (midi) => `${NAMES[midi % 12]}${Math.floor(midi / 12) - 1}`;

export class Keys {
  // Whole octaves around `low` to `high`; `press(midi, velocity, stamp)`, `release(midi, stamp)`.
  constructor(low, high, press, release) {
    this.low = Math.max(12, Math.floor(low / 12) * 12);
    this.high = Math.min(119, Math.ceil((high + 1) / 12) * 12 - 1);
    if (this.high - this.low < 23) this.high = this.low + 23;
    Object.assign(this, { press, release, held: new Map(), keys: new Map() });
    this.base = Math.min(this.high - 23, Math.max(this.low, 60));
    this.node = make("div", { class: "pm-keys", role: "group", tabindex: 0, "aria-label": "Piano keys. With the focus here the letters A to P play, Z and X go an octave down and up" });
    let column = 1;
    for (let midi = this.low; midi <= this.high; midi++) {
      const black = BLACK.includes(midi % 12), key = make("button", { type: "button", class: `pm-key ${black ? "black" : "white"}`, tabindex: -1, "data-midi": midi, "aria-label": nameOf(midi) }, !black && midi % 12 === 0 ? nameOf(midi) : "");
      key.style.gridColumn = black ? `${column - 1} / span 2` : `${column} / span 3`;
      if (!black) column += 3;
      this.keys.set(midi, key);
      this.node.append(key);
    }
    this.node.addEventListener("pointerdown", (event) => this.down(event));
    for (const name of ["pointerup", "pointercancel"]) this.node.addEventListener(name, (event) => this.up(event.pointerId, event.timeStamp));
    this.node.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  down(event) {
    const key = event.target.closest(".pm-key");
    if (!key || event.button) return;
    key.setPointerCapture?.(event.pointerId);
    const { top, height } = key.getBoundingClientRect();
    this.begin(event.pointerId, Number(key.dataset.midi), Math.round(50 + 60 * Math.max(0, Math.min(1, (event.clientY - top) / height))), event.timeStamp);
  }

  up(id, stamp) {
    const midi = this.held.get(id);
    if (midi !== undefined) { this.held.delete(id); this.release(midi, stamp); }
  }

  begin(id, midi, velocity, stamp) {
    this.up(id, stamp);
    this.held.set(id, midi);
    this.press(midi, velocity, stamp);
  }

  // A key of the computer, where it is one of ours.
  letter(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const place = LETTERS.indexOf(event.key.toLowerCase()), octave = { z: -12, x: 12 }[event.key.toLowerCase()];
    if (event.type === "keyup") return void this.up(event.code, event.timeStamp);
    if (octave) this.base = Math.max(this.low, Math.min(this.high - 11, this.base + octave));
    else if (place >= 0 && !event.repeat) this.begin(event.code, this.base + place, 80, event.timeStamp);
    else return;
    event.preventDefault();
  }

  mark(midi, name, on) {
    this.keys.get(midi)?.classList.toggle(name, on);
  }

  clear(name) {
    for (const key of this.keys.values()) key.classList.remove(name);
  }

  center() {
    const key = this.keys.get(Math.round((this.low + this.high) / 2));
    this.node.scrollLeft = key.offsetLeft - this.node.clientWidth / 2;
  }
}
