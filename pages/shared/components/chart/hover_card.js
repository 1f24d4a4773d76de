// The card beside the pointer: a face from the atlas and its caption. Captions are only ever text.
const SHOWN = 96; // pixels on the screen

export class HoverCard {
  constructor(root) {
    this.root = root;
    this.card = document.createElement("div");
    this.card.className = "lab-card";
    this.face = this.card.appendChild(document.createElement("div"));
    this.face.className = "face";
    this.caption = this.card.appendChild(document.createElement("div"));
    this.caption.className = "caption";
    root.append(this.card);
    this.captions = [];
  }

  async use(sprites) {
    this.sprites = sprites;
    if (!sprites || sprites.captions === this.source) return;
    this.source = sprites.captions;
    new Image().src = sprites.image; // fetched before the first hover
    try {
      this.captions = await (await fetch(sprites.captions)).json();
    } catch {
      this.captions = [];
    }
  }

  show(number, event) {
    if (!this.sprites || !Number.isInteger(number) || number < 0 || number >= this.sprites.count) return this.hide();
    const { columns, image, count } = this.sprites;
    const column = number % columns;
    const row = Math.floor(number / columns);
    this.face.style.backgroundImage = `url("${image}")`;
    this.face.style.backgroundSize = `${columns * SHOWN}px ${Math.ceil(count / columns) * SHOWN}px`;
    this.face.style.backgroundPosition = `${-column * SHOWN}px ${-row * SHOWN}px`;
    this.caption.textContent = this.captions[number] ?? "";
    this.card.style.display = "block";
    this.card.dataset.face = number;
    this.place(event);
  }

  place(event) {
    const box = this.root.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    const left = x + 20 + this.card.offsetWidth > box.width ? x - this.card.offsetWidth - 20 : x + 20;
    const top = Math.min(Math.max(0, y - 60), Math.max(0, box.height - this.card.offsetHeight));
    this.card.style.left = `${Math.max(0, left)}px`;
    this.card.style.top = `${top}px`;
  }

  hide() {
    this.card.style.display = "none";
  }
}
