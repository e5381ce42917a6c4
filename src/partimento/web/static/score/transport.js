// Where in the piece one is, and what sounds next: notes are scheduled a little ahead on the audio clock. Knows beats,
// tempo, loops and parts; leaves the sound to sound.js and what is shown to whoever listens.

import { Sound } from "./sound.js";

const AHEAD = 0.15, AHEAD_HIDDEN = 1.6, EVERY_MS = 30, LEAD = 0.06;

// Every note of a score in order: {at (quarters from 0), beats, midi, velocity, player}.
export function notesOf(data) {
  const notes = data.events.map((one) => ({ at: one.start_beat - 1, beats: one.beats, midi: one.midi, velocity: one.velocity, player: one.hand }));
  for (const [player, track] of Object.entries(data.tracks))
    for (const [start, beats, midi, velocity] of track) notes.push({ at: start - 1, beats, midi, velocity, player });
  for (let at = 0; at < data.bars * data.bar_beats - 1e-6; at += data.beat)
    notes.push({ at, beats: 0.1, midi: Math.abs(at % data.bar_beats) < 1e-6 ? 1 : 0, velocity: 100, player: "click" });
  return notes.sort((one, other) => one.at - other.at);
}

export class Transport extends EventTarget {
  constructor(data) {
    super();
    this.data = data;
    this.end = data.bars * data.bar_beats;
    this.notes = notesOf(data);
    this.tempo = data.tempo;
    this.parts = { right: true, left: true, band: true, click: false };
    this.volume = 0.8;
    this.loop = null; // {from, to} in quarters
    this.countIn = false;
    this.playing = false;
    this.at = 0; // where it stands while it does not play
    this.anchors = [];
  }

  // The sound is made at the first wish to hear it: browsers let nothing sound before.
  async wake() {
    if (!this.sound) {
      this.context = new AudioContext({ latencyHint: "interactive" });
      this.sound = new Sound(this.context);
      this.sound.setVolume(this.volume);
      for (const [part, on] of Object.entries(this.parts)) this.sound.setPart(part, on);
    }
    if (this.context.state !== "running") await this.context.resume();
  }

  // `free`: goes on past the end, for whoever plays along.
  async play({ free = false } = {}) {
    if (this.playing) return;
    await this.wake();
    if (this.at >= this.end - 1e-6) this.at = this.loop?.from ?? 0;
    if (this.loop && (this.at < this.loop.from || this.at >= this.loop.to - 1e-6)) this.at = this.loop.from;
    this.free = free;
    this.playing = true;
    let begins = this.context.currentTime + LEAD;
    if (this.countIn) begins = this.count(begins);
    this.anchor(begins, this.at);
    this.timer = setInterval(() => this.pump(), EVERY_MS);
    this.pump();
    this.tell();
  }

  count(begins) {
    const beat = this.data.beat * 60 / this.tempo, clicks = Math.round(this.data.bar_beats / this.data.beat);
    this.sound.setPart("click", true);
    for (let nth = 0; nth < clicks; nth++) this.sound.strike({ player: "click", at: begins + nth * beat, held: 0.05, midi: nth ? 0 : 1 });
    const starts = begins + clicks * beat;
    if (!this.parts.click) this.sound.parts.click.gain.setValueAtTime(0, starts - 0.01);
    return starts;
  }

  pause() {
    if (!this.playing) return;
    this.at = Math.min(this.position(), this.end);
    this.playing = false;
    clearInterval(this.timer);
    this.sound.silence();
    this.tell();
  }

  stop() {
    this.pause();
    this.seek(this.loop?.from ?? 0);
  }

  toggle() {
    return this.playing ? this.pause() : this.play();
  }

  seek(at) {
    this.at = Math.max(0, Math.min(at, this.end - 1e-3));
    if (this.playing) {
      this.sound.silence();
      this.anchor(this.context.currentTime + LEAD, this.at);
      this.pump();
    }
    this.tell();
  }

  setTempo(tempo) {
    const here = this.position();
    this.tempo = tempo;
    if (this.playing && this.context.currentTime > this.anchors[0].time) this.anchor(this.context.currentTime, here, false);
    this.tell();
  }

  setLoop(loop) {
    this.loop = loop;
    if (loop && (this.position() < loop.from || this.position() >= loop.to)) this.seek(loop.from);
    else if (this.playing) this.anchor(this.context.currentTime, this.position(), false);
    this.tell();
  }

  setPart(part, on) {
    this.parts[part] = on;
    this.sound?.setPart(part, on);
    this.tell();
  }

  setVolume(volume) {
    this.volume = volume;
    this.sound?.setVolume(volume);
  }

  // From `time` on the clock the piece goes on at `at`. `again`: notes struck just now may be struck once more.
  anchor(time, at, again = true) {
    this.anchors = [{ time, at, tempo: this.tempo }];
    const from = again ? at : Math.max(at, this.struck ?? 0);
    this.next = this.notes.findIndex((note) => note.at >= from - 1e-6);
    if (this.next < 0) this.next = this.notes.length;
  }

  position(time = this.context?.currentTime) {
    if (!this.playing) return this.at;
    const anchor = this.anchors.findLast((one) => one.time <= time) ?? this.anchors[0];
    return anchor.at + Math.max(0, time - anchor.time) * anchor.tempo / 60;
  }

  // Seconds until the first note while it is counted in; 0 afterwards.
  get counting() {
    return this.playing ? Math.max(0, this.anchors[0].time - this.context.currentTime) : 0;
  }

  pump() {
    if (!this.playing) return;
    const horizon = this.context.currentTime + (document.hidden ? AHEAD_HIDDEN : AHEAD);
    for (;;) {
      const anchor = this.anchors.at(-1), pace = 60 / anchor.tempo, note = this.notes[this.next];
      const stop = this.loop ? this.loop.to : this.end;
      const comes = note && note.at < stop - 1e-6, time = anchor.time + ((comes ? note.at : stop) - anchor.at) * pace;
      if (time > horizon) break;
      if (comes) {
        this.sound.strike({ player: note.player, at: Math.max(time, this.context.currentTime), held: note.beats * pace, midi: note.midi, velocity: note.velocity });
        this.struck = note.at + 1e-4;
        this.next += 1;
      } else if (this.loop) {
        this.anchors.push({ time, at: this.loop.from, tempo: this.tempo });
        this.struck = 0;
        this.next = this.notes.findIndex((one) => one.at >= this.loop.from - 1e-6);
      } else {
        if (!this.free && time <= this.context.currentTime) this.finish();
        break;
      }
    }
    if (this.anchors.length > 4) this.anchors.splice(0, this.anchors.length - 4);
  }

  finish() {
    this.playing = false;
    clearInterval(this.timer);
    this.at = 0;
    this.tell();
    this.dispatchEvent(new Event("ended"));
  }

  tell() {
    this.dispatchEvent(new Event("change"));
  }
}
