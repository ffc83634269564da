// The button that opens the browser's print dialogue; without JavaScript there is the PDF and the browser's own menu.
"use strict";

const printNow = document.getElementById("print-now");
if (printNow) {
  printNow.hidden = false;
  printNow.addEventListener("click", () => window.print());
}
