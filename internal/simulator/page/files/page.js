"use strict";

// How often the page asks, and for how long it points at what came or went.
const every = 500;
const lingering = 6000;
const mostHappened = 50;

const at = (id) => document.getElementById(id);
const known = {}; // by table: what was shown last, by key

function cell(text, name, label) {
  const td = document.createElement("td");
  td.textContent = text;
  td.className = name || "";
  td.dataset.label = label;
  return td;
}

function labels(body) {
  return [...body.closest("table").tHead.rows[0].cells].map((th) => th.textContent);
}

function happened(text) {
  const item = document.createElement("li");
  const time = document.createElement("time");
  time.textContent = new Date().toISOString().slice(11, 19);
  item.append(time, text);
  at("happened").prepend(item);
  while (at("happened").children.length > mostHappened) at("happened").lastChild.remove();
}

function point(row, name) {
  clearTimeout(row.timer);
  row.classList.remove("new", "changed", "gone");
  row.classList.add(name);
  row.timer = setTimeout(() => (name === "gone" ? row.remove() : row.classList.remove(name)), lingering);
}

function fill(row, record, names) {
  row.replaceChildren(...record.cells.map((text, i) => cell(text, record.classes && record.classes[i], names[i])));
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
function show(id, groups, what) {
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
        if (known[id]) {
          point(entry.row, "new");
          happened(what.came + ": " + record.name);
        }
      }
    } else if (entry.text !== text) {
      fill(entry.row, record, names);
      point(entry.row, "changed");
      happened(what.changed + ": " + record.name);
    }
    now.set(record.key, { row: entry.row, text, record, group: group.name });
  }
  for (const [key, entry] of shown.rows) {
    if (now.has(key)) continue;
    if (entry.record.order < starts[entry.group]) {
      entry.row.remove();
      continue;
    }
    const mark = document.createElement("span");
    mark.className = "mark";
    mark.textContent = what.mark;
    entry.row.cells[0].append(" ", mark);
    point(entry.row, "gone");
    happened(what.went + ": " + entry.record.name);
  }
  known[id] = { rows: now, starts };
}

const pairs = (fields) => Object.entries(fields || {}).sort().map(([name, value]) => name + "=" + value).join(", ");

function subscription(s) {
  return s.list_id + " " + s.list + " (" + s.format + (s.pending ? ", waits for confirmation" : "") + ")";
}

function communications(seven) {
  show("communications", [{ name: "7G", count: seven.communication_count, records: seven.communications.map((c) => ({
    key: String(c.communication_id),
    order: c.communication_id,
    name: c.type + " " + c.value,
    cells: [String(c.communication_id), c.type, c.value, c.owner.type + " " + c.owner.id + (c.owner.name ? ", " + c.owner.name : ""), c.external_id || ""],
    classes: ["number", "", "long", "", ""],
  })) }], { mark: "deleted", came: "Communication added", changed: "Communication changed", went: "Communication deleted" });
}

function contacts(realms) {
  show("contacts", realms.map((realm) => ({ name: realm.name, count: realm.contact_count, records: realm.contacts.map((c) => ({
    key: String(c.subscriber_id),
    order: c.subscriber_id,
    name: c.email + (c.first_name ? ", " + c.first_name : ""),
    cells: [String(c.subscriber_id), c.email + (c.customer_key ? ", key " + c.customer_key : ""), c.first_name || "",
      c.subscriptions.map(subscription).join("; ") || "none", pairs(c.fields), realm.name],
    classes: ["number", "long", "", "long", "long", ""],
  })) })), { mark: "deleted", came: "Contact added", changed: "Contact changed", went: "Contact deleted" });
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
      name: o.email + ", " + where,
      cells: [o.email + (o.customer_key ? ", key " + o.customer_key : ""), where, o.origin, o.time.slice(0, 19).replace("T", " "), realm.name],
      classes: ["long", "", "", "time", ""],
    };
  }) })), { mark: "lifted", came: "Opt-out recorded", changed: "Opt-out changed", went: "Opt-out lifted" });
}

const writing = /^(POST|PUT|DELETE) \/(?!user\/)|^(sub|unsub|delete|deletesubid|update|change)$/;

function requests() {
  at("requests-count").textContent = latest.request_count;
  const body = at("requests"), names = labels(body);
  body.replaceChildren(...latest.requests.filter((r) =>
    (!at("only-writes").checked || writing.test(r.operation)) && (!at("only-refused").checked || r.outcome !== "done"),
  ).reverse().map((r) => {
    const row = document.createElement("tr");
    row.className = r.outcome;
    const rows = r.rows > 1 ? r.rows + " rows · " : "";
    const result = r.outcome + (r.verdict ? ": " + r.verdict : "") + (r.status && r.status !== 200 ? " (" + r.status + ")" : "") + (r.fault ? " [fault: " + r.fault + "]" : "");
    fill(row, {
      cells: [String(r.number), r.time.slice(11, 19), r.service === "7g" ? "7G" : "WhatCounts", r.operation, rows + r.record, result],
      classes: ["number", "time", "", "operation", "long", "long result"],
    }, names);
    return row;
  }));
}

let latest; // the state that is shown

function render(state) {
  const { time, ...records } = state; // the time alone is no news
  if (latest && JSON.stringify(records) === JSON.stringify(latest)) return;
  latest = records;
  communications(records["7g"]);
  contacts(records.whatcounts.realms);
  optouts(records.whatcounts.realms);
  requests();
}

function connection(text, lost) {
  const line = at("connection");
  if (line.textContent !== text) line.textContent = text;
  line.classList.toggle("lost", lost);
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
  if (at("paused").checked) return connection("Paused.", false);
  if (document.hidden) return;
  const state = await ask();
  if (!state) return connection("The simulator does not answer. This is how it was last.", true);
  connection("Live.", false);
  render(state);
}

for (const id of ["only-writes", "only-refused"]) {
  at(id).addEventListener("change", () => latest && requests());
}
poll();
