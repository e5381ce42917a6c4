// Elements made in one line, and the few drawings on buttons.

const PATHS = {
  play: "M5 3l11 7-11 7z", pause: "M5 3h4v14H5zM11 3h4v14h-4z", stop: "M4 4h12v12H4z", record: "M10 4a6 6 0 1 0 .01 0z",
};

// `on…` attributes listen, the others are set; a false or missing one is left out.
export function make(tag, attributes = {}, ...inside) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...inside.filter((one) => one !== null && one !== false && one !== undefined));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 20 20", width: 16, height: 16, "aria-hidden": "true", class: "icon" })) svg.setAttribute(key, value);
  const path = svg.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "path"));
  path.setAttribute("d", PATHS[name]);
  path.setAttribute("fill", "currentColor");
  return svg;
}

// A button that stays down.
export function toggle(words, pressed, changed, attributes = {}) {
  const button = make("button", { type: "button", class: "small pm-toggle", "aria-pressed": String(pressed), ...attributes, onclick: () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    changed(on);
  } }, words);
  return button;
}

export function choice(words, options, changed, attributes = {}) {
  const select = make("select", { onchange: () => changed(select.value), ...attributes }, ...options.map(([value, told]) => make("option", { value }, told)));
  return make("label", { class: "pm-choice" }, make("span", {}, words), select);
}
