"use strict";
// Shows the percentage while the two numbers are typed. Without this script the form works just the same.
for (const share of document.querySelectorAll("[data-share]")) {
  const [part, whole] = share.querySelectorAll("input");
  const shown = share.querySelector("output");
  const show = () => {
    const a = Number(part.value), b = Number(whole.value);
    const fit = part.value && whole.value && a >= 0 && b > 0 && a <= b;
    shown.textContent = fit ? `= ${(Math.round((a / b) * 1000) / 10).toLocaleString("vi-VN")} %` : "";
  };
  share.addEventListener("input", show);
  show();
}
