// The reference page: reads the description and shows it. Text only ever goes in as text.

const METHODS = ["get", "post", "put", "patch", "delete"];

const make = (tag, text, ...children) => {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  element.append(...children);
  return element;
};

const deref = (api, part) => {
  if (!part?.$ref) return part;
  return part.$ref.slice(2).split("/").reduce((at, name) => at?.[name], api);
};

// An example of a schema: its own, or one made of its parts.
const example = (api, given, depth = 0) => {
  const schema = deref(api, given);
  if (!schema || depth > 6) return null;
  if (schema.example !== undefined) return schema.example;
  if (schema.examples?.length) return schema.examples[0];
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  const variant = schema.oneOf?.find((one) => one.type !== "null") ?? schema.anyOf?.[0];
  if (variant) return example(api, variant, depth + 1);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((one) => example(api, one, depth + 1)));
  const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== "null") : schema.type;
  if (type === "array") return [example(api, schema.items, depth + 1)];
  if (type === "object" || schema.properties) {
    const fields = Object.entries(schema.properties ?? {});
    return Object.fromEntries(fields.map(([name, field]) => [name, example(api, field, depth + 1)]));
  }
  return { string: "", integer: 0, number: 0, boolean: false }[type] ?? null;
};

const pretty = (value) => JSON.stringify(value, null, 2);

const bodyOf = (api, content) => {
  const [kind, media] = Object.entries(content ?? {})[0] ?? [];
  if (!kind) return null;
  const named = Object.values(media.examples ?? {})[0]?.value;
  return { kind, value: media.example ?? named ?? example(api, media.schema) };
};

const parameters = (list) => {
  const table = make("table");
  for (const one of list) {
    const input = make("input");
    input.name = one.name;
    input.dataset.in = one.in;
    input.ariaLabel = one.name;
    const told = [one.in, one.required ? "required" : "", one.description ?? ""].filter(Boolean).join(" · ");
    table.append(make("tr", "", make("td", "", make("code", one.name)), make("td", told), make("td", "", input)));
  }
  return table;
};

const responses = (api, all) => {
  const table = make("table");
  for (const [status, given] of Object.entries(all)) {
    const response = deref(api, given);
    const cell = make("td", response.description);
    const body = status < "300" ? bodyOf(api, response.content) : null;
    if (body) cell.append(make("pre", pretty(body.value)));
    table.append(make("tr", "", make("th", status), cell));
  }
  return table;
};

const send = async (method, path, form, output) => {
  const query = new URLSearchParams();
  const headers = {};
  let address = path;
  for (const input of form.querySelectorAll("input")) {
    if (!input.value) continue;
    if (input.dataset.in === "path") address = address.replace(`{${input.name}}`, encodeURIComponent(input.value));
    if (input.dataset.in === "query") query.append(input.name, input.value);
    if (input.dataset.in === "header") headers[input.name] = input.value;
  }
  const text = form.querySelector("textarea");
  if (text) headers["Content-Type"] = text.dataset.kind;
  const asked = query.size ? `${address}?${query}` : address;
  output.textContent = "…";
  try {
    const answer = await fetch(asked, { method: method.toUpperCase(), headers, body: text?.value });
    const raw = await answer.text();
    let shown = raw;
    try { shown = pretty(JSON.parse(raw)); } catch { /* not JSON: as it is */ }
    output.textContent = `${answer.status} ${answer.statusText}\n${shown}`;
  } catch (error) {
    output.textContent = String(error);
  }
};

const operation = (api, path, method, given) => {
  const form = make("div");
  if (given.description) form.append(make("p", given.description));
  if (given.parameters?.length) form.append(make("h3", "Parameters"), parameters(given.parameters));
  const body = bodyOf(api, deref(api, given.requestBody)?.content);
  if (body) {
    const text = make("textarea");
    text.value = body.value === null ? "" : pretty(body.value);
    text.dataset.kind = body.kind;
    text.ariaLabel = "Body";
    form.append(make("h3", `Body: ${body.kind}`), text);
  }
  const output = make("pre");
  output.hidden = true;
  const button = make("button", "Send, as who is signed in");
  button.addEventListener("click", () => {
    output.hidden = false;
    send(method, path, form, output);
  });
  form.append(button, output, make("h3", "Answers"), responses(api, given.responses));
  const summary = make("summary", "", make("b", method.toUpperCase()), make("code", path));
  const what = make("span", given.summary);
  what.className = "what";
  summary.append(what);
  const details = make("details", "", summary, form);
  details.id = given.operationId;
  return details;
};

const show = (api) => {
  const byTag = new Map((api.tags ?? []).map((tag) => [tag.name, { told: tag.description, all: [] }]));
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of METHODS.filter((one) => item[one])) {
      const tag = item[method].tags?.[0] ?? "other";
      if (!byTag.has(tag)) byTag.set(tag, { told: "", all: [] });
      byTag.get(tag).all.push(operation(api, path, method, item[method]));
    }
  }
  const main = document.querySelector("#operations");
  const nav = document.querySelector("#tags");
  main.replaceChildren();
  document.querySelector("#about").textContent = api.info.description;
  for (const [tag, { told, all }] of byTag) {
    if (!all.length) continue;
    const title = make("h2", tag);
    title.id = `tag-${tag}`;
    const link = make("a", tag);
    link.href = `#tag-${tag}`;
    nav.append(link);
    main.append(title, make("p", told), ...all);
  }
};

const whoIsSignedIn = async () => {
  const answer = await fetch("/api/v1/session");
  const name = answer.ok ? (await answer.json()).user.username : null;
  document.querySelector("#session").textContent = name ? `signed in as ${name}` : "nobody is signed in";
};

try {
  show(await (await fetch("/api/openapi.json")).json());
  await whoIsSignedIn();
} catch (error) {
  document.querySelector("#operations").replaceChildren(make("p", `The description cannot be read: ${error}`));
}
