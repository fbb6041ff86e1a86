"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  const list = at(":list"), find = at(":find"), shown = at(":shown"), none = at(":none");
  const rows = [...list.children].map((element) => ({
    element,
    name: element.querySelector(".name").textContent,
    words: new Set(element.dataset.is.split(" ")),
    rank: Number(element.dataset.rank),
    n: Number(element.dataset.n),
    since: element.dataset.since || "9999",
    text: null, // of a router that nobody has searched yet
  }));
  const keys = new Set(rows.flatMap(({ words }) => [...words].map((word) => word.split(":")[0])));
  const textOf = (row) => (row.text ??= row.element.textContent.toLowerCase());
  const has = (row, word) =>
    keys.has(word.split(":")[0]) && word.includes(":") ? row.words.has(word) : textOf(row).includes(word);

  function filter() {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    for (const row of rows) {
      const hidden = !words.every((word) => has(row, word));
      if (row.element.hidden !== hidden) row.element.hidden = hidden;
      n += !hidden;
    }
    none.hidden = n > 0;
    shown.textContent = `${n.toLocaleString("en")} of ${rows.length.toLocaleString("en")}`;
  }

  const order = new Intl.Collator("en", { numeric: true }).compare;
  const orders = {
    name: (a, b) => order(a.name, b.name),
    rank: (a, b) => a.rank - b.rank,
    n: (a, b) => b.n - a.n || a.rank - b.rank,
    since: (a, b) => order(a.since, b.since) || a.rank - b.rank,
  };
  function sort(button) {
    const again = button.getAttribute("aria-pressed") === "true";
    const up = again && !button.classList.contains("up");
    for (const each of button.parentElement.children) {
      each.setAttribute("aria-pressed", String(each === button));
      each.classList.toggle("up", each === button && up);
    }
    rows.sort(orders[button.dataset.by]);
    if (up) rows.reverse();
    list.append(...rows.map(({ element }) => element));
  }

  let later;
  function remember() {
    clearTimeout(later);
    later = setTimeout(() => {
      const words = find.value.trim();
      history.replaceState(null, "", words ? `#?${encodeURIComponent(words)}` : "#:routers");
    }, 400);
  }

  function plain(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text; // somebody typed a % of their own
    }
  }
  function search(words) {
    find.value = words;
    filter();
    at(":routers").scrollIntoView();
  }

  function go() {
    const hash = location.hash.slice(1), word = plain(hash);
    if (hash.startsWith("?")) {
      search(plain(hash.slice(1)));
      return;
    }
    const router = rows.find(({ name }) => name === word)?.element ?? at(hash);
    if (router?.parentElement !== list) {
      if (word && !router) search(word); // no router has that name; one may have it in what is told
      return;
    }
    if (router.hidden) {
      find.value = "";
      filter();
    }
    router.open = true;
    router.scrollIntoView();
    router.querySelector("summary").focus({ preventScroll: true });
  }

  find.addEventListener("input", () => { filter(); remember(); });
  find.form.addEventListener("submit", (event) => event.preventDefault());
  document.querySelector(".sort").addEventListener("click", ({ target }) => {
    if (target.dataset.by) sort(target);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== find) {
      event.preventDefault();
      find.focus();
    } else if (event.key === "Escape" && find.value) {
      find.value = "";
      filter();
      remember();
    }
  });
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = rows.map(({ element }) => element).filter(
      (each) => !each.open && !each.hidden && (each.matches(".bad, .unknown")));
    for (const each of opened) each.open = true;
  });
  addEventListener("afterprint", () => { for (const each of opened) each.open = false; });
  addEventListener("hashchange", go);
  document.documentElement.classList.add("live");
  filter();
  go();
})();
