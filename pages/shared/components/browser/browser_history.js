// One press of Back is one page back. Streamlit adds an entry to the browser's history whenever a page writes into
// its address; here that replaces the page's own entry. What the next page writes comes while the address is still
// that of the page before: it waits a moment, and is left out when the next page's own entry, which has it too, comes.
(() => {
  const push = history.pushState;
  const replace = history.replaceState;
  const WAITS = 50; // milliseconds; the next page's entry comes in the task that follows
  let waiting = null;

  history.pushState = function pushOrReplace(state, unused, url) {
    forget();
    const leads = new URL(url ?? location.href, location.href);
    if (leads.origin !== location.origin || leads.pathname !== location.pathname) {
      return push.call(history, state, unused, url);
    }
    waiting = { state, leads, from: new URL(location.href), timer: setTimeout(write, WAITS) };
  };

  // A widget writes its value into the address that it sees, which may lack what still waits.
  history.replaceState = function replaceAndKeep(state, unused, url) {
    if (!waiting) return replace.call(history, state, unused, url);
    const leads = new URL(url ?? location.href, location.href);
    const { leads: wanted, from } = forget();
    for (const name of new Set([...from.searchParams.keys(), ...wanted.searchParams.keys()])) {
      if (same(leads, from, name)) copy(wanted, leads, name);
    }
    replace.call(history, state, unused, leads.href);
  };

  addEventListener("popstate", forget);

  function write() {
    const { state, leads } = forget();
    replace.call(history, state, "", leads.href);
  }

  function forget() {
    const last = waiting;
    clearTimeout(last?.timer);
    waiting = null;
    return last;
  }

  function same(one, other, name) {
    return one.searchParams.getAll(name).join("\n") === other.searchParams.getAll(name).join("\n");
  }

  function copy(from, to, name) {
    to.searchParams.delete(name);
    for (const value of from.searchParams.getAll(name)) to.searchParams.append(name, value);
  }
})();
