/** The list of who is online, away and offline. */
import { pictureOf } from './picture.js';

const order = ['online', 'away', 'offline'];
const collator = new Intl.Collator();

export function createPeople(list, toggle, ownId) {
  const known = new Map();

  function show() {
    const people = [...known.values()].sort(
      (a, b) => order.indexOf(a.status) - order.indexOf(b.status) || collator.compare(a.name, b.name),
    );
    list.replaceChildren(...people.map(rowOf));
    const count = people.filter(({ status }) => status === 'online').length;
    toggle.textContent = `${count} online`;
  }

  function rowOf(person) {
    const row = document.createElement('li');
    row.className = 'person';
    row.dataset.status = person.status;
    const name = document.createElement('bdi');
    name.textContent = person.name;
    const status = document.createElement('small');
    status.textContent = person.id === ownId ? `${person.status}, you` : person.status;
    const who = document.createElement('span');
    who.className = 'who';
    who.append(name, status);
    row.append(pictureOf(person), who);
    return row;
  }

  return {
    /** All that a server knows of, in the place of what was known. */
    replace(people) {
      known.clear();
      for (const person of people) known.set(person.id, person);
      show();
    },
    change(person) {
      known.set(person.id, person);
      show();
    },
  };
}
