"use strict";
// Marks a finding and its sentences together, in both panes. Without this script the links jump just the same.
const light = (id) => {
  for (const old of document.querySelectorAll(".met")) old.classList.remove("met");
  document.getElementById(id)?.classList.add("met");
  for (const link of document.querySelectorAll(`.findings [data-finding="${CSS.escape(id)}"]`)) {
    document.getElementById(link.hash.slice(1))?.classList.add("met");
  }
};
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-finding]");
  if (link) light(link.dataset.finding);
});
