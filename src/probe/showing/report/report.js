"use strict";
// Filters, sorts and shows the verdicts. All foreign text goes through text nodes; nothing here makes markup of a text.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const FIRST = 60, MORE = 300, PRINTED = 2000, FIRST_ROWS = 30;
  const texts = data.texts;
  const text = (place) => (place === null || place === undefined ? "" : texts[place]);
  const HEADS = { keyword: "Keyword", endpoint: "Endpoint", status: "Status", mechanism: "How", reason: "Because" };
  const [MARK_WORD, MARK_NOTICE] = [1, 2];

  const words = data.keywords.map((one) => ({
    keyword: text(one[0]), gloss: text(one[1]), category: text(one[2]), language: text(one[3]), lists: text(one[4]),
  }));
  const endpoints = data.endpoints.map((one) => ({ name: text(one[0]), platform: text(one[1]) }));
  const kinds = data.kinds.map((one) => ({
    status: one[0], certainty: text(one[1]), mechanism: text(one[2]), manner: text(one[3]), rule: text(one[4]),
    failure: text(one[5]), reason: text(one[6]), asked: one[7], pooled: one[8], agreeing: one[9], contradicting: one[10],
    void: one[11], isolation: text(one[12]),
  }));
  for (const word of words) word.search = simplify([word.keyword, word.gloss, word.category, word.lists].join("\n"));
  for (const kind of kinds) kind.search = simplify([kind.reason, kind.mechanism, kind.rule].join("\n"));
  for (const one of endpoints) one.search = simplify(`${one.name}\n${one.platform}`);
  const pairs = data.pairs.map((one, place) => ({
    place, number: one[0], word: words[one[0]], end: one[1], endpoint: endpoints[one[1]], kind: kinds[one[2]],
    seconds: one[3], excerpt: one[4], values: one[5],
  }));
  const state = {
    words: [], statuses: new Set(data.shown), endpoint: "", category: "", group: data.group, sort: "", down: false,
    rows: FIRST, mapRows: FIRST_ROWS, open: new Set(),
  };
  let found = pairs;

  function simplify(value) {
    return value.normalize("NFKC").toLowerCase();
  }
  function make(name, inside, about = {}) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(about)) node.setAttribute(key, value);
    for (const one of [inside].flat()) if (one !== "" && one !== null) node.append(one);
    return node;
  }
  const statusName = (kind) => data.statuses[kind.status][0];
  const sign = (kind) => data.statuses[kind.status][1];
  const count = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

  // ---- choosing ----
  function fits(pair) {
    if (!state.statuses.has(statusName(pair.kind))) return false;
    if (state.endpoint !== "" && pair.endpoint.name !== state.endpoint) return false;
    if (state.category !== "" && pair.word.category !== state.category) return false;
    return pair.word.misses === 0 || (pair.word.misses & pair.kind.misses & pair.endpoint.misses) === 0;
  }
  function value(pair, column) {
    if (pair.values) {
      const one = pair.values[data.columns.indexOf(column)];
      return data.numbers.includes(column) ? (one === "" ? "" : one) : text(one);
    }
    if (column === "endpoint") return pair.endpoint.name;
    if (column === "status") return statusName(pair.kind);
    return column in pair.word ? pair.word[column] : pair.kind[column];
  }
  function weight(pair, column) {
    return column === "status" ? pair.kind.status : value(pair, column);
  }
  function compare(one, other) {
    const [a, b] = [weight(one, state.sort), weight(other, state.sort)];
    if (a === "" || b === "") return (a === "") - (b === "") || one.place - other.place;
    const order = typeof a === "number" ? a - b : a < b ? -1 : a > b ? 1 : 0;
    return (state.down ? -order : order) || one.place - other.place;
  }
  function heading(pair) {
    switch (state.group) {
      case "category": return pair.word.category || "(no category)";
      case "platform": return pair.endpoint.platform;
      case "endpoint": return pair.endpoint.name;
      case "status": return statusName(pair.kind);
      default: return "";
    }
  }
  function choose() {
    // A bit a word of the search; texts that thousands of pairs share are read once.
    for (const one of [...words, ...kinds, ...endpoints]) {
      one.misses = state.words.reduce((bits, word, place) => bits | (one.search.includes(word) ? 0 : 1 << place), 0);
    }
    found = pairs.filter(fits);
    if (state.sort) found.sort(compare);
    if (state.group) {
      const groups = new Map();
      for (const pair of found) {
        const name = heading(pair);
        if (!groups.has(name)) groups.set(name, []);
        groups.get(name).push(pair);
      }
      const rank = (name) => (state.group === "status" ? data.statuses.findIndex((one) => one[0] === name) : 0);
      found = [...groups].sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1)).flatMap((one) => one[1]);
    }
  }

  // ---- the table ----
  function cell(pair, column) {
    const { word, kind } = pair;
    if (column === "keyword") {
      const inside = [make("b", word.keyword, { lang: word.language || "und" })];
      if (word.gloss) inside.push(make("small", word.gloss));
      return make("td", inside, { class: "keyword" });
    }
    if (column === "status") {
      const inside = [make("span", `${sign(kind)} ${statusName(kind)}`, { class: `pill s-${statusName(kind)}` })];
      if (kind.certainty) inside.push(" ", make("small", kind.certainty));
      return make("td", inside, { class: "status" });
    }
    const shown = value(pair, column);
    const isNumber = typeof shown === "number";
    return make("td", String(shown), isNumber ? { class: "number", "data-name": column } : { class: column });
  }
  function row(pair) {
    const cells = data.columns.map((column) => cell(pair, column));
    const isOpen = state.open.has(pair.place);
    const button = make("button", isOpen ? "Hide evidence" : "Evidence", { class: "open", "aria-expanded": String(isOpen), type: "button" });
    button.addEventListener("click", () => {
      if (!state.open.delete(pair.place)) state.open.add(pair.place);
      const old = line.nextElementSibling;
      if (isOpen) old.remove();
      line.replaceWith(...row(pair));
    });
    cells[cells.length - 1].append(button);
    const line = make("tr", cells);
    if (!isOpen) return [line];
    const inside = make("td", make("div", detail(pair), { class: "detail-box" }), { colspan: String(data.columns.length) });
    return [line, make("tr", inside, { class: "detail" })];
  }
  function draw() {
    const lines = [];
    let last = "";
    const sizes = new Map();
    if (state.group) for (const pair of found) sizes.set(heading(pair), (sizes.get(heading(pair)) || 0) + 1);
    for (const pair of found.slice(0, state.rows)) {
      if (state.group && heading(pair) !== last) {
        last = heading(pair);
        const size = make("small", count(sizes.get(last), "verdict"));
        lines.push(make("tr", make("th", [last, size], { colspan: String(data.columns.length), scope: "rowgroup" }), { class: "group" }));
      }
      lines.push(...row(pair));
    }
    document.querySelector(".verdicts tbody").replaceChildren(...lines);
    more(document.querySelector("#verdicts .more"), found.length, state.rows, "verdict", () => {
      state.rows += MORE;
      draw();
    });
    const sum = count(found.length, "verdict");
    document.querySelector(".count").textContent = found.length === pairs.length ? `All ${sum}` : `${sum} of ${pairs.length.toLocaleString("en")}`;
  }
  function more(place, all, shown, noun, go) {
    place.replaceChildren();
    if (all <= shown) return;
    const button = make("button", `Show ${Math.min(MORE, all - shown).toLocaleString("en")} more`, { type: "button" });
    button.addEventListener("click", go);
    place.append(button, `  ${shown.toLocaleString("en")} of ${count(all, noun)} shown`);
  }

  // ---- evidence ----
  function pieces(flat) {
    const nodes = [];
    for (let place = 0; place < flat.length; place += 2) {
      const piece = text(flat[place + 1]);
      if (flat[place] === MARK_WORD) nodes.push(make("mark", piece, { class: "word" }));
      else if (flat[place] === MARK_NOTICE) nodes.push(make("mark", piece));
      else nodes.push(piece);
    }
    return nodes;
  }
  function moment(seconds) {
    return new Date(data.started + seconds * 1000).toISOString().replace("T", " ").slice(0, 19) + " UTC";
  }
  function detail(pair) {
    const { kind, word } = pair;
    const facts = [];
    const fact = (label, inside) => facts.push(make("dt", label), make("dd", inside));
    fact("because", kind.reason);
    const how = [kind.mechanism, kind.manner, kind.certainty].filter(Boolean).join(", ");
    if (how) fact("how", how);
    if (kind.failure) fact("failure", kind.failure);
    if (kind.rule) fact("rule", make("code", kind.rule));
    const pooled = kind.pooled ? ` (${kind.pooled} in pools)` : "";
    fact("counted", `asked ${count(kind.asked, "time")}${pooled}: ${kind.agreeing} agreeing, ${kind.contradicting} contradicting, ${kind.void} void`);
    if (kind.isolation) fact("triggers", kind.isolation);
    const about = [["category", word.category], ["language", word.language], ["in list", word.lists]].filter((one) => one[1]);
    if (about.length) fact("keyword", about.map((one) => one.join(" ")).join(", "));
    if (pair.excerpt === null || pair.excerpt === undefined) {
      if (pair.seconds !== null && pair.seconds !== undefined) fact("first asked", moment(pair.seconds));
      fact("exchange", "none was kept");
      return make("dl", facts, { class: "facts" });
    }
    const [seconds, method, url, body, status, failure, location, answer] = data.excerpts[pair.excerpt];
    const sent = [make("div", [`${text(method)} `, ...pieces(url)], { class: "wire" })];
    if (body.length) sent.push(make("div", pieces(body), { class: "wire" }));
    fact("sent", [moment(seconds), ...sent]);
    const came = [failure === null ? `HTTP ${status}${location === null ? "" : `, on to ${text(location)}`}` : text(failure)];
    if (answer.length) came.push(make("div", pieces(answer), { class: "wire" }));
    fact("came back", came);
    return make("dl", facts, { class: "facts" });
  }
  const dialog = make("dialog", "");
  function ask(pair) {
    const close = make("button", "Close", { class: "close", type: "button" });
    close.addEventListener("click", () => dialog.close());
    const kind = make("p", [make("span", `${sign(pair.kind)} ${statusName(pair.kind)}`, { class: `pill s-${statusName(pair.kind)}` }), ` at ${pair.endpoint.name}`]);
    dialog.replaceChildren(make("h3", pair.word.keyword, { lang: pair.word.language || "und" }), kind, detail(pair), close);
    dialog.showModal();
  }

  // ---- the heat map ----
  const used = endpoints.map((one, place) => place).filter((place) => pairs.some((pair) => pair.end === place));
  const byWord = new Map();
  for (const pair of pairs) {
    if (!byWord.has(pair.number)) byWord.set(pair.number, new Map());
    byWord.get(pair.number).set(pair.end, pair);
  }
  function drawMap() {
    const numbers = [...new Set(found.map((pair) => pair.number))];
    const columns = state.endpoint === "" ? used : used.filter((place) => endpoints[place].name === state.endpoint);
    const head = make("tr", [make("td", ""), ...columns.map((place) => make("th", make("span", endpoints[place].name), { scope: "col", title: endpoints[place].name }))]);
    const lines = numbers.slice(0, state.mapRows).map((number) => {
      const word = words[number];
      const cells = columns.map((place) => {
        const pair = byWord.get(number).get(place);
        if (!pair) return make("td", "");
        const name = `${word.keyword}, ${endpoints[place].name}: ${statusName(pair.kind)}`;
        const button = make("button", sign(pair.kind), { class: `s-${statusName(pair.kind)}`, title: name, "aria-label": name, type: "button" });
        button.addEventListener("click", () => ask(pair));
        return make("td", button);
      });
      const about = word.gloss ? `${word.keyword}: ${word.gloss}` : word.keyword;
      return make("tr", [make("th", [make("span", word.keyword, { lang: word.language || "und" }), make("small", word.gloss)], { scope: "row", title: about }), ...cells]);
    });
    document.querySelector(".heat").replaceChildren(make("thead", head), make("tbody", lines));
    more(document.querySelector("#map .more"), numbers.length, state.mapRows, "keyword", () => {
      state.mapRows += MORE;
      drawMap();
    });
  }

  // ---- filters ----
  function update() {
    state.rows = FIRST;
    state.mapRows = FIRST_ROWS;
    choose();
    draw();
    drawMap();
  }
  function pick(label, values, current, change) {
    const select = make("select", values.map(([key, name]) => make("option", name, { value: key })), { "aria-label": label });
    select.value = current;
    select.addEventListener("change", () => {
      change(select.value);
      update();
    });
    return select;
  }
  function drawFilters() {
    const search = make("input", "", { type: "search", placeholder: "Search keywords, glosses, reasons", "aria-label": "Search", autocomplete: "off", spellcheck: "false" });
    search.addEventListener("input", () => {
      state.words = simplify(search.value).split(/\s+/).filter(Boolean).slice(0, 30);
      update();
    });
    const chips = data.statuses.map(([name, one], place) => {
      const number = pairs.filter((pair) => pair.kind.status === place).length;
      const chip = make("button", `${one} ${name} ${number.toLocaleString("en")}`, { class: `chip s-${name}`, "aria-pressed": String(state.statuses.has(name)), type: "button" });
      chip.addEventListener("click", () => {
        if (!state.statuses.delete(name)) state.statuses.add(name);
        chip.setAttribute("aria-pressed", String(state.statuses.has(name)));
        update();
      });
      return number ? chip : "";
    });
    const categories = [...new Set(words.map((one) => one.category))].filter(Boolean).sort();
    const nodes = [search, ...chips];
    if (used.length > 1) nodes.push(pick("Endpoint", [["", "All endpoints"], ...used.map((place) => [endpoints[place].name, endpoints[place].name])], "", (one) => { state.endpoint = one; }));
    if (categories.length > 1) nodes.push(pick("Category", [["", "All categories"], ...categories.map((one) => [one, one])], "", (one) => { state.category = one; }));
    nodes.push(pick("Group", [["", "Not grouped"], ...["category", "platform", "endpoint", "status"].map((one) => [one, `By ${one}`])], state.group, (one) => { state.group = one; }));
    nodes.push(make("span", "", { class: "count", role: "status" }));
    document.getElementById("filters").append(...nodes.filter((one) => one !== ""));
    document.getElementById("filters").hidden = false;
  }
  function drawHeads() {
    const heads = data.columns.map((column) => {
      const button = make("button", HEADS[column] || column, { type: "button" });
      const head = make("th", button, { scope: "col", class: column });
      button.addEventListener("click", () => {
        state.down = state.sort === column && !state.down;
        state.sort = column;
        for (const one of heads) one.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", state.down ? "descending" : "ascending");
        update();
      });
      return head;
    });
    document.querySelector(".verdicts thead tr").replaceChildren(...heads);
  }

  document.body.append(dialog);
  document.getElementById("map").hidden = used.length < 1;
  drawFilters();
  drawHeads();
  update();
  addEventListener("beforeprint", () => {
    state.rows = Math.max(state.rows, PRINTED);
    state.mapRows = Math.max(state.mapRows, PRINTED);
    draw();
    drawMap();
  });
  addEventListener("afterprint", update);
})();
