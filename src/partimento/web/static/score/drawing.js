// The notation: laid out in lines as wide as its box, drawn by abcjs, and known head by head. Knows no sound.

const SVG = "http://www.w3.org/2000/svg";
const LETTERS = [0, 2, 4, 5, 7, 9, 11];
const SIGNS = { sharp: 1, flat: -1, natural: 0, dblsharp: 2, dblflat: -2 };
const MOST_BARS = 4;
let loading;

// The engraver, fetched when the first score is to be drawn.
export function engraver() {
  loading ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = new URL("../abcjs-basic-min.js", import.meta.url);
    script.onload = () => done(window.ABCJS);
    script.onerror = () => { loading = undefined; failed(new Error("The score's engraver could not be loaded; reload the page.")); };
    document.head.append(script);
  });
  return loading;
}

// How wide a bar wants to be: its busiest voice, its accidentals, its chord symbols.
function widthOf(bar) {
  let notes = 1, symbols = 0;
  for (const cell of bar.cells) {
    const plain = cell.replace(/"[^"]*"/g, "");
    notes = Math.max(notes, (plain.match(/\[[^\]]*\]|[A-Ga-gxzZ]/g) ?? []).length + 0.5 * (plain.match(/[_^=]/g) ?? []).length / 2);
    symbols = Math.max(symbols, (cell.match(/"[^"]*"/g) ?? []).reduce((sum, one) => sum + one.length * 8.5 + 6, 0));
  }
  return 26 + Math.max(notes * 21, symbols);
}

// Bars in lines: a section begins a new one, no line is wider than `room`, none has more than four bars.
export function linesOf(bars, room) {
  const lines = [];
  let width = 0;
  bars.forEach((bar, nth) => {
    const wants = widthOf(bar), line = lines.at(-1);
    if (!line || bar.section || line.length === MOST_BARS || width + wants > room) {
      lines.push([nth]);
      width = wants + 70;
    } else {
      line.push(nth);
      width += wants;
    }
  });
  return lines;
}

function tuneOf({ head, voices, bars }, lines) {
  const text = [head];
  for (const line of lines) {
    if (bars[line[0]].section) text.push(`P:${bars[line[0]].section}`);
    voices.forEach(([id], voice) => text.push(`[V:${id}] ${line.map((nth) => bars[nth].cells[voice]).join(" ")}`));
  }
  return text.join("\n");
}

// abcjs would bring a style block for dragging, which nothing here does and no policy of ours allows.
function paper() {
  const box = document.createElement("div");
  box.appendChild = (svg) => {
    svg.insertBefore = (node, before) => node.localName === "style" ? node : Node.prototype.insertBefore.call(svg, node, before);
    return Node.prototype.appendChild.call(box, svg);
  };
  return box;
}

export class Drawing {
  constructor(box, data, label) {
    Object.assign(this, { box, data, label, heads: [], signs: [] });
    this.bars = [];
    this.marks = new Map(); // what stays on the heads of an event when all is drawn anew
  }

  async draw() {
    const ABCJS = await engraver();
    const width = Math.floor(this.box.clientWidth);
    if (!width || width === this.width) return;
    this.width = width;
    const scale = width < 520 ? 0.78 : 1, room = width / scale - 24;
    const sheet = paper();
    this.lines = linesOf(this.data.drawn.bars, room);
    this.box.replaceChildren(sheet);
    const [tune] = ABCJS.renderAbc(sheet, tuneOf(this.data.drawn, this.lines), {
      add_classes: true, staffwidth: room, responsive: "resize", selectTypes: false, paddingleft: 12, paddingright: 12, paddingtop: 6, paddingbottom: 12, ariaLabel: this.label,
      format: { gchordfont: "system-ui 12 bold", partsfont: "system-ui 11 bold box", tempofont: "system-ui 11", measurefont: "system-ui 10", staffsep: 58, sysstaffsep: 46, stretchlast: 0.6 },
    });
    this.svg = sheet.querySelector("svg");
    this.svg.setAttribute("role", "img");
    this.know(tune);
    this.place(tune);
    this.line = this.svg.appendChild(document.createElementNS(SVG, "rect"));
    this.line.setAttribute("class", "pm-cursor");
    this.line.setAttribute("width", "2.5");
    for (const [event, names] of this.marks) for (const name of names) this.heads[event].forEach((head) => head.classList.add(name));
  }

  // Which head is which event: abcjs tells letters and lengths, the key and the bar tell the rest.
  know(tune) {
    const { data } = this, key = {}, found = [];
    for (const { acc, note } of tune.getKeySignature().accidentals ?? []) key["CDEFGAB".indexOf(note.toUpperCase())] = SIGNS[acc];
    this.spots = [];
    this.signs = data.chords.map(() => null);
    tune.lines.filter((line) => line.staff).forEach((line, nth) => {
      line.staff.flatMap((staff) => staff.voices).forEach((voice, number) => this.walk(voice, data.drawn.voices[number][1], this.lines[nth][0], key, found, nth));
    });
    data.drawn.voices.forEach(([, hand], number) => {
      for (const node of this.svg.querySelectorAll(`.abcjs-v${number}`)) node.classList.add(`hand-${hand}`);
    });
    this.heads = data.events.map((event) => this.headsOf(event, found));
    data.events.forEach((event, nth) => this.heads[nth].forEach((head) => head.classList.add(`is-${event.belongs}`)));
  }

  walk(voice, hand, bar, key, found, line) {
    let at = 0, triplet = 1, signs = {};
    for (const element of voice) {
      if (element.el_type === "bar") {
        bar += 1; at = 0; signs = {};
      } else if (element.el_type === "note") {
        if (element.startTriplet) triplet = element.tripletMultiplier;
        const beats = element.duration * 4 * triplet, start = bar * this.data.bar_beats + at, drawn = element.abselem;
        if (element.endTriplet) triplet = 1;
        if (drawn) this.spots.push({ line, at: start, x: drawn.x });
        for (const pitch of element.pitches ?? []) {
          const letter = ((pitch.pitch % 7) + 7) % 7;
          if (pitch.accidental) signs[pitch.pitch] = SIGNS[pitch.accidental];
          const head = drawn.heads.find((one) => one.pitch === pitch.verticalPos)?.graphelem;
          const midi = 60 + 12 * Math.floor(pitch.pitch / 7) + LETTERS[letter] + (signs[pitch.pitch] ?? key[letter] ?? 0);
          if (head) found.push({ head, hand, midi, at: start, beats, tied: Boolean(pitch.endTie), ties: Boolean(pitch.startTie) });
        }
        for (const child of drawn?.children ?? []) if (child.type === "chord") this.sign(child.graphelem, start);
        at += beats;
      }
    }
  }

  sign(node, at) {
    const nth = this.data.chords.findIndex((chord, nth) => !this.signs[nth] && Math.abs(chord.start_beat - 1 - at) < 0.26);
    if (nth >= 0) this.signs[nth] = node;
  }

  // The head an event begins with is the nearest of its key; what is tied to it follows.
  headsOf(event, found) {
    const off = (one) => Math.abs(one.at - event.start_beat + 1);
    const same = found.filter((one) => one.midi === event.midi && one.hand === event.hand);
    let head = same.filter((one) => !one.tied && !one.taken && off(one) < 0.7).sort((one, other) => off(one) - off(other))[0];
    const heads = [];
    while (head) {
      head.taken = true;
      heads.push(head.head);
      const { ties, at, beats } = head;
      head = ties ? same.find((one) => one.tied && Math.abs(one.at - at - beats) < 0.02) : null;
    }
    return heads;
  }

  // A box behind every bar, to click on and to shade.
  place(tune) {
    const rows = tune.lines.filter((line) => line.staff);
    this.rows = this.lines.map((line, nth) => {
      const row = this.svg.querySelector(`.abcjs-staff-wrapper.abcjs-l${tune.lines.indexOf(rows[nth])}`), staves = [...row.querySelectorAll(".abcjs-staff")].map((staff) => staff.getBBox());
      const { y, height } = row.getBBox();
      return { y, height, top: Math.min(...staves.map((one) => one.y)), bottom: Math.max(...staves.map((one) => one.y + one.height)) };
    });
    this.bars = [];
    this.lines.forEach((line, nth) => {
      const edges = rows[nth].staffGroup.voices[0].children.filter((child) => child.type === "bar").map((child) => child.x + child.w);
      const first = Math.min(...this.spots.filter((spot) => spot.line === nth).map((spot) => spot.x)) - 10;
      line.forEach((bar, place) => {
        const left = place ? edges[place - 1] : first, box = document.createElementNS(SVG, "rect");
        const { y, height } = this.rows[nth];
        for (const [name, value] of Object.entries({ x: left, y: y - 2, width: Math.max(1, edges[place] - left), height: height + 4, rx: 4, class: "pm-bar-box" })) box.setAttribute(name, value);
        box.dataset.bar = bar + 1;
        this.svg.append(box);
        this.bars[bar] = { box, line: nth, left, right: edges[place] };
      });
      for (const spot of this.spots) if (spot.line === nth) spot.x += 4;
    });
    for (const bar of this.bars) if (bar) this.svg.prepend(bar.box);
    this.spots.sort((one, other) => one.at - other.at || one.x - other.x);
  }

  // The line goes to a place in quarters; `smooth`: also between notes.
  show(at, smooth) {
    if (!this.svg) return null;
    const { bar_beats: length } = this.data, bar = this.bars[Math.min(this.data.bars - 1, Math.floor(at / length + 1e-6))];
    if (!bar) return null;
    let before = { at: Math.floor(at / length + 1e-6) * length, x: bar.left + 6 }, after = { at: before.at + length, x: bar.right };
    for (const spot of this.spots) {
      if (spot.line !== bar.line || spot.at < before.at - 1e-6 || spot.at >= after.at) continue;
      if (spot.at <= at + 0.02) before = spot;
      else { after = spot; break; }
    }
    const share = smooth ? Math.max(0, Math.min(1, (at - before.at) / (after.at - before.at))) : 0;
    const { top, bottom } = this.rows[bar.line];
    this.line.setAttribute("x", (before.x + (after.x - before.x) * share).toFixed(1));
    this.line.setAttribute("y", top - 14);
    this.line.setAttribute("height", bottom - top + 28);
    return bar;
  }

  mark(event, name, on = true) {
    const names = this.marks.get(event) ?? new Set();
    this.marks.set(event, names);
    names[on ? "add" : "delete"](name);
    for (const head of this.heads[event] ?? []) head.classList.toggle(name, on);
  }

  unmark() {
    for (const [event, names] of this.marks) for (const name of [...names]) this.mark(event, name, false);
  }
}
