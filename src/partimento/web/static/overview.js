// The lines that one can paste name this server and not the usual one.
for (const place of document.querySelectorAll("[data-origin]")) place.textContent = location.origin;
