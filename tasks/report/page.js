"use strict";

// Filter boxes: every word typed must be somewhere in a row or story.
for (const input of document.querySelectorAll("input[data-filter]")) {
  input.parentElement.hidden = false;
  const output = input.parentElement.querySelector("output");
  let items = null;
  const filter = () => {
    items ??= [...document.querySelectorAll(input.dataset.filter)].map((element) => ({
      element,
      text: element.textContent.toLowerCase(),
      speakers: element.dataset.speakers ? JSON.parse(element.dataset.speakers) : [],
    }));
    const speaker = input.dataset.speaker;
    const words = speaker ? [] : input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { element, text, speakers } of items) {
      const keep = speaker ? speakers.includes(speaker) : words.every((word) => text.includes(word));
      element.hidden = !keep;
      shown += keep;
    }
    output.textContent = input.value ? `${shown} of ${items.length}` : "";
  };
  input.addEventListener("input", () => {
    delete input.dataset.speaker;
    filter();
  });
  input.addEventListener("speaker", filter);
}

// A click on a speaker keeps the stories that quote them.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-speaker]");
  if (!button) return;
  const find = document.getElementById("find");
  find.value = button.dataset.speaker;
  find.dataset.speaker = button.dataset.speaker;
  find.dispatchEvent(new Event("speaker"));
  document.getElementById("stories").scrollIntoView();
});

// Pointing at a part of a quote lights up its other parts.
const light = (event, on) => {
  const part = event.target.closest?.("[data-quotes]");
  if (!part) return;
  const numbers = part.dataset.quotes.split(" ");
  for (const other of part.closest("article").querySelectorAll("[data-quotes]")) {
    if (other.dataset.quotes.split(" ").some((number) => numbers.includes(number))) other.classList.toggle("lit", on);
  }
};
document.addEventListener("mouseover", (event) => light(event, true));
document.addEventListener("mouseout", (event) => light(event, false));
