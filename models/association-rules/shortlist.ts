/** Keeps the first `room` entries, in the order of `compare`, of any number it is shown; holds at most twice as many. */
export class Shortlist<Entry> {
  private readonly room: number;
  private readonly compare: (a: Entry, b: Entry) => number;
  private readonly entries: Entry[] = [];
  private last: Entry | undefined;

  /** @param room 1 or more, also Infinity */
  constructor(room: number, compare: (a: Entry, b: Entry) => number) {
    this.room = room;
    this.compare = compare;
  }

  /** Whether the entry would be among the first `room` so far; false only when it surely would not. */
  admits(entry: Entry): boolean {
    return this.last === undefined || this.compare(entry, this.last) < 0;
  }

  add(entry: Entry): void {
    if (this.entries.push(entry) >= 2 * this.room) this.trim();
  }

  finish(): Entry[] {
    this.trim();
    return this.entries;
  }

  private trim(): void {
    this.entries.sort(this.compare);
    if (this.entries.length < this.room) return;
    this.entries.length = this.room;
    this.last = this.entries[this.room - 1];
  }
}
