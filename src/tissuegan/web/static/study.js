// Without this script the study works as well; with it, ticks are kept before a page is sent.
"use strict";

const form = document.querySelector("form[data-draft]");
if (form) {
  let last = Promise.resolve();
  const note = document.querySelector("#kept");
  const save = () =>
    fetch(form.dataset.draft, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      keepalive: true,
    })
      .then((answer) => {
        note.textContent = answer.ok ? "Ticks kept." : "Ticks not kept yet; send the page.";
      })
      .catch(() => {
        note.textContent = "Ticks not kept yet; send the page.";
      });
  // one after the other, so that an older state never overtakes a newer one
  form.addEventListener("change", () => {
    last = last.then(save);
  });
  form.addEventListener("submit", () => {
    note.textContent = "Sending ...";
  });
}

const live = document.querySelector("[data-live]");
const following = document.querySelector("#following");
if (live && following) {
  const renew = () => {
    if (document.hidden || !following.checked) return;
    fetch(live.dataset.live)
      .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)))
      .then((text) => {
        if (live.innerHTML !== text) live.innerHTML = text;
      })
      .catch(() => {});
  };
  setInterval(renew, 5000);
}
