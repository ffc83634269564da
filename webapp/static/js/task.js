// Keeps the draft of a task while somebody types, and sends chosen files at once. The buttons do the same without this.
"use strict";

(() => {
  const form = document.getElementById("task-form");
  if (!form) return;

  // A chosen file goes up at once, together with everything typed.
  form.addEventListener("change", (event) => {
    const button = event.target.dataset.upload;
    if (!button || !event.target.files.length) return;
    const press = form.querySelector(`button[name="do"][value="${CSS.escape(button)}"]`) || form.querySelector(`button[value="${button}"]`);
    window.clearTimeout(timer);
    form.requestSubmit(press);
  });

  const state = document.getElementById("draft-state");
  let timer;
  if (!state || !form.elements.seen) return;
  let sending = false;
  let again = false;
  let stopped = false;
  let submitted = false; // the page is on its way to the server: one press at a time
  let held = null; // a press that waits until the draft that is being saved has its answer, so that both agree

  const say = (text, bad) => {
    state.textContent = text;
    state.classList.toggle("is-bad", Boolean(bad));
  };

  const save = async () => {
    if (stopped) return;
    if (sending) { again = true; return; }
    sending = true;
    const body = new FormData(form);
    [...body.entries()].forEach(([name, value]) => { if (value instanceof File) body.delete(name); });
    body.set("do", "draft");
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      const said = await answer.json();
      if (answer.ok) {
        form.elements.seen.value = said.seen;
        say(said.message);
      } else {
        stopped = answer.status === 409 || answer.status === 403 || answer.status === 404;
        say(`${state.dataset.failed}${said.message}`, true);
      }
    } catch {
      say(state.dataset.offline, true);
      timer = window.setTimeout(save, 10000);
    } finally {
      sending = false;
      if (held) { const press = held; held = null; form.requestSubmit(press); }
      else if (again) { again = false; timer = window.setTimeout(save, 300); }
    }
  };

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    window.clearTimeout(timer);
    timer = window.setTimeout(save, 1200);
  });
  form.addEventListener("submit", (event) => {
    window.clearTimeout(timer);
    if (submitted || (sending && event.submitter)) {
      event.preventDefault();
      if (!submitted) held = event.submitter;
      return;
    }
    stopped = submitted = true;
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) stopped = submitted = false; });
})();
