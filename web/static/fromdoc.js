"use strict";
// Marks a finding and its sentences together, and keeps both in view. Without this script the links jump just the same.
const paper = document.querySelector(".paper");
const light = (id, mark) => {
  for (const old of document.querySelectorAll(".met")) old.classList.remove("met");
  document.getElementById(id)?.classList.add("met");
  for (const link of document.querySelectorAll(`.findings [data-finding="${CSS.escape(id)}"]`)) {
    document.getElementById(link.hash.slice(1))?.classList.add("met");
  }
  mark?.classList.add("met");
};
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-finding]");
  if (!link) return;
  const target = document.getElementById(link.hash.slice(1));
  const inside = paper.contains(target);
  light(link.dataset.finding, inside ? target : link.closest("mark"));
  // Beside each other, only the paper is moved: what was clicked stays under the hand.
  if (inside && getComputedStyle(paper).position === "sticky") {
    event.preventDefault();
    paper.scrollTop += target.getBoundingClientRect().top - paper.getBoundingClientRect().top - paper.clientHeight / 3;
  }
});
