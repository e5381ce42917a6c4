// The instruments: a struck string, a bass, a drum kit and a click, made of oscillators; nothing is sampled. Knows no
// piece and no time but the audio clock's.

const LEVEL = { piano: 0.25, bass: 0.34, drums: 0.28, click: 0.3 };
const PARTS = ["right", "left", "band", "click", "live"];
const RELEASE = 0.07;

const hertz = (midi) => 440 * 2 ** ((midi - 69) / 12);

// Partials of a string that a hammer hits at an eighth of its length.
function stringWave(context) {
  const real = new Float32Array(24), imag = new Float32Array(24);
  for (let n = 1; n < 24; n++) imag[n] = (Math.abs(Math.sin(Math.PI * n / 8)) + 0.05) / n ** 1.15;
  return context.createPeriodicWave(real, imag);
}

function noiseOf(context) {
  const buffer = context.createBuffer(1, context.sampleRate, context.sampleRate);
  const samples = buffer.getChannelData(0);
  let seed = 1;
  for (let n = 0; n < samples.length; n++) {
    seed = (seed * 16807) % 2147483647;
    samples[n] = seed / 1073741823.5 - 1;
  }
  return buffer;
}

// Bends what is too loud, and lets nothing past 0.95.
function ceiling() {
  const curve = new Float32Array(1025);
  for (let n = 0; n < 1025; n++) {
    const x = n / 512 - 1, size = Math.abs(x);
    curve[n] = Math.sign(x) * (size < 0.6 ? size : 0.6 + 0.35 * Math.tanh((size - 0.6) / 0.35));
  }
  return curve;
}

// [kind, Hz or filter Hz, seconds, level] of the keys of the General MIDI drum map.
function drumOf(midi) {
  if (midi <= 36) return ["fall", 140, 0.3, 1.2];
  if ([38, 39, 40].includes(midi)) return ["snare", 1600, 0.16, 0.7];
  if ([42, 44].includes(midi)) return ["noise", 7500, 0.05, 0.4];
  if (midi === 46) return ["noise", 7000, 0.28, 0.4];
  if ([49, 52, 55, 57].includes(midi)) return ["noise", 4500, 0.9, 0.45];
  if ([51, 53, 59].includes(midi)) return ["noise", 8500, 0.35, 0.26];
  if ([54, 69, 70, 82].includes(midi)) return ["noise", 6000, 0.07, 0.3];
  if (midi >= 41 && midi <= 50) return ["fall", 70 + (midi - 41) * 14, 0.25, 0.8];
  if (midi >= 60 && midi <= 66) return ["fall", 420 - (midi - 60) * 40, 0.14, 0.7];
  return ["knock", midi === 56 || midi === 67 || midi === 68 ? 860 : 1700, 0.05, 0.5];
}

export class Sound {
  constructor(context, out = context.destination) {
    this.context = context;
    this.wave = stringWave(context);
    this.noise = noiseOf(context);
    this.living = new Set();
    const soften = context.createDynamicsCompressor();
    soften.threshold.value = -20; soften.knee.value = 18; soften.ratio.value = 4; soften.attack.value = 0.004; soften.release.value = 0.2;
    this.volume = context.createGain();
    const limit = context.createWaveShaper();
    limit.curve = ceiling();
    soften.connect(this.volume).connect(limit).connect(out);
    this.parts = Object.fromEntries(PARTS.map((name) => {
      const gain = context.createGain();
      gain.connect(soften);
      return [name, gain];
    }));
  }

  setVolume(share) {
    this.volume.gain.setTargetAtTime(share ** 2, this.context.currentTime, 0.02);
  }

  setPart(name, on) {
    this.parts[name].gain.setTargetAtTime(on ? 1 : 0, this.context.currentTime, 0.015);
  }

  // A key of the piano from `at` on; the voice it gives is let go with off(time).
  press(midi, velocity, at = this.context.currentTime, part = "live") {
    const { context } = this, f = hertz(midi), hard = Math.max(1, velocity) / 127;
    const level = LEVEL.piano * hard ** 1.4 * 2 ** ((60 - midi) / 60), ring = Math.min(4, 1.9 * 2 ** ((60 - midi) / 22));
    const filter = context.createBiquadFilter(), gain = context.createGain();
    filter.type = "lowpass"; filter.Q.value = 0.3; filter.frequency.automationRate = "k-rate"; // a tenth of the work
    filter.frequency.setValueAtTime(Math.min(14000, 500 + f * (1.5 + 9 * hard)), at);
    filter.frequency.setTargetAtTime(Math.min(9000, 350 + f * (1.5 + 2 * hard)), at + 0.01, 0.25);
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(level, at + 0.003);
    gain.gain.setTargetAtTime(level * 0.5, at + 0.004, 0.14);
    gain.gain.setTargetAtTime(0, at + 0.3, ring);
    const strings = [-1.6, 1.6].map((cents) => {
      const string = context.createOscillator();
      string.setPeriodicWave(this.wave);
      string.frequency.value = f; string.detune.value = cents;
      string.connect(filter);
      return string;
    });
    filter.connect(gain).connect(this.parts[part]);
    for (const string of strings) string.start(at);
    this.burst(at, 0.018, 1400 + 900 * hard, "bandpass", 0.05 * hard ** 2, this.parts[part]);
    const voice = {
      off: (time = context.currentTime, fall = RELEASE) => {
        gain.gain.setTargetAtTime(0, Math.max(time, at + 0.004), fall);
        for (const string of strings) string.stop(Math.max(time, at) + fall * 8);
      },
      cut: () => { gain.gain.cancelScheduledValues(0); gain.gain.setTargetAtTime(0, context.currentTime, 0.012); for (const string of strings) string.stop(context.currentTime + 0.1); },
    };
    this.living.add(voice);
    strings[0].onended = () => { this.living.delete(voice); gain.disconnect(); };
    return voice;
  }

  // A note of known length: {player: "right" | "left" | "bass" | "drums" | "click", at, held, midi, velocity}, seconds.
  strike({ player, at, held, midi, velocity }) {
    if (player === "drums") this.drum(midi, velocity, at);
    else if (player === "bass") this.pluck(midi, velocity, at, held);
    else if (player === "click") this.tone(midi ? 1760 : 1320, at, 0.045, LEVEL.click * (midi ? 1 : 0.6), this.parts.click, "sine");
    else this.press(midi, velocity, at, player).off(at + Math.max(0.04, held));
  }

  silence() {
    for (const voice of this.living) voice.cut();
    this.living.clear();
  }

  pluck(midi, velocity, at, held) {
    const { context } = this, gain = context.createGain(), filter = context.createBiquadFilter(), string = context.createOscillator();
    const level = LEVEL.bass * (velocity / 127) ** 1.2;
    filter.type = "lowpass"; filter.frequency.automationRate = "k-rate"; filter.frequency.setValueAtTime(900, at); filter.frequency.setTargetAtTime(260, at, 0.12);
    string.setPeriodicWave(this.wave); string.frequency.value = hertz(midi);
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(level, at + 0.006);
    gain.gain.setTargetAtTime(level * 0.3, at + 0.02, 0.5);
    gain.gain.setTargetAtTime(0, at + Math.max(0.06, held), 0.05);
    string.connect(filter).connect(gain).connect(this.parts.band);
    string.start(at); string.stop(at + held + 0.4);
    this.keep(string, gain);
  }

  drum(midi, velocity, at) {
    const [kind, high, seconds, loud] = drumOf(midi), level = LEVEL.drums * loud * (velocity / 127) ** 1.3, out = this.parts.band;
    if (kind === "noise" || kind === "snare") this.burst(at, seconds, high, "highpass", level, out);
    if (kind === "snare") this.tone(190, at, 0.09, level * 0.7, out, "triangle");
    if (kind === "fall") this.tone(high, at, seconds, level, out, "sine", 0.4);
    if (kind === "knock") this.tone(high, at, seconds, level, out, "triangle");
  }

  tone(frequency, at, seconds, level, out, type, falls = 1) {
    const source = this.context.createOscillator(), gain = this.context.createGain();
    source.type = type;
    source.frequency.setValueAtTime(frequency, at);
    if (falls !== 1) source.frequency.exponentialRampToValueAtTime(frequency * falls, at + seconds * 0.5);
    this.fade(gain, at, seconds, level);
    source.connect(gain).connect(out);
    source.start(at); source.stop(at + seconds * 2);
    this.keep(source, gain);
  }

  burst(at, seconds, frequency, type, level, out) {
    const source = this.context.createBufferSource(), filter = this.context.createBiquadFilter(), gain = this.context.createGain();
    source.buffer = this.noise; filter.type = type; filter.frequency.value = frequency;
    this.fade(gain, at, seconds, level);
    source.connect(filter).connect(gain).connect(out);
    source.start(at, 0, Math.min(1, seconds * 2));
    this.keep(source, gain);
  }

  fade(gain, at, seconds, level) {
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(level, at + 0.0015);
    gain.gain.setTargetAtTime(0, at + 0.002, seconds / 3);
  }

  // So that stopping reaches it too while it waits or sounds.
  keep(source, gain) {
    const voice = { cut: () => { gain.gain.cancelScheduledValues(0); gain.gain.setTargetAtTime(0, this.context.currentTime, 0.012); source.stop(this.context.currentTime + 0.1); } };
    this.living.add(voice);
    source.onended = () => { this.living.delete(voice); gain.disconnect(); };
  }
}

// What such notes sound like, as an AudioBuffer: for tests, and for whoever wants to know before it is heard.
export function renderOffline(events, seconds, rate = 44100) {
  const context = new OfflineAudioContext(1, Math.ceil(seconds * rate), rate);
  const sound = new Sound(context);
  for (const event of events) sound.strike({ player: "right", velocity: 80, held: 0.5, ...event });
  return context.startRendering();
}
