"use strict";

// How often the page asks, and for how long it points at what came or went.
const every = 500;
const lingering = 6000;

const at = (id) => document.getElementById(id);
const known = {}; // by table: what was shown last, by key

function element(name, className, ...content) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

// words is a text that breaks at its blanks. An address that has to break, since
// it is long or the screen is narrow, breaks behind its @, and in a long part
// behind a dot. What is longer still breaks anywhere.
function words(text) {
  return text.split(/(\s+)/).map((word) => {
    if (!/[@=\-./]/.test(word)) return word;
    if (word.length <= 20) return element("span", "part", word);
    const parts = word.split(/(?<=@)/).flatMap((part) => (part.length > 20 ? part.split(/(?<=[.=])/) : [part]));
    const pieces = parts.flatMap((part) => [document.createElement("wbr"), part.length > 20 ? part : element("span", "part", part)]);
    return element("span", word.length <= 34 ? "whole short" : word.length <= 40 ? "whole" : "long", ...pieces.slice(1));
  });
}

// cell is one cell of a table: a text, a list of texts with a line for each, or
// what was made for it.
function cell(content, className, label) {
  const td = element("td", className), value = element("div");
  if (Array.isArray(content)) value.append(...content.map((line) => element("div", "", ...words(line))));
  else value.append(...(content instanceof Node ? [content] : words(content)));
  if (value.textContent) td.append(value);
  td.dataset.label = label;
  return td;
}

function labels(body) {
  return [...body.closest("table").tHead.rows[0].cells].map((th) => th.textContent);
}

function fill(row, record, names) {
  row.replaceChildren(...record.cells.map((content, i) => cell(content, record.classes[i], names[i])));
}

// hideEmpty takes the columns away in which no row has anything.
function hideEmpty(body) {
  [...body.closest("table").tHead.rows[0].cells].forEach((th, i) => {
    th.hidden = ![...body.rows].some((row) => row.cells[i].hasChildNodes());
    for (const row of body.rows) row.cells[i].hidden = th.hidden;
  });
}

function point(row, name) {
  clearTimeout(row.timer);
  row.classList.remove("new", "changed", "gone");
  row.classList.add(name);
  row.timer = setTimeout(() => {
    if (name !== "gone") return row.classList.remove(name);
    const body = row.parentElement;
    row.remove();
    hideEmpty(body);
  }, lingering);
}

// windows are, for each service or realm that holds more records than the page
// is told of, where the part that it is told of begins. What is older than that
// has not come or gone, it has only moved in or out.
function windows(groups) {
  const starts = {};
  for (const group of groups) {
    if (group.count > group.records.length) starts[group.name] = group.records[0].order;
  }
  return starts;
}

// show brings a table to what the services hold now. What is new or changed is
// pointed at; what is gone is struck through before it leaves the table.
function show(id, groups, mark) {
  at(id + "-count").textContent = groups.reduce((sum, group) => sum + group.count, 0);
  const body = at(id), names = labels(body);
  const shown = known[id] || { rows: new Map(), starts: {} };
  const starts = windows(groups), now = new Map();
  let movedIn = 0;
  for (const group of groups) for (const record of group.records) {
    const text = JSON.stringify(record.cells);
    let entry = shown.rows.get(record.key);
    if (!entry) {
      entry = { row: document.createElement("tr") };
      entry.row.dataset.key = record.key;
      fill(entry.row, record, names);
      if (record.order < shown.starts[group.name]) {
        body.insertBefore(entry.row, body.rows[movedIn++]);
      } else {
        body.append(entry.row);
        if (known[id]) point(entry.row, "new");
      }
    } else if (entry.text !== text) {
      fill(entry.row, record, names);
      point(entry.row, "changed");
    }
    now.set(record.key, { row: entry.row, text, record, group: group.name });
  }
  for (const [key, entry] of shown.rows) {
    if (now.has(key)) continue;
    if (entry.record.order < starts[entry.group]) {
      entry.row.remove();
      continue;
    }
    entry.row.cells[0].firstChild.append(" ", element("span", "mark", mark));
    point(entry.row, "gone");
  }
  known[id] = { rows: now, starts };
  hideEmpty(body);
}

const pairs = (fields) => Object.entries(fields || {}).sort().map(([name, value]) => name + "=" + value).join(", ");

function subscription(s) {
  return s.list_id + " " + s.list + " (" + s.format + (s.pending ? ", waits for confirmation" : "") + ")";
}

function communications(seven) {
  show("communications", [{ name: "7G", count: seven.communication_count, records: seven.communications.map((c) => ({
    key: String(c.communication_id),
    order: c.communication_id,
    cells: [String(c.communication_id), c.value, c.type, c.owner.type + " " + c.owner.id + (c.owner.name ? ", " + c.owner.name : ""), c.external_id || ""],
    classes: ["number", "main", "", "", ""],
  })) }], "deleted");
}

function contacts(realms) {
  show("contacts", realms.map((realm) => ({ name: realm.name, count: realm.contact_count, records: realm.contacts.map((c) => ({
    key: String(c.subscriber_id),
    order: c.subscriber_id,
    cells: [String(c.subscriber_id), c.email + (c.customer_key ? ", key " + c.customer_key : ""), c.first_name || "",
      c.subscriptions.length ? c.subscriptions.map(subscription) : "none", pairs(c.fields), realm.name],
    classes: ["number", "main", "", "", "", ""],
  })) })), "deleted");
}

function optouts(realms) {
  const seen = new Map(); // several records may be alike
  show("optouts", realms.map((realm) => ({ name: realm.name, count: realm.optout_count, records: realm.optouts.map((o) => {
    const where = o.list_id === 0 ? "global: every list" : "list " + o.list_id + (o.list ? " " + o.list : "");
    const key = JSON.stringify([realm.name, o.email, o.customer_key, o.list_id, o.origin, o.time]);
    seen.set(key, (seen.get(key) || 0) + 1);
    return {
      key: key + seen.get(key),
      order: o.time,
      cells: [o.email + (o.customer_key ? ", key " + o.customer_key : ""), where, o.origin, o.time.slice(0, 19).replace("T", " "), realm.name],
      classes: ["main", "", "", "time", ""],
    };
  }) })), "lifted");
}

// events adds what the page has not shown yet. Where the newest that it shows is
// not in the list, it begins anew: the simulator was started again, or very much
// has happened.
function events(list) {
  const body = at("events"), keys = list.map((event) => event.number + " " + event.time);
  const shown = keys.indexOf(body.firstChild?.dataset.key);
  if (shown < 0) body.replaceChildren();
  list.slice(shown + 1).forEach((event, i) => {
    const item = element("li", "", element("time", "", event.time.slice(11, 19)), " ", element("strong", "", event.happened), " ", ...words(event.record));
    item.dataset.key = keys[shown + 1 + i];
    body.prepend(item);
  });
  while (body.children.length > list.length) body.lastChild.remove();
}

const writing = /^(POST|PUT|DELETE) \/(?!user\/)|^(sub|unsub|delete|deletesubid|update|change)$/;

// about is what a request named. Of a batch it opens to all addresses.
function about(r) {
  if (!r.addresses) return r.record;
  const list = element("ul", "", ...r.addresses.map((address) => element("li", "", ...words(address))));
  const more = r.rows - r.addresses.length;
  if (more > 0) list.append(element("li", "", "and " + more + " more"));
  return element("details", "", element("summary", "", r.rows + " rows · ", ...words(r.record)), list);
}

function answer(r) {
  const text = [r.verdict, r.status && r.status !== 200 ? "(" + r.status + ")" : "", r.fault ? "[fault: " + r.fault + "]" : ""].filter(Boolean).join(" ");
  const said = document.createDocumentFragment();
  said.append(element("span", "outcome", r.outcome), " ", ...words(text));
  return said;
}

// requests adds the rows of the requests that are new, takes those away that are
// too old, and hides those that are filtered. A row that stays is not touched:
// what a person has opened or selected in it is left alone.
function requests() {
  at("requests-count").textContent = latest.request_count;
  const body = at("requests"), names = labels(body);
  const numbers = new Set(latest.requests.map((r) => r.number + " " + r.time));
  for (const row of [...body.rows]) if (!numbers.has(row.dataset.key)) row.remove();
  const newest = Number(body.rows[0]?.cells[0].textContent || 0);
  for (const r of latest.requests.filter((r) => r.number > newest)) {
    const row = element("tr", r.outcome + (writing.test(r.operation) ? " write" : ""));
    row.dataset.key = r.number + " " + r.time;
    fill(row, {
      cells: [String(r.number), r.time.slice(11, 19), r.service === "7g" ? "7G" : "WhatCounts", r.operation, about(r), answer(r)],
      classes: ["number", "time", "", "operation", "about", "answer"],
    }, names);
    body.prepend(row);
  }
  for (const row of body.rows) {
    row.hidden = at("only-writes").checked && !row.matches(".write") || at("only-errors").checked && row.matches(".done");
  }
  document.querySelector(".filtered").hidden = !body.rows.length || [...body.rows].some((row) => !row.hidden);
  hideEmpty(body);
}

let latest; // the state that is shown

function render(state) {
  const { time, ...records } = state; // the time alone is no news
  if (latest && JSON.stringify(records) === JSON.stringify(latest)) return;
  latest = records;
  events(records.events);
  communications(records["7g"]);
  contacts(records.whatcounts.realms);
  optouts(records.whatcounts.realms);
  requests();
}

function connection(text, state) {
  const line = at("connection");
  if (line.textContent !== text) line.textContent = text;
  line.className = state;
}

async function ask() {
  try {
    const answer = await fetch("state", { signal: AbortSignal.timeout(5000) });
    if (!answer.ok) throw new Error("status " + answer.status);
    return await answer.json();
  } catch (error) {
    console.warn(error);
    return null;
  }
}

async function poll() {
  try {
    await watch();
  } finally {
    setTimeout(poll, every);
  }
}

async function watch() {
  if (at("paused").checked) return connection("Paused", "paused");
  if (document.hidden) return;
  const state = await ask();
  if (!state) return connection("The simulator does not answer. This is how it was last.", "lost");
  connection("Live", "live");
  render(state);
}

for (const id of ["only-writes", "only-errors"]) {
  at(id).addEventListener("change", () => latest && requests());
}
poll();
