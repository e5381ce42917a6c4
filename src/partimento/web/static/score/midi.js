// MIDI keyboards: asked for, watched as they come and go, read. Knows no music.

// What three bytes say: {kind: "on" | "off" | "pedal" | "silence", midi, velocity, down}; null for anything else.
export function read([status, first, second = 0]) {
  const kind = status & 0xf0;
  if (kind === 0x90 && second > 0) return { kind: "on", midi: first, velocity: second };
  if (kind === 0x80 || kind === 0x90) return { kind: "off", midi: first };
  if (kind === 0xb0 && first === 64) return { kind: "pedal", down: second >= 64 };
  if (kind === 0xb0 && (first === 120 || first === 123)) return { kind: "silence" };
  return null;
}

// Calls `heard(message, time stamp)` for every message and `found(names)` as keyboards come and go.
// Throws an Error whose message says what to do.
export async function connect(heard, found) {
  if (!navigator.requestMIDIAccess) {
    throw new Error(isSecureContext
      ? "This browser knows no MIDI keyboards. Chrome, Edge and Firefox do; or play on the keys below."
      : "MIDI keyboards need https, or a server on this machine (localhost). Or play on the keys below.");
  }
  let access;
  try {
    access = await navigator.requestMIDIAccess();
  } catch (error) {
    throw new Error(["NotAllowedError", "SecurityError"].includes(error.name)
      ? "The browser was told not to let this page use MIDI. Allow it beside the address, then connect again; or play on the keys below."
      : `MIDI does not work here (${error.message}). Unplug the keyboard and plug it in again, or play on the keys below.`);
  }
  const look = () => {
    const names = [];
    for (const input of access.inputs.values()) {
      if (input.state === "disconnected") continue;
      names.push(input.name || "MIDI keyboard");
      input.onmidimessage = (event) => { const told = read(event.data); if (told) heard(told, event.timeStamp); };
    }
    found(names);
  };
  access.onstatechange = look;
  look();
}
