// A model's words as DOM nodes: paragraphs, lists, headings, code, bold and italic. Knows no HTML: whatever else stands
// in a text, tags and links among it, is shown as the text it is.

// Put the words into a place, in the stead of what was there.
export function words(place, text) {
  place.classList.add("drawn");
  place.replaceChildren(...blocks(text.replaceAll("\r\n", "\n").split("\n")));
}

const ITEM = /^\s{0,6}(?:([-*•])|(\d{1,3})[.)])\s+(.*)$/;

function blocks(lines) {
  const made = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at];
    const item = ITEM.exec(line);
    const heading = /^#{1,6}\s+(.+)$/.exec(line);
    if (!line.trim()) at += 1;
    else if (line.startsWith("```")) {
      const end = lines.findIndex((other, n) => n > at && other.startsWith("```"));
      made.push(node("pre", lines.slice(at + 1, end < 0 ? undefined : end).join("\n")));
      at = end < 0 ? lines.length : end + 1;
    } else if (heading) {
      made.push(inline(node("h3"), heading[1]));
      at += 1;
    } else if (item) {
      const list = node(item[1] ? "ul" : "ol");
      if (item[2]) list.start = Number(item[2]);
      for (let found = item; found && Boolean(found[1]) === Boolean(item[1]); found = ITEM.exec(lines[at] ?? "")) {
        list.append(inline(node("li"), found[3]));
        at += 1;
      }
      made.push(list);
    } else {
      const first = at;
      while (at < lines.length && lines[at].trim() && (at === first || !begins(lines[at]))) at += 1;
      made.push(inline(node("p"), lines.slice(first, at).join("\n")));
    }
  }
  return made;
}

const begins = (line) => ITEM.test(line) || /^#{1,6}\s/.test(line) || line.startsWith("```");

// Bold, italic and code within a line; a lone star stays a star.
function inline(place, text) {
  let from = 0;
  for (const found of text.matchAll(/`([^`\n]+)`|\*\*(\S(?:[^\n]*?\S)?)\*\*|(?<![\w*])\*(\S(?:[^*\n]*?\S)?)\*(?![\w*])/g)) {
    place.append(text.slice(from, found.index));
    const [, code, bold, italic] = found;
    place.append(code !== undefined ? node("code", code) : node(bold !== undefined ? "strong" : "em", bold ?? italic));
    from = found.index + found[0].length;
  }
  place.append(text.slice(from));
  return place;
}

function node(name, text = "") {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
