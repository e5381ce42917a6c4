// The page of keys: copies a new key, and forgets the form behind it, so that reading the page again does not send it twice.

import { say } from "./app.js";

const secret = document.getElementById("secret");
if (secret) {
  history.replaceState(null, "", "/settings/keys");
  document.getElementById("made").scrollIntoView({ block: "nearest" });
  const copy = document.getElementById("copy");
  copy.hidden = !navigator.clipboard;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(secret.textContent);
    say("The key is copied.", "good");
  });
}
