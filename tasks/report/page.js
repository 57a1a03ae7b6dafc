"use strict";

// A story's text waits unread in a <noscript>, which a browser that runs scripts takes for plain characters, until it is
// about to come into view: thousands of stories open as fast as their headlines. Every value in it is escaped.
const open = (article) => {
  const closed = article.querySelector("noscript");
  if (closed) closed.outerHTML = closed.textContent;
};
const opener = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    open(target);
    opener.unobserve(target);
  }
}, { rootMargin: "1500px" });
const articles = [...document.querySelectorAll("article")];
for (const article of articles) opener.observe(article);
window.addEventListener("beforeprint", () => articles.filter((article) => !article.hidden).forEach(open));

// The words of a row or story, of one that is not open yet too.
const PLAIN = { amp: "&", lt: "<", gt: ">", "#34": '"', "#39": "'" };
const unescaped = (html) => html.replace(/<[^>]*>/g, "").replace(/&(amp|lt|gt|#34|#39);/g, (_, name) => PLAIN[name]);
const wordsOf = (element) =>
  [...element.children]
    .map((part) => (part.localName === "noscript" ? unescaped(part.textContent) : part.textContent))
    .join(" ")
    .toLowerCase();

// Filter boxes: every word typed must be somewhere in a row or story.
for (const input of document.querySelectorAll("input[data-filter]")) {
  input.parentElement.hidden = false;
  const output = input.parentElement.querySelector("output");
  let items = null;
  const filter = () => {
    items ??= [...document.querySelectorAll(input.dataset.filter)].map((element) => ({
      element,
      speakers: element.dataset.speakers ? JSON.parse(element.dataset.speakers) : [],
    }));
    const speaker = input.dataset.speaker;
    const words = speaker ? [] : input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of items) {
      const holds = (word) => (item.words ??= wordsOf(item.element)).includes(word);
      const keep = speaker ? item.speakers.includes(speaker) : words.every(holds);
      item.element.hidden = !keep;
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
