// Which epoch is shown, and where every face is on its way from one epoch to the next.
const GLIDE = 350; // milliseconds from one epoch to a chosen one
const DWELL = 750; // milliseconds an epoch takes when played, its motion included
const MOVING = 0.8; // share of that spent moving

export const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
const ease = (t) => t * t * (3 - 2 * t);

export class Timeline {
  constructor() {
    this.speed = 1;
    this.loop = false;
    this.playing = false;
    this.at = 0; // in frames, between two of them while faces move
    this.goal = 0; // the frame that is shown or headed for
  }

  get last() {
    return this.film.frames - 1;
  }

  get epoch() {
    return this.film.labels[this.goal];
  }

  // Takes new positions: faces move there from where they are; other faces are simply shown.
  use(film, goal, fresh) {
    this.film = film;
    if (fresh || this.now?.length !== film.width) {
      this.now = Float32Array.from(film.frame(goal));
      Object.assign(this, { goal, at: goal, glide: null, playing: false });
    } else {
      this.glideTo(goal);
    }
  }

  glideTo(goal, began = null, duration = GLIDE, share = 1) {
    this.goal = goal;
    const moving = calm() || document.hidden ? 0 : duration * share;
    this.glide = { from: this.now.slice(), start: this.at, began, moving, whole: this.playing ? duration : moving };
  }

  // Puts the faces between two epochs, at once.
  scrub(at) {
    this.playing = false;
    this.glide = null;
    this.at = calm() ? Math.round(at) : at;
    this.goal = Math.round(at);
    const low = Math.floor(this.at);
    mix(this.film.frame(low), this.film.frame(Math.min(low + 1, this.last)), this.at - low, this.now);
  }

  // Plays on from where it stands or is headed for; at the end, from the start.
  play() {
    if (this.film.frames < 2) return;
    this.playing = true;
    if (!this.glide) this.step(null);
  }

  pause() {
    if (this.playing && this.glide) this.glide.whole = this.glide.moving;
    this.playing = false;
  }

  step(began) {
    this.glideTo(this.goal < this.last ? this.goal + 1 : 0, began, DWELL / this.speed, MOVING);
  }

  // Moves the faces on; returns whether they still move.
  tick(time) {
    const { glide } = this;
    if (!glide) return false;
    glide.began ??= time;
    const passed = time - glide.began;
    const t = glide.moving > 0 ? ease(Math.min(1, Math.max(0, passed / glide.moving))) : 1;
    mix(glide.from, this.film.frame(this.goal), t, this.now);
    this.at = t === 1 ? this.goal : glide.start + (this.goal - glide.start) * t;
    if (passed < glide.whole) return true;
    this.glide = null;
    if (this.playing && this.goal >= this.last && !this.loop) this.pause();
    if (this.playing) this.step(passed < 2 * glide.whole ? glide.began + glide.whole : null);
    return Boolean(this.glide);
  }
}

// A face without a position on one side appears at once, or is gone at once.
function mix(from, to, t, out) {
  for (let i = 0; i < out.length; i++) {
    const start = from[i];
    out[i] = start === start ? start + (to[i] - start) * t : to[i];
  }
  if (t === 0) out.set(from);
}
