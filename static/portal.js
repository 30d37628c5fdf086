// Makes pages smoother; every page works without it. ES2015, no inline code, nothing kept.
import { initAll } from "./vendor/govuk-frontend.min.js";

const body = document.body;
const FIRST_WARNING = 120;
const STEPS = [20, 60, 120];

// GOV.UK marks a radio that reveals more with aria-expanded, which ARIA 1.2 does not allow there.
function tidyRadios() {
  document.querySelectorAll("input[type=radio][aria-expanded]").forEach((radio) => {
    radio.removeAttribute("aria-expanded");
  });
}

function startComponents(scope) {
  initAll({ scope });
  tidyRadios();
}

// After a swap the reading position goes to the summary of errors or to the news of what was done
// (initAll sees to both), else to the element that asks for it, else to the heading.
function focusNews(target) {
  if (target.querySelector(".govuk-error-summary, .govuk-notification-banner[role=alert]")) {
    return;
  }
  const news = target.querySelector("[autofocus]") || target.querySelector("h1, h2");
  if (news) {
    if (!news.matches("a, button, input, select, textarea")) {
      news.setAttribute("tabindex", "-1");
    }
    news.focus();
  }
}

// An answer that is an error is shown only when the server made it for this place.
function showErrorPieces(event) {
  const answer = event.detail.xhr;
  if (answer.status >= 400 && isOurs(answer)) {
    event.detail.shouldSwap = true;
  }
}

// Of any other error, that of a proxy for one, whoever pressed the button would see nothing at all.
function tellOfOtherErrors(event) {
  if (!isOurs(event.detail.xhr)) {
    offline(true);
  }
}

function isOurs(answer) {
  return Boolean(answer.getResponseHeader("HX-Retarget"));
}

// htmx gives the focus back to whatever bears the same id in the new page: a browser then goes on
// from the answer to the last question.
function letGo(event) {
  const target = event.detail.target;
  if (target.id === "main-content" && target.contains(document.activeElement)) {
    document.activeElement.blur();
  }
}

// Said on the page, and in the dialog of the time-out: an open dialog covers the page.
function offline(isOffline) {
  document.querySelectorAll("[data-offline]").forEach((notice) => {
    notice.hidden = !isOffline;
    if (isOffline) {
      notice.scrollIntoView();
    }
  });
}

// A server may close its ear to a file that is far too large: said before it is sent.
function refuseLargeFiles(event) {
  event.target.querySelectorAll("input[type=file][data-largest]").forEach((chosen) => {
    const notice = document.getElementById(chosen.dataset.says);
    const isLarge = Array.from(chosen.files).some((one) => one.size > Number(chosen.dataset.largest));
    notice.hidden = !isLarge;
    if (isLarge) {
      event.preventDefault();
      notice.focus();
    }
  });
}

function printButtons() {
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) {
      window.print();
    }
  });
}

function otherTabs() {
  return "BroadcastChannel" in window ? new BroadcastChannel("portal-session") : null;
}

// The server says how many seconds are left; tabs tell one another when they heard from it.
class Timeout {
  constructor(seconds) {
    this.dialog = document.getElementById("portal-timeout");
    this.channel = otherTabs();
    if (this.channel) {
      this.channel.onmessage = (event) => this.hear(event.data);
    }
    const form = this.dialog.querySelector("form");
    form.addEventListener("submit", (event) => this.stay(event));
    this.dialog.addEventListener("cancel", (event) => this.stay(event));
    this.extend(seconds);
    this.clock = window.setInterval(() => this.look(), 1000);
    document.addEventListener("visibilitychange", () => this.look());
  }

  // Counts from now, and lets the other tabs know.
  extend(seconds) {
    this.until(Date.now() + seconds * 1000);
    if (this.channel) {
      this.channel.postMessage({ endsAt: this.endsAt });
    }
  }

  until(moment) {
    this.endsAt = moment;
    this.look();
  }

  hear(message) {
    if (message.ended) {
      this.leave();
    } else if (message.endsAt > this.endsAt) {
      this.until(message.endsAt);
    }
  }

  look() {
    const left = Math.ceil((this.endsAt - Date.now()) / 1000);
    if (left <= 0) {
      // Of this tab alone: one that slept has not heard yet that others went on.
      this.leave();
    } else if (left > FIRST_WARNING) {
      if (this.dialog.open) {
        this.dialog.close();
      }
    } else {
      this.warn(left);
    }
  }

  warn(left) {
    const step = STEPS.find((seconds) => left <= seconds);
    this.dialog.querySelectorAll("[data-left]").forEach((line) => {
      line.hidden = Number(line.dataset.left) !== step;
    });
    if (!this.dialog.open) {
      this.dialog.showModal();
    }
  }

  stay(event) {
    event.preventDefault();
    const form = this.dialog.querySelector("form");
    const told = { method: "POST", body: new FormData(form), credentials: "same-origin" };
    const headers = { "HX-Request": "true" };
    window.fetch(body.dataset.stayUrl, Object.assign(told, { headers, redirect: "manual" })).then(
      (answer) => {
        offline(answer.status >= 500);
        if (answer.ok) {
          this.extend(secondsLeft(answer.headers.get("X-Session-Seconds")));
        } else if (answer.status < 500) {
          this.leave();
        }
      },
      () => offline(true)
    );
  }

  leave() {
    window.clearInterval(this.clock);
    window.location.replace(body.dataset.endedUrl || window.location.pathname);
  }
}

function secondsLeft(told) {
  return Number(told || body.dataset.idleSeconds);
}

// A page for nobody known: whoever signed out in this tab leaves no child on the screen of another.
function endOtherTabs() {
  const channel = otherTabs();
  if (channel) {
    channel.postMessage({ ended: true });
    channel.close();
  }
}

function watchSession() {
  const dialog = document.getElementById("portal-timeout");
  if (!body.dataset.stayUrl) {
    endOtherTabs();
    return;
  }
  if (!dialog || !dialog.showModal) {
    return;
  }
  const timeout = new Timeout(secondsLeft(null));
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) {
      timeout.extend(secondsLeft(event.detail.xhr.getResponseHeader("X-Session-Seconds")));
    }
  });
}

document.addEventListener("htmx:beforeSwap", showErrorPieces);
document.addEventListener("htmx:beforeSwap", letGo);
document.addEventListener("htmx:afterSwap", (event) => startComponents(event.detail.target));
// Not before htmx listens to the new page: a quick keyboard would send its form past htmx.
document.addEventListener("htmx:afterSettle", (event) => focusNews(event.detail.target));
document.addEventListener("htmx:responseError", tellOfOtherErrors);
document.addEventListener("htmx:sendError", () => offline(true));
document.addEventListener("htmx:beforeRequest", () => offline(false));
document.addEventListener("htmx:beforeRequest", refuseLargeFiles);
document.addEventListener("click", tidyRadios);
startComponents(document);
window.addEventListener("pageshow", tidyRadios);
printButtons();
watchSession();
