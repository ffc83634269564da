// "All" ticks the boxes of the list without a reload; without this file its link does the same.
"use strict";

(() => {
  const all = document.querySelector("[data-tick=all]");
  if (!all) return;
  const boxes = () => [...all.closest("form").querySelectorAll("input[type=checkbox][name=task]")];
  all.addEventListener("click", (event) => {
    event.preventDefault();
    const tick = boxes().some((box) => !box.checked);
    boxes().forEach((box) => { box.checked = tick; });
  });
})();
