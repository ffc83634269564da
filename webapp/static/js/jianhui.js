// Comfort only: every page works without this file.
"use strict";

(() => {
  // Menus made of <details> close on Escape and on a press elsewhere.
  const menus = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("click", (event) => {
    menus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menus().forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
  });

  // The list of mistakes is what a reader should hear first.
  document.querySelector("[data-focus]")?.focus();

  // A mistake's link also moves the keyboard into its field.
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".mistakes a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.scrollIntoView({ block: "center" });
    const control = field.matches("input, textarea, select, button") ? field : field.querySelector("input, textarea, select, button");
    (control || field).focus({ preventScroll: true });
  });

  // Buttons that ask before they act.
  document.addEventListener("submit", (event) => {
    const question = event.submitter?.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });

  // A second press while the first is on its way changes nothing; the idempotency key guards the server side.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent === "true") { event.preventDefault(); return; }
    form.dataset.sent = "true";
    setTimeout(() => { delete form.dataset.sent; }, 8000);
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
  });
})();

// A saved phrase is written into its field, after what stands there.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-phrase]");
  if (!button) return;
  const field = document.getElementById(button.closest("[data-phrases-for]").dataset.phrasesFor);
  if (!field) return;
  field.value = field.value ? `${field.value.trimEnd()}\n${button.dataset.phrase}` : button.dataset.phrase;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
