"use strict";

// Turns the page, which works without this file, into a conversation that grows. Questions are posted, never put
// into addresses, and kept nowhere but on the screen.
(() => {
  const TIMEOUT = 20000;
  const SHOW_WAITING_AFTER = 300;
  const ESCAPES = 3;
  const ESCAPES_WITHIN = 3000;

  const conversation = document.getElementById("conversation");
  const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
  const touch = matchMedia("(pointer: coarse)");
  let busy = false;

  const box = () => document.getElementById("question");

  document.documentElement.classList.add("js");

  // Sending ----------------------------------------------------------------------------------------------------------

  document.addEventListener("submit", (event) => {
    const form = event.target;
    // A browser too old to say which button was tapped sends the form itself and gets a whole page.
    if (form.method !== "post" || !("submitter" in event)) return;
    event.preventDefault();
    if (busy) return;
    const tapped = event.submitter && event.submitter.name === "action" ? event.submitter : null;
    if (!tapped && box().value.trim() === "") {
      box().focus();
      return;
    }
    ask(form, tapped);
  });

  async function ask(form, tapped) {
    const typed = tapped ? "" : box().value;
    const body = new FormData(form);
    if (tapped) body.set("action", tapped.value);
    const said = conversation.dataset;
    const question = echo(tapped ? said.youChose : said.youWrote, tapped ? tapped.innerText : typed, tapped);
    const finished = startWaiting();
    // Not form.action, which is the buttons of that name.
    const answered = await post(form.getAttribute("action"), body).catch(() => null);
    finished();
    if (answered) show(answered, question, tapped);
    else showNoNetwork(question, tapped);
    if (!tapped && answered && answered.ok && box().value === typed) box().value = "";
  }

  async function post(address, body) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), TIMEOUT);
    try {
      const response = await fetch(address, {
        method: "POST",
        body,
        headers: { "X-Fragment": "1" },
        cache: "no-store",
        signal: stop.signal,
      });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      // A proxy's own error page has no answer in it and is as good as no connection.
      return page.querySelector("article.answer") ? { page, ok: response.ok } : null;
    } finally {
      clearTimeout(timer);
    }
  }

  // Showing ----------------------------------------------------------------------------------------------------------

  function echo(label, text, tapped) {
    const question = document.createElement("div");
    question.className = "question";
    const who = document.createElement("span");
    who.className = "who";
    who.textContent = label;
    const said = document.createElement("p");
    said.dir = "auto";
    const words = tapped ? tapped.querySelectorAll("[lang]") : [];
    if (words.length === 1) said.lang = words[0].lang;
    said.textContent = text.trim();
    question.append(who, said);
    conversation.append(question);
    bringIntoView(question);
    return question;
  }

  function show({ page }, question, tapped) {
    const article = document.importNode(page.querySelector("article.answer"), true);
    if (page.querySelector("main")) swapFrame(page);
    if (article.hasAttribute("data-forgets")) conversation.replaceChildren();
    add(article, question, tapped);
  }

  function showNoNetwork(question, tapped) {
    add(document.getElementById("no-network").content.firstElementChild.cloneNode(true), question, tapped);
  }

  function add(article, question, tapped) {
    // Someone who tapped is moved to the answer, which is read from there; announcing it too would say it twice.
    if (tapped) conversation.setAttribute("aria-live", "off");
    conversation.append(article);
    document.querySelector(".leave-bar").hidden = !conversation.querySelector("[data-sensitive]");
    if (tapped) {
      article.focus({ preventScroll: true });
      setTimeout(() => conversation.setAttribute("aria-live", "polite"), 100);
    } else if (touch.matches) {
      box().blur();
    } else {
      box().focus({ preventScroll: true });
    }
    bringIntoView(question.isConnected ? question : article);
  }

  // The language was changed, or forgotten: everything round the conversation is said anew.
  function swapFrame(page) {
    document.documentElement.lang = page.documentElement.lang;
    document.documentElement.dir = page.documentElement.dir;
    const draft = box().value;
    for (const part of page.querySelectorAll("[data-part]")) {
      const old = document.querySelector(`[data-part="${part.dataset.part}"]`);
      if (old) old.replaceWith(document.importNode(part, true));
    }
    const log = page.getElementById("conversation");
    Object.assign(conversation.dataset, log.dataset);
    conversation.setAttribute("aria-label", log.getAttribute("aria-label"));
    box().value = draft;
  }

  function bringIntoView(element) {
    element.scrollIntoView({ block: "start", behavior: reducedMotion.matches ? "auto" : "smooth" });
  }

  function startWaiting() {
    busy = true;
    document.documentElement.classList.add("busy");
    const timer = setTimeout(() => (document.querySelector("#waiting span").hidden = false), SHOW_WAITING_AFTER);
    return () => {
      busy = false;
      document.documentElement.classList.remove("busy");
      clearTimeout(timer);
      document.querySelector("#waiting span").hidden = true;
    };
  }

  // The question box -------------------------------------------------------------------------------------------------

  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "question" || event.key !== "Enter") return;
    // 229: the key ended a composition (Safari), as for Chinese or Tigrinya, and does not mean "send".
    if (event.shiftKey || event.isComposing || event.keyCode === 229 || !event.target.form.requestSubmit) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) print();
  });

  // Leaving quickly --------------------------------------------------------------------------------------------------

  let escapes = [];

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") {
      escapes = [];
      return;
    }
    const now = Date.now();
    escapes = [...escapes.filter((then) => now - then < ESCAPES_WITHIN), now];
    if (escapes.length >= ESCAPES) leave(document.querySelector("a.exit").href);
  });

  document.addEventListener("click", (event) => {
    const exit = event.target.closest("a.exit");
    if (!exit || event.button !== 0) return;
    event.preventDefault();
    leave(exit.href);
  });

  function leave(address) {
    document.title = "…";
    document.body.replaceChildren();
    location.replace(address);
  }
})();
