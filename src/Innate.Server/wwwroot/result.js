
/* The result: ranks, rewards, and every token's part in them. */

const NUMBERS = [
  ["reward", "reward"], ["q", "q"], ["v", "v"], ["v_next", "v_next"],
  ["logprob", "log-prob"], ["entropy", "entropy"], ["self_certainty", "self-certainty"],
];

let result = null;   // the answer on show, with its order
let scale = null;    // from number to colour, one for all responses
let painted = false; // whether the reader chose what the colour shows

// As the terminal and the reports do: a reward made of likelihoods moves with V(s'), and log pi is where a slip stands out.
const OF_LIKELIHOODS = ["endogenous", "endogenous-logprob", "log-likelihood", "mean-log-likelihood"];

$("colour").append(...NUMBERS.map(([field, name]) => el("option", { value: field }, "by " + name)));

function markStale() {
  if (result === null) return;
  const now = formNow();
  show($("stale"), now.system !== (result.asked.system ?? "") || now.prompt !== result.asked.prompt
    || !same(now.responses, result.asked.responses));
}

function showResult(asked, { text, json }, took) {
  const order = json.rewards.map((_, i) => i).sort((a, b) => json.group.ranks[a] - json.group.ranks[b] || a - b);
  result = { asked, json, order };
  if (!painted) $("colour").value = OF_LIKELIHOODS.includes(asked.reward) ? "logprob" : "reward";
  show($("empty"), false);
  show($("outcome"), true);
  show($("stale"), false);
  say("result-facts", [
    count(json.rewards.length, "response"), json.fingerprint.formula,
    count(json.usage.total_tokens, "token"), Math.round(took) + " ms"].join(" \u00b7 "));
  const several = json.rewards.length > 1;
  say("dead", several && json.group.dead
    ? "A dead group: all rewards are equal, so its advantages are 0 and a trainer learns nothing from it." : "");
  show($("dead"), several && json.group.dead);
  show($("legend"), Boolean(json.traces));
  show($("reading"), Boolean(json.traces));
  $("ranking").replaceChildren(...order.map(i => responseCard(i, several)));
  paint();
  clearReading();
  showRows(asked, text);
}

function responseCard(i, several) {
  const { json, asked } = result, { ranks, margins, normalized } = json.group;
  const head = el("div", { class: "place" },
    el("span", { class: "rank", "aria-label": "Rank " + ranks[i] }, "#" + ranks[i]),
    el("b", { class: "value" }, el("data", { value: json.rewards[i] }, number(json.rewards[i]))),
    el("span", { class: "hint who" }, "response " + (i + 1)));
  const card = el("li", { class: "card" + (several && ranks[i] === 1 && !json.group.dead ? " best" : "") }, head);
  if (several) {
    head.append(
      el("span", { class: "hint margin" }, json.group.dead ? "equal to the others" : margins[i] === 0 ? "the best" : fixed(-margins[i], 3) + " to the best"),
      bar(i),
      el("span", { class: "hint normalized", title: "(reward \u2212 mean) / standard deviation, as GRPO takes it" },
        signed(normalized[i], 2) + " \u03c3"));
  }
  card.append(json.traces ? tokensOf(i) : el("div", { class: "text", dir: "auto" }, asked.responses[i]));
  return card;
}

// From the group's mean to the reward; the farthest from the mean takes its half.
function bar(i) {
  const { rewards } = result.json;
  const mean = rewards.reduce((sum, x) => sum + x, 0) / rewards.length;
  const most = Math.max(...rewards.map(x => Math.abs(x - mean)));
  const part = most > 0 ? (rewards[i] - mean) / most : 0;
  const fill = el("i", { class: part < 0 ? "below" : "above" });
  fill.style.width = 50 * Math.abs(part) + "%";
  return el("span", { class: "bar", "aria-hidden": "true", title: "from the group's mean, " + number(mean) }, fill);
}

// One stop for Tab in each response; arrows walk through its tokens.
function tokensOf(i) {
  const trace = result.json.traces[i];
  const box = el("div", {
    class: "text tokens", dir: "auto", role: "listbox", "aria-orientation": "horizontal",
    "aria-label": "Response " + (i + 1) + ", token by token",
  });
  trace.tokens.forEach((id, h) => box.append(el("span", {
    role: "option", "aria-selected": "false", tabindex: h === 0 ? 0 : -1, "data-response": i, "data-token": h,
    ...((trace.text?.[h] ?? "x").trim() ? {} : { "aria-label": "white space" }),
  }, visible(trace.text?.[h] ?? "[" + id + "]"))));
  return box;
}

// Every token has something to point at.
const visible = text => text === "" ? "\u00b7" : text.replace(/\n/g, "\u21b5\n");

/* Colour: 0 at the median of all tokens shown, full at the distance that nine in ten stay within, as in the reports. */

function scaleOf(values) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return { centre: 0, range: 1 };
  const centre = sorted[(sorted.length - 1) >> 1] / 2 + sorted[sorted.length >> 1] / 2;
  const distances = sorted.map(x => Math.abs(x - centre)).sort((a, b) => a - b);
  const range = distances[Math.floor(0.9 * (distances.length - 1))] || distances[distances.length - 1] || 1;
  return { centre, range };
}

function strength(value) {
  const t = Math.max(-1, Math.min(1, (value - scale.centre) / scale.range));
  return Math.abs(t) < 0.12 ? 0 : t;
}

function paint() {
  if (!result.json.traces) return;
  const field = $("colour").value;
  scale = scaleOf(result.json.traces.flatMap(t => t[field]));
  say("low", "\u2264 " + number(scale.centre - scale.range));
  say("high", "\u2265 " + number(scale.centre + scale.range));
  say("middle", "median " + number(scale.centre));
  for (const token of $("ranking").querySelectorAll("[data-token]")) {
    const t = strength(result.json.traces[token.dataset.response][field][token.dataset.token]);
    token.classList.toggle("warm", t > 0);
    token.classList.toggle("cold", t < 0);
    token.style.setProperty("--h", Math.abs(t).toFixed(2));
  }
}

$("colour").addEventListener("change", () => {
  painted = true;
  paint();
  if (reading) read(reading);
  else clearReading();
});

/* Reading a token's numbers. */

let reading = null;

// Numbers of a token, or the places where they will stand.
function showNumbers(trace, valueOf) {
  const field = $("colour").value;
  $("reading-numbers").replaceChildren(...NUMBERS.filter(([name]) => trace[name]).map(([name, label]) =>
    el("div", { class: name === field ? "now" : "" }, el("dt", {}, label), el("dd", {}, valueOf(name)))));
}

function clearReading() {
  reading = null;
  $("reading-token").replaceChildren(el("span", { class: "hint" }, "Point at a token, or walk through them with the arrow keys."));
  if (result.json.traces) showNumbers(result.json.traces[0], () => "\u2013");
}

function read(token) {
  if (reading) reading.setAttribute("aria-selected", "false");
  reading = token;
  token.setAttribute("aria-selected", "true");
  const i = Number(token.dataset.response), h = Number(token.dataset.token), trace = result.json.traces[i];
  $("reading-token").replaceChildren(
    el("code", {}, trace.text ? JSON.stringify(trace.text[h]) : "token"),
    el("span", { class: "hint" },
      " id " + trace.tokens[h] + " \u00b7 response " + (i + 1) + ", token " + (h + 1) + " of " + trace.tokens.length));
  showNumbers(trace, name =>
    el("data", { value: trace[name][h], title: String(trace[name][h]), "data-of": name }, fixed(trace[name][h], 4)));
}

const tokenAt = e => e.target.closest?.("[data-token]");

$("ranking").addEventListener("pointerover", e => { if (tokenAt(e)) read(tokenAt(e)); });
$("ranking").addEventListener("focusin", e => {
  const token = tokenAt(e);
  if (!token) return;
  for (const other of token.parentNode.children) other.tabIndex = other === token ? 0 : -1;
  read(token);
});
$("ranking").addEventListener("click", e => tokenAt(e)?.focus({ preventScroll: true }));
$("ranking").addEventListener("keydown", e => {
  const token = tokenAt(e);
  if (!token || e.ctrlKey || e.metaKey || e.altKey) return;
  const row = token.parentNode.children, h = Number(token.dataset.token);
  const to = { ArrowRight: row[h + 1], ArrowLeft: row[h - 1], Home: row[0], End: row[row.length - 1] }[e.key]
    ?? { ArrowDown: beside(token, 1), ArrowUp: beside(token, -1) }[e.key];
  if (to) to.focus();
  if (to || e.key.startsWith("Arrow")) e.preventDefault();
});

// The token of the same place in the response above or below.
function beside(token, by) {
  const place = result.order.indexOf(Number(token.dataset.response)) + by;
  const row = $("ranking").children[place]?.querySelector(".tokens")?.children;
  return row?.[Math.min(Number(token.dataset.token), row.length - 1)];
}

/* The same, for programs. */

function showRows(asked, text) {
  const { prompt, responses, system } = asked;
  const messages = [{ role: "system", content: system }, { role: "user", content: prompt }];
  const json = JSON.stringify(asked);
  const withKey = key ? ' -H "Authorization: Bearer $INNATE_API_KEY"' : "";
  say("row-json", JSON.stringify(system === undefined ? { prompt, responses } : { messages, responses }));
  say("curl-line", "curl " + location.origin + "/v1/rewards" + withKey + " -d '" + json.replace(/'/g, "'\\''") + "'");
  say("reply-json", text);
}
