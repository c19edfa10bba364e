/** A person's round picture: the first character of the name, on a colour of the person's own. */

const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export function pictureOf({ id, name }) {
  const picture = document.createElement('span');
  picture.className = 'picture';
  picture.setAttribute('aria-hidden', 'true');
  const [first] = characters.segment(name);
  picture.textContent = first?.segment.toLocaleUpperCase() ?? '';
  picture.dataset.hue = String([...id].reduce((sum, character) => sum + character.charCodeAt(0), 0) % 6);
  return picture;
}
