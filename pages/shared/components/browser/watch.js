// An open page goes on showing what it has when the server behind it was restarted: notice that, and say so.
import { fetchAhead } from "./ahead.js";

const PAUSE = 4000; // milliseconds between two looks
let address;
let misses = 0;

// `url` is a note in the server's memory: a new server does not have it.
export function watchServer(url) {
  if (!url) return;
  if (address === undefined) {
    setInterval(look, PAUSE);
    fetchAhead();
  }
  address = url;
}

async function look() {
  if (document.hidden) return;
  const asked = address;
  try {
    const answer = await fetch(asked, { cache: "no-store" });
    if (asked !== address) return;
    misses = answer.status === 404 ? misses + 1 : 0;
  } catch {
    return; // no server at all: Streamlit says so itself
  }
  if (misses >= 2) say();
  else document.querySelector(".lab-restarted")?.remove();
}

function say() {
  if (document.querySelector(".lab-restarted")) return;
  const banner = document.body.appendChild(document.createElement("div"));
  banner.className = "lab-restarted";
  banner.setAttribute("role", "alert");
  banner.append("The server was restarted: reload this page. ");
  const button = banner.appendChild(document.createElement("button"));
  button.type = "button";
  button.textContent = "Reload";
  button.addEventListener("click", () => location.reload());
}
