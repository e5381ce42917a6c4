// Each key judged the moment it is pressed, as the grader would in the end. Pure: tones asked, keys and seconds in;
// verdicts out.

export const ON_TIME = 0.072; // seconds; the grader's own
const FAR = 0.6; // beats from its place at which a key is still taken for a tone

// `asked`: {mode, tones: [{key, midi, hand, start_beat, beats, free}]}; `tempo` in quarters a minute; `hand` or "both";
// `within`: {from, to} in quarters from 0, or null for the whole.
export function judging(asked, tempo, hand = "both", within = null) {
  const pace = 60 / tempo;
  const tones = asked.tones.map((tone, nth) => ({ ...tone, nth, due: (tone.start_beat - 1) * pace, lasts: tone.beats * pace, verdict: null })).filter((tone) => (hand === "both" || tone.hand === hand) && (!within || (tone.start_beat > within.from + 0.99 && tone.start_beat < within.to + 0.99)));
  const near = Math.min(0.5, Math.max(0.15, FAR * pace));
  return { mode: asked.mode, tones, near, wrong: 0 };
}

// One key pressed at `at` seconds: {kind: "right" | "early" | "late" | "wrong", tone, off} – `tone` is the place in
// asked.tones it was taken for (of a wrong key: which was due), or null; `off` in milliseconds, early below 0.
export function judge(state, midi, at) {
  const any = state.mode !== "notes", key = any ? midi % 12 : midi;
  const open = state.tones.filter((tone) => !tone.verdict && Math.abs(at - tone.due) <= state.near);
  const nearest = (found) => found.reduce((best, tone) => !best || Math.abs(at - tone.due) < Math.abs(at - best.due) ? tone : best, null);
  const met = nearest(open.filter((tone) => tone.key === key));
  if (met) {
    const off = at - met.due;
    met.verdict = Math.abs(off) <= ON_TIME ? "right" : off < 0 ? "early" : "late";
    return { kind: met.verdict, tone: met.nth, off: Math.round(off * 1000) };
  }
  if (any && state.tones.some((tone) => at >= tone.due - state.near && at < tone.due + tone.lasts && (tone.free.includes(key) || tone.key === key)))
    return { kind: "right", tone: null, off: 0 };
  state.wrong += 1;
  const due = open.reduce((best, tone) => !best || Math.abs(tone.midi - midi) < Math.abs(best.midi - midi) ? tone : best, null);
  return { kind: "wrong", tone: due?.nth ?? null, off: 0 };
}

// Tones whose time is over, told once each.
export function missed(state, at) {
  const gone = state.tones.filter((tone) => !tone.verdict && at > tone.due + state.near);
  for (const tone of gone) tone.verdict = "missed";
  return gone.map((tone) => tone.nth);
}

// The tones to be struck next, together.
export function expected(state) {
  const open = state.tones.filter((tone) => !tone.verdict);
  return open.filter((tone) => tone.start_beat - open[0].start_beat < 0.05).map((tone) => tone.nth);
}

export function standing(state) {
  const told = { right: 0, early: 0, late: 0, missed: 0, wrong: state.wrong, asked: state.tones.length };
  for (const { verdict } of state.tones) if (verdict) told[verdict] += 1;
  return told;
}
