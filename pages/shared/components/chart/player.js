// Plays the frames in the browser: a button, a slider, and a word on which epoch is shown.
const DWELL = 750; // milliseconds an epoch stays, its motion included
const QUIET = 100; // a scrubbed frame is reported when the hand rests
const LONG = 350; // and at once, when none was reported for so long

export class Player {
  constructor(root, show, report) {
    this.show = show;
    this.report = report;
    this.bar = document.createElement("div");
    this.bar.className = "lab-player";
    this.button = this.bar.appendChild(document.createElement("button"));
    this.button.type = "button";
    this.slider = this.bar.appendChild(document.createElement("input"));
    Object.assign(this.slider, { type: "range", min: 0, step: 1 });
    this.slider.setAttribute("aria-label", "Epoch");
    this.word = this.bar.appendChild(document.createElement("output"));
    root.append(this.bar);
    this.button.addEventListener("click", () => (this.timer ? this.pause() : this.play()));
    this.slider.addEventListener("input", () => {
      const frame = Number(this.slider.value); // pausing puts the slider back to the frame that was shown
      this.pause();
      this.go(frame);
    });
    this.label();
  }

  // Takes new frames: stays where it is, or follows when it stood at the end.
  async use(frames, epoch) {
    this.bar.style.display = frames ? "flex" : "none";
    if (!frames || frames.url === this.source) return;
    const positions = await fetchPositions(frames.url);
    if (!positions) return; // already replaced by the positions of a further epoch, which are on their way
    const before = this.frames;
    const followed = before && this.frame === before.labels.length - 1;
    const wanted = before ? before.labels[this.frame] : epoch;
    Object.assign(this, { source: frames.url, frames, positions });
    this.slider.max = frames.labels.length - 1;
    const found = followed ? -1 : frames.labels.indexOf(wanted);
    this.go(found < 0 ? frames.labels.length - 1 : found, Boolean(followed));
  }

  obey(command) {
    if (!command || !this.frames || command.number === this.obeyed) return;
    this.obeyed = command.number;
    if (command.frame !== null) this.go(Math.max(0, this.frames.labels.indexOf(command.frame)));
    if (command.play) this.play();
    else this.pause();
  }

  axes() {
    const { points, dimensions } = this.frames;
    const start = this.frame * points * dimensions;
    return Array.from({ length: dimensions }, (_, d) =>
      Float32Array.from({ length: points }, (_, i) => this.positions[start + i * dimensions + d]),
    );
  }

  go(frame, told = true) {
    this.frame = frame;
    this.label();
    this.show(this.frames.labels[frame], this.axes());
    if (told) this.tell();
  }

  // The first frame after a pause is reported at once, those of a moving hand when it rests.
  tell() {
    clearTimeout(this.telling);
    const epoch = this.frames.labels[this.frame];
    const say = () => {
      if (epoch !== this.told) this.report(epoch);
      this.told = epoch;
      this.saidAt = performance.now();
    };
    if (performance.now() - (this.saidAt ?? -1e9) > LONG) say();
    else this.telling = setTimeout(say, QUIET);
  }

  play() {
    if (!this.frames) return;
    if (this.frame >= this.frames.labels.length - 1) this.go(0);
    clearInterval(this.timer);
    this.timer = setInterval(() => {
      if (this.frame >= this.frames.labels.length - 1) this.pause();
      else this.go(this.frame + 1);
    }, DWELL);
    this.label();
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
    this.label();
  }

  label() {
    this.button.textContent = this.timer ? "Pause" : "Play";
    this.button.setAttribute("aria-label", this.timer ? "Pause the player" : "Play all epochs");
    if (!this.frames) return;
    const epoch = this.frames.labels[this.frame];
    const last = this.frames.labels[this.frames.labels.length - 1];
    this.slider.value = this.frame;
    this.slider.setAttribute("aria-valuetext", `epoch ${epoch}`);
    this.word.textContent = epoch === 0 ? `untrained, of ${last}` : `epoch ${epoch} of ${last}`;
  }

  end() {
    clearInterval(this.timer);
    clearTimeout(this.telling);
  }
}

async function fetchPositions(url) {
  const answer = await fetch(url);
  return answer.ok ? new Float32Array(await answer.arrayBuffer()) : null;
}
